/// Writes a text into a URL. Source: RFC 3986, sections 2.1 and 3.3.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// A name as one segment of a path.
    static func segment(_ text: String) -> String {
        // A segment of dots alone would climb.
        switch text {
        case ".": "%2E"
        case "..": "%2E%2E"
        default: Self.value(text)
        }
    }

    /// Everything but unreserved characters encoded.
    static func value(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 { Self.append(byte, keeping: nil, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends a byte: itself when it is unreserved or `kept`, else as `%` and two digits.
    static func append(_ byte: UInt8, keeping kept: UInt8?, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), kept:
            bytes.append(byte)
        default:
            bytes.append(UInt8(ascii: "%"))
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
    }
}
