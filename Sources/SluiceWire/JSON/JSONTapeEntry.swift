/// One value or key of a ``JSONDocument``: 16 bytes, in the order of the text.
struct JSONTapeEntry: Sendable {
    /// The offset of the first byte; for strings and keys, inside the quotes.
    var start: UInt32
    /// The offset after the last byte; for strings and keys, inside the quotes.
    var end: UInt32
    /// The index of the entry after this value and all that it holds.
    var next: UInt32
    /// The kind in bits 0 to 2, the escape flag in bit 3, the number of children above, saturated.
    var word: UInt32

    static let escapeBit: UInt32 = 8
    static let countShift: UInt32 = 4
    static let maximumCount: UInt32 = 0x0FFF_FFFF

    @inline(__always)
    init(_ kind: JSONKind, _ start: Int, _ end: Int, next: UInt32, hasEscapes: Bool) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        self.next = next
        self.word = UInt32(kind.rawValue) | (hasEscapes ? Self.escapeBit : 0)
    }

    @inline(__always)
    var kind: JSONKind { JSONKind(rawValue: UInt8(truncatingIfNeeded: word & 7)) ?? .null }
    @inline(__always)
    var hasEscapes: Bool { word & Self.escapeBit != 0 }
    @inline(__always)
    var count: Int { Int(word >> Self.countShift) }
}
