/// Makes client keys.
///
/// Shape: `sk-sl-<public id>-<secret><checksum>`: 12, 32 and 7 characters of lower-case base 32 (RFC 4648, section 6). The
/// secret is 160 random bits. The checksum is the CRC-32 (that of zlib) of all that stands before it, so that a scanner can tell
/// a leaked key from a look-alike without asking anybody.
public enum KeyGenerator {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// A new key, from the system's random numbers.
    public static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        func letters(_ count: Int) -> String {
            String(
                decoding: (0..<count).map { _ in Self.alphabet[Int(generator.next(upperBound: UInt8(32)))] },
                as: UTF8.self
            )
        }
        let body = "sk-sl-\(letters(12))-\(letters(32))"
        return body + Self.checksum(body)
    }

    /// Whether a text has the shape and the checksum of a key.
    public static func isGenuine(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == 6 + 12 + 1 + 32 + 7, key.hasPrefix("sk-sl-") else { return false }
        return Self.checksum(String(decoding: bytes.dropLast(7), as: UTF8.self)).utf8.elementsEqual(bytes.suffix(7))
    }

    private static func checksum(_ text: String) -> String {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in text.utf8 {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        let sum = ~remainder
        // 32 bits are seven letters of five, the last one padded with zeros.
        let letters = (0..<7).map { index in
            Self.alphabet[Int((UInt64(sum) << 3) >> UInt64(30 - index * 5) & 31)]
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
