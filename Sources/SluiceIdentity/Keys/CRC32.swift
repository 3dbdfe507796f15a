/// The checksum of zlib and PNG. Source: RFC 1952, section 8.
enum CRC32 {
    /// The checksum of a few bytes: bit by bit, without a table.
    static func checksum(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        return ~remainder
    }
}
