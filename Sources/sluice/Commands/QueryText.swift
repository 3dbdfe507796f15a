/// Parameters of a query, percent-encoded.
struct QueryText {
    private(set) var text = ""

    /// Adds a parameter, if it has a value.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        self.text += "\(self.text.isEmpty ? "?" : "&")\(name)=\(Self.encoded(value))"
    }

    /// RFC 3986, section 2.3: what is not unreserved is written as its bytes.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }
}
