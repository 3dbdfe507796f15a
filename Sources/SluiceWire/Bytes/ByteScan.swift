/// Searches and comparisons over raw bytes, eight at a time in a `UInt64`.
///
/// Every function takes a base address and offsets that the caller has proven to lie inside one allocation:
/// nothing at or past `end` is read. Words are read little-endian, so that the lowest set bit of a match mask
/// belongs to the first matching byte.
enum ByteScan {
    /// The value 0x01 in each byte of a word.
    static let ones: UInt64 = 0x0101_0101_0101_0101
    /// The value 0x80 in each byte of a word.
    static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Reads the eight bytes at `offset`; the caller has proven `offset + 8 <= end`.
    @inline(__always)
    static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Reads the four bytes at `offset`; the caller has proven `offset + 4 <= end`.
    @inline(__always)
    static func half(_ base: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Reads up to four bytes at `offset`, with zeros in place of bytes at or past `end`.
    @inline(__always)
    static func half(_ base: UnsafeRawPointer, _ offset: Int, upTo end: Int) -> UInt32 {
        if offset &+ 4 <= end { return half(base, offset) }
        var value: UInt32 = 0
        var index = 0
        while offset &+ index < end {
            value |= UInt32(byte(base, offset &+ index)) &<< UInt32(truncatingIfNeeded: index &* 8)
            index &+= 1
        }
        return value
    }

    /// Reads the byte at `offset`; the caller has proven `offset < end`.
    @inline(__always)
    static func byte(_ base: UnsafeRawPointer, _ offset: Int) -> UInt8 {
        base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// A word with every byte equal to `byte`.
    @inline(__always)
    static func broadcast(_ byte: UInt8) -> UInt64 {
        UInt64(byte) &* ones
    }

    /// High bits set where a byte of `word` is zero; exact up to and including the first zero byte.
    ///
    /// Bytes after the first zero may be marked wrongly, because the subtraction borrows from them.
    @inline(__always)
    static func zeros(_ word: UInt64) -> UInt64 {
        (word &- ones) & ~word & highs
    }

    /// The index of the first byte that a non-zero mask of high bits marks.
    @inline(__always)
    static func first(_ mask: UInt64) -> Int {
        mask.trailingZeroBitCount &>> 3
    }

    /// The offset of the first `wanted` byte in `start..<end`, or `end`.
    @inline(__always)
    static func find(_ wanted: UInt8, _ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        let pattern = broadcast(wanted)
        var position = start
        while position &+ 8 <= end {
            let mask = zeros(word(base, position) ^ pattern)
            if mask != 0 { return position &+ first(mask) }
            position &+= 8
        }
        while position < end {
            if byte(base, position) == wanted { return position }
            position &+= 1
        }
        return end
    }

    /// The offset of the first LF or CR in `start..<end`, or `end`.
    @inline(__always)
    static func findLineEnd(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        let lineFeeds = broadcast(0x0A)
        let returns = broadcast(0x0D)
        var position = start
        while position &+ 32 <= end {
            let a = word(base, position)
            let b = word(base, position &+ 8)
            let c = word(base, position &+ 16)
            let d = word(base, position &+ 24)
            let hits =
                zeros(a ^ lineFeeds) | zeros(a ^ returns) | zeros(b ^ lineFeeds) | zeros(b ^ returns)
                | zeros(c ^ lineFeeds) | zeros(c ^ returns) | zeros(d ^ lineFeeds) | zeros(d ^ returns)
            if hits != 0 { break }
            position &+= 32
        }
        while position &+ 8 <= end {
            let value = word(base, position)
            let mask = zeros(value ^ lineFeeds) | zeros(value ^ returns)
            if mask != 0 { return position &+ first(mask) }
            position &+= 8
        }
        while position < end {
            let value = byte(base, position)
            if value == 0x0A || value == 0x0D { return position }
            position &+= 1
        }
        return end
    }

    /// Whether `count` bytes at `left` and at `right` are the same.
    @inline(__always)
    static func equal(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
        var position = 0
        while position &+ 8 <= count {
            if word(left, position) != word(right, position) { return false }
            position &+= 8
        }
        while position < count {
            if byte(left, position) != byte(right, position) { return false }
            position &+= 1
        }
        return true
    }

    /// Whether the bytes `start..<end` are exactly those of `text`.
    @inline(__always)
    static func equal(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ text: StaticString) -> Bool {
        guard end &- start == text.utf8CodeUnitCount else { return false }
        return equal(base + start, UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount)
    }
}
