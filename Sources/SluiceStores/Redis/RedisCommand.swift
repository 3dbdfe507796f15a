/// A command of Redis: its name and its arguments, as bytes.
struct RedisCommand: Sendable, Equatable {
    /// The protocol's bytes.
    let encoded: [UInt8]

    /// Makes a command of texts.
    init(_ parts: String...) {
        self.init(parts: parts)
    }

    /// Makes a command of texts.
    init(parts: [String]) {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(16 + parts.reduce(0) { $0 + $1.utf8.count + 12 })
        func line(_ type: UInt8, _ count: Int) {
            encoded.append(type)
            encoded.append(contentsOf: String(count).utf8)
            encoded.append(contentsOf: "\r\n".utf8)
        }
        line(UInt8(ascii: "*"), parts.count)
        for part in parts {
            line(UInt8(ascii: "$"), part.utf8.count)
            encoded.append(contentsOf: part.utf8)
            encoded.append(contentsOf: "\r\n".utf8)
        }
        self.encoded = encoded
    }
}
