/// The checksum of AWS event streams and of gzip: CRC-32 of ISO-HDLC, eight bytes at a time.
///
/// Polynomial 0x04C11DB7 reflected, initial value and final exclusive-or 0xFFFFFFFF. Table-driven by slicing: eight tables of
/// 256 words, 8 KiB, made on first use. May be fed in pieces.
/// Source: Kounavis and Berry, "A systematic approach to building high performance software-based CRC generators" (2005).
public struct CRC32: Sendable {
    private var register: UInt32 = 0xFFFF_FFFF

    /// Makes a checksum over nothing.
    public init() {}

    /// The checksum over what has been fed.
    public var value: UInt32 { ~register }

    /// The checksum over bytes.
    public static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }

    /// Feeds bytes.
    public mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return }
            Self.tables.withUnsafeBufferPointer { tables in
                guard let table = tables.baseAddress else { return }
                register = Self.advance(register, base, raw.count, table)
            }
        }
    }

    /// The register after `count` bytes at `base`; `table` has 8 times 256 words.
    @inline(__always)
    private static func advance(
        _ register: UInt32, _ base: UnsafeRawPointer, _ count: Int, _ table: UnsafePointer<UInt32>
    ) -> UInt32 {
        @inline(__always)
        func entry(_ slice: Int, _ word: UInt64, _ shift: UInt64) -> UInt32 {
            table[slice &* 256 &+ Int(truncatingIfNeeded: (word &>> shift) & 0xFF)]
        }
        var register = register
        var position = 0
        while position &+ 8 <= count {
            let word = ByteScan.word(base, position) ^ UInt64(register)
            let low = entry(7, word, 0) ^ entry(6, word, 8) ^ entry(5, word, 16) ^ entry(4, word, 24)
            let high = entry(3, word, 32) ^ entry(2, word, 40) ^ entry(1, word, 48) ^ entry(0, word, 56)
            register = low ^ high
            position &+= 8
        }
        while position < count {
            let index = UInt8(truncatingIfNeeded: register) ^ ByteScan.byte(base, position)
            register = (register &>> 8) ^ table[Int(index)]
            position &+= 1
        }
        return register
    }

    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
            tables[index] = value
        }
        for slice in 1..<8 {
            for index in 0..<256 {
                let previous = tables[(slice - 1) * 256 + index]
                tables[slice * 256 + index] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
            }
        }
        return tables
    }()
}
