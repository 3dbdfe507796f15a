/// The letters of keys: lower-case base 32. Source: RFC 4648, section 6.
enum KeyAlphabet {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// Whether a byte is one of the letters.
    static func holds(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x32...0x37).contains(byte)
    }

    /// Appends random letters, five bits each.
    static func append(_ count: Int, to bytes: inout [UInt8], using generator: inout some RandomNumberGenerator) {
        for _ in 0..<count { bytes.append(Self.letters[Int(generator.next(upperBound: UInt8(32)))]) }
    }

    /// The seven letters of 32 bits; the last is padded with zeros.
    static func letters(of number: UInt32) -> [UInt8] {
        (0..<7).map { index in Self.letters[Int((UInt64(number) << 3) >> UInt64(30 - index * 5) & 31)] }
    }
}
