/// Breaks HTTP/1.1 messages in small ways, the same for the same seed: SplitMix64 chooses.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct MessageMutator {
    private static let pieces = [
        "\r\n", "\n", "\r", " ", "\t", ":", "0", "5", ";", ",", "=", "\"", "chunked", "close", "content-length: 3\r\n",
        "transfer-encoding: chunked\r\n", "connection: close\r\n", "\u{0}", "é", "#", "/", "?", "HTTP/1.0",
    ]

    private var seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
    }

    mutating func below(_ bound: Int) -> Int {
        Int(self.next() % UInt64(bound))
    }

    /// One of the messages, with one to three changes.
    mutating func message(of messages: [String]) -> [UInt8] {
        var bytes = Array(messages[self.below(messages.count)].utf8)
        for _ in 0...self.below(3) {
            let place = self.below(bytes.count)
            switch self.below(4) {
            case 0 where bytes.count > 1: bytes.remove(at: place)
            case 1: bytes[place] = UInt8(truncatingIfNeeded: self.next())
            case 2: bytes[place] ^= 0x20
            default: bytes.insert(contentsOf: Self.pieces[self.below(Self.pieces.count)].utf8, at: place)
            }
        }
        return bytes
    }

    private mutating func next() -> UInt64 {
        self.seed &+= 0x9E37_79B9_7F4A_7C15
        var value = self.seed
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

extension String {
    /// The text without spaces at its end, which NIO's parsers leave behind a field's value.
    var withoutTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
