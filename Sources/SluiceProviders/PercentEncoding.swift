/// Writes a name into a path so that it stays one segment. Source: RFC 3986, sections 2.1 and 3.3.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    static func segment(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
            }
        }
        let segment = String(decoding: bytes, as: UTF8.self)
        // A segment of dots alone would climb.
        return segment == "." || segment == ".." ? segment.replacing(".", with: "%2E") : segment
    }
}

extension String {
    fileprivate func replacing(_ character: Character, with text: String) -> String {
        self.reduce(into: "") { $0 += $1 == character ? text : String($1) }
    }
}
