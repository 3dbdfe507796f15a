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

/// Writes the tape during the walk, into memory that grows by doubling and is copied once to its exact size.
///
/// While a container is open its `next` holds the index of the container around it: the tape is its own stack.
struct JSONTapeBuilder: JSONSink {
    private var entries: UnsafeMutablePointer<JSONTapeEntry>
    private var capacity: Int
    private(set) var count = 0
    private let limit: Int
    private var container: UInt32 = .max

    init(byteCount: Int, limit: Int) {
        // Model requests and replies hold one value in twenty to forty bytes.
        capacity = max(16, min(byteCount / 16, limit, 1 << 16))
        entries = .allocate(capacity: capacity)
        self.limit = min(limit, Int(UInt32.max) - 1)
    }

    /// Frees the working memory; the builder is of no use afterwards.
    func deallocate() {
        entries.deallocate()
    }

    /// The finished tape.
    func tape() -> [JSONTapeEntry] {
        [JSONTapeEntry](UnsafeBufferPointer(start: entries, count: count))
    }

    @inline(__always)
    private mutating func append(_ entry: JSONTapeEntry) -> Bool {
        if count == capacity, !grow() { return false }
        (entries + count).initialize(to: entry)
        count &+= 1
        return true
    }

    @inline(never)
    private mutating func grow() -> Bool {
        guard capacity < limit else { return false }
        let larger = min(capacity * 2, limit)
        let memory = UnsafeMutablePointer<JSONTapeEntry>.allocate(capacity: larger)
        memory.update(from: entries, count: count)
        entries.deallocate()
        entries = memory
        capacity = larger
        return true
    }

    /// Counts one more child of the open container, which is never the first entry's own parent.
    @inline(__always)
    private func countChild() {
        guard container != .max else { return }
        let entry = entries + Int(container)
        if entry.pointee.word >> JSONTapeEntry.countShift < JSONTapeEntry.maximumCount {
            entry.pointee.word &+= 1 << JSONTapeEntry.countShift
        }
    }

    @inline(__always)
    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        append(
            JSONTapeEntry(
                .string, start, end, next: UInt32(truncatingIfNeeded: count &+ 1), hasEscapes: hasEscapes))
    }

    @inline(__always)
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        countChild()
        return append(
            JSONTapeEntry(kind, start, end, next: UInt32(truncatingIfNeeded: count &+ 1), hasEscapes: hasEscapes))
    }

    @inline(__always)
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        countChild()
        let index = UInt32(truncatingIfNeeded: count)
        let isKept = append(JSONTapeEntry(kind, offset, offset, next: container, hasEscapes: false))
        container = index
        return isKept
    }

    @inline(__always)
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        let entry = entries + Int(container)
        container = entry.pointee.next
        entry.pointee.end = UInt32(truncatingIfNeeded: end)
        entry.pointee.next = UInt32(truncatingIfNeeded: count)
    }
}
