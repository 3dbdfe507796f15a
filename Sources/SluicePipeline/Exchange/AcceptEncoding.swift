/// Reads `accept-encoding`. Source: RFC 9110, section 12.5.3.
enum AcceptEncoding {
    /// Whether `gzip` is named with a weight above zero.
    static func takesGzip(_ value: String) -> Bool {
        for item in value.utf8.split(separator: UInt8(ascii: ",")) {
            let parts = item.split(separator: UInt8(ascii: ";"))
            guard let name = parts.first, Self.text(name) == "gzip" else { continue }
            guard let weight = parts.dropFirst().first(where: { Self.text($0).hasPrefix("q=") }) else { return true }
            return Self.text(weight).dropFirst(2).contains { $0 != "0" && $0 != "." }
        }
        return false
    }

    private static func text(_ bytes: Substring.UTF8View) -> String {
        String(decoding: bytes.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased()
    }
}
