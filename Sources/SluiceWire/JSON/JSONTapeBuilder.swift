/// Writes the tape during the walk.
///
/// While a container is open its `next` holds the index of the container around it: the tape is its own stack.
struct JSONTapeBuilder: JSONSink {
    private(set) var entries: [JSONTapeEntry] = []
    private let limit: Int
    private var container: UInt32 = .max

    init(byteCount: Int, limit: Int) {
        self.limit = min(limit, Int(UInt32.max) - 1)
        // Requests and replies hold one value in twenty to forty bytes, lists of numbers one in ten. What is reserved
        // and not used is never touched.
        entries.reserveCapacity(min(max(16, byteCount / 8), self.limit, 1 << 16))
    }

    @inline(__always)
    private mutating func append(_ entry: JSONTapeEntry) -> Bool {
        guard entries.count < limit else { return false }
        entries.append(entry)
        return true
    }

    /// The index of the entry that comes next.
    @inline(__always)
    private var index: UInt32 { UInt32(truncatingIfNeeded: entries.count) }

    /// Counts one more child of the open container.
    @inline(__always)
    private mutating func countChild() {
        guard container != .max else { return }
        let index = Int(container)
        if entries[index].word < JSONTapeEntry.maximumCount << JSONTapeEntry.countShift {
            entries[index].word &+= 1 << JSONTapeEntry.countShift
        }
    }

    @inline(__always)
    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        append(
            JSONTapeEntry(
                .string, start, end, next: index &+ 1, hasEscapes: hasEscapes))
    }

    @inline(__always)
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        countChild()
        return append(
            JSONTapeEntry(kind, start, end, next: index &+ 1, hasEscapes: hasEscapes))
    }

    @inline(__always)
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        countChild()
        let opened = index
        let isKept = append(JSONTapeEntry(kind, offset, offset, next: container, hasEscapes: false))
        container = opened
        return isKept
    }

    @inline(__always)
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        let closed = Int(container)
        container = entries[closed].next
        entries[closed].end = UInt32(truncatingIfNeeded: end)
        entries[closed].next = index
    }
}
