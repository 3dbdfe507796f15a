/// A request's path and query, as they were sent and decoded.
struct RequestURI: Sendable, Equatable {
    /// The path as it was sent.
    let path: Substring
    /// The query as it was sent, without its question mark; nil without one.
    let query: Substring?

    init(_ uri: String) {
        let whole = uri.prefix { $0 != "#" }
        if let mark = whole.firstIndex(of: "?") {
            path = whole[..<mark]
            query = whole[whole.index(after: mark)...]
        } else {
            path = whole
            query = nil
        }
    }

    /// The decoded value of `name`.
    func query(_ name: String) -> String? {
        guard let query else { return nil }
        for pair in query.split(separator: "&") where pair.hasPrefix(name) {
            let rest = pair.dropFirst(name.count)
            if rest.first == "=" { return Self.decoded(String(rest.dropFirst())) }
        }
        return nil
    }

    /// Text with its `%xx` decoded.
    static func decoded(_ text: String) -> String {
        guard text.utf8.contains(0x25) else { return text }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                out.append(value)
                index += 3
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
