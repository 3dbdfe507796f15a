import SluiceCore

/// Records that an event loop wrote, kept in memory so that the shipper need not read them from their segment.
///
/// It is bounded. Where it is full, records are in the segment alone: what the queue has of a segment are chunks, each without a gap,
/// and what lies between them is read from the file. A value without lock; ``LoopJournal`` keeps it under its own.
struct HandOverQueue: Sendable {
    /// Records that stand one behind the other in a segment.
    struct Chunk: Sendable {
        /// The number of the segment.
        let segment: Int
        /// Where the first line begins in the segment.
        let start: Int64
        /// Behind the last line.
        fileprivate(set) var end: Int64
        /// The records; nothing but their texts is in its bytes.
        fileprivate(set) var batch = LedgerBatch()

        fileprivate init(segment: Int, start: Int64) {
            self.segment = segment
            self.start = start
            self.end = start
        }

        /// How much it takes of the bound.
        fileprivate var cost: Int { Self.cost(of: self.batch.bytes.count, self.batch.count) }

        fileprivate static func cost(of bytes: Int, _ records: Int) -> Int {
            bytes + records * MemoryLayout<RecordOutline>.stride
        }

        /// Where the line of a record ends in the segment.
        func end(of index: Int) -> Int64 {
            let text = self.batch.outlines[index].line.upperBound
            return self.start + Int64(text + (index + 1) * (JournalLine.headLength + 1))
        }

        /// The first record that begins at a place of the segment or behind it.
        func index(from place: Int64) -> Int {
            guard place > self.start else { return 0 }
            return self.batch.outlines.indices.first { self.end(of: $0) > place } ?? self.batch.count
        }
    }

    /// How long a chunk gets, so that memory comes and goes in pieces that the allocator uses again.
    private static let chunkBytes = 64 * 1024

    private let mostBytes: Int
    private let mostRecords: Int
    /// The oldest first; nothing is added to them any more.
    private var closed: [Chunk] = []
    /// The one that is added to. Nobody else has a reference to its memory, so that nothing is copied.
    private var open: Chunk?
    private var cost = 0
    private(set) var count = 0

    /// Makes an empty queue.
    ///
    /// - Parameters:
    ///   - mostBytes: how many bytes it has at most, of texts and outlines.
    ///   - mostRecords: how many records it has at most.
    init(mostBytes: Int, mostRecords: Int) {
        self.mostBytes = mostBytes
        self.mostRecords = mostRecords
    }

    /// Adds a record whose line was written to a segment at `place`. Where there is no room it is not added.
    mutating func add(_ text: UnsafeRawBufferPointer, _ outline: RecordOutline, segment: Int, at place: Int64) {
        let cost = Chunk.cost(of: text.count, 1)
        guard self.count < self.mostRecords, self.cost + cost <= self.mostBytes else { return }
        let fits =
            self.open.map {
                $0.segment == segment && $0.end == place && $0.batch.bytes.count < Self.chunkBytes
            } ?? false
        if !fits {
            self.close()
            self.open = Chunk(segment: segment, start: place)
        }
        self.open?.batch.append(text, outline)
        self.open?.end = place + Int64(JournalLine.headLength + text.count + 1)
        self.cost += cost
        self.count += 1
    }

    /// What there is of a segment behind `place`, in order. It stays in the queue.
    mutating func chunks(of segment: Int, from place: Int64) -> [Chunk] {
        self.close()
        return self.closed.filter { $0.segment == segment && $0.end > place }
    }

    /// Removes what is stored: everything of a segment before `place`.
    mutating func remove(segment: Int, before place: Int64) {
        self.close()
        for chunk in self.closed where chunk.segment == segment && chunk.end <= place {
            self.cost -= chunk.cost
            self.count -= chunk.batch.count
        }
        self.closed.removeAll { $0.segment == segment && $0.end <= place }
    }

    /// Forgets everything: it is read from the segments then.
    mutating func removeAll() {
        self.open = nil
        self.closed = []
        self.cost = 0
        self.count = 0
    }

    private mutating func close() {
        guard let chunk = self.open else { return }
        self.closed.append(chunk)
        self.open = nil
    }
}
