import Glibc
import SluiceCore
import Synchronization

/// The journal of one event loop: the segment that it writes, the next one, and those that are full and not shipped yet.
///
/// The loop takes the lock for each record; the thread that makes segments and the shipper take it for a moment now and then, and
/// never while they wait for the disk.
final class LoopJournal: Sendable {
    /// What was done so far.
    struct Counts: Sendable, Equatable {
        var records: UInt64 = 0
        var bytes: UInt64 = 0
        var shortened: UInt64 = 0
        var lost: UInt64 = 0
    }

    /// A part of a segment: lines that are written and not shipped.
    struct Piece: Sendable {
        /// The segment.
        var path: String
        /// Where the first line begins.
        var start: Int64
        /// Behind the last line.
        var end: Int64
        /// The records of it, and perhaps some before it; `nil` where they are in the segment alone.
        var chunk: HandOverQueue.Chunk?
    }

    private struct Segment {
        var file: JournalSegment
        /// Tells it from the loop's other segments.
        var number: Int
        var written: Int64 = 0
        var shipped: Int64 = 0
        var synced: Int64 = 0

        mutating func advanceShipped(to end: Int64) {
            self.shipped = max(end, self.shipped)
        }
    }

    /// A line in the buffer.
    private struct Line {
        var outline: RecordOutline
        /// Where its text stands, which has a head before it and a line feed behind it.
        var text: Range<Int>

        /// Where all of it stands.
        var all: Range<Int> { self.text.lowerBound - JournalLine.headLength..<self.text.upperBound + 1 }
    }

    private struct State: ~Copyable {
        var current: Segment?
        var next: JournalSegment?
        var closed: [Segment] = []
        /// How many segments there were.
        var segments = 0
        /// The lines that are not written yet; their memory is used again.
        var buffer = JournalBuffer()
        /// What they are.
        var lines: [Line] = []
        /// What the shipper need not read.
        var handOver: HandOverQueue
        /// Whether anything is added to it.
        var isHandingOver = true
        /// Lines that could not be written.
        var backlog: [UInt8] = []
        var backlogRecords: UInt64 = 0
        var number: Int64
        var counts = Counts()

        init(number: Int64, _ handOver: HandOverQueue) {
            self.number = number
            self.handOver = handOver
        }

        /// Begins to write a segment.
        mutating func begin(_ file: JournalSegment) {
            self.segments += 1
            self.current = Segment(file: file, number: self.segments)
        }

        /// Goes on to the next segment.
        mutating func advance() {
            guard let next else { return }
            if let full = self.current { self.closed.append(full) }
            self.next = nil
            self.begin(next)
        }

        /// All segments that were written, the oldest first.
        var written: [Segment] { self.closed + (self.current.map { [$0] } ?? []) }

        /// Takes the full segments out that are stored whole: those that were stored before they were left, too.
        mutating func takeStored() -> [JournalSegment] {
            let stored = self.closed.filter { $0.shipped >= $0.written }.map(\.file)
            if !stored.isEmpty { self.closed.removeAll { $0.shipped >= $0.written } }
            return stored
        }
    }

    private static let keptBufferBytes = 256 * 1024
    /// So many bytes are written at the latest, whatever else is to come in the same turn.
    private static let mostGathered = 128 * 1024

    private let segmentBytes: Int64
    private let backlogBytes: Int
    private let state: Mutex<State>

    /// Makes the journal of a loop. `number` is random: the number of the first record.
    init(number: Int64, settings: JournalSettings) {
        self.segmentBytes = settings.segmentBytes
        self.backlogBytes = settings.backlogBytes
        let handOver = HandOverQueue(mostBytes: settings.handOverBytes, mostRecords: settings.handOverRecords)
        self.state = Mutex(State(number: number, handOver))
    }

    /// Adds a record to those that ``commit()`` writes.
    ///
    /// Returns whether the thread has something to do, see ``commit()``.
    func add(_ record: borrowing ExchangeRecord, isShortened: Bool) -> Bool {
        self.state.withLock { state in
            state.number &+= 1
            JournalLine.begin(&state.buffer)
            let outline = JournalText.append(record, number: state.number, isShortened: isShortened, to: &state.buffer)
            // The text without head and end is what is handed over.
            let text = state.buffer.origin..<state.buffer.count
            JournalLine.end(&state.buffer)
            state.lines.append(Line(outline: outline, text: text))
            if isShortened { state.counts.shortened &+= 1 }
            return state.buffer.count >= Self.mostGathered ? self.commit(&state) : false
        }
    }

    /// Writes what was added, with one call of the system. What cannot be written waits in memory, up to the bound.
    ///
    /// Returns whether the thread has something to do: a segment to make, or what waits to write.
    func commit() -> Bool {
        self.state.withLock { self.commit(&$0) }
    }

    private func commit(_ state: inout State) -> Bool {
        guard !state.lines.isEmpty else { return false }
        let wakes = self.write(&state)
        state.lines.removeAll(keepingCapacity: true)
        // One long record must not hold memory for ever.
        state.buffer.removeAll(keepingAtMost: Self.keptBufferBytes)
        return wakes
    }

    private func write(_ state: inout State) -> Bool {
        let bytes = state.buffer.bytes
        // What waits goes first, and the thread writes it.
        guard state.backlog.isEmpty else { return self.keep(&state) }
        if state.next != nil, (state.current?.written ?? .max) > self.segmentBytes - Int64(bytes.count) {
            state.advance()
        }
        guard let segment = state.current, segment.file.write(bytes, at: segment.written) == 0 else {
            return self.keep(&state)
        }
        state.current?.written += Int64(bytes.count)
        state.counts.records &+= UInt64(state.lines.count)
        state.counts.bytes &+= UInt64(bytes.count)
        if state.isHandingOver {
            for line in state.lines {
                state.handOver.add(
                    UnsafeRawBufferPointer(rebasing: bytes[line.text]), line.outline,
                    segment: segment.number, at: segment.written + Int64(line.all.lowerBound))
            }
        }
        return segment.written > self.segmentBytes / 2 && state.next == nil
    }

    private func keep(_ state: inout State) -> Bool {
        for line in state.lines {
            guard state.backlog.count + line.all.count <= self.backlogBytes else {
                state.counts.lost &+= 1
                continue
            }
            state.backlog.append(contentsOf: state.buffer.bytes[line.all])
            state.backlogRecords += 1
        }
        return true
    }
}

// MARK: For the thread that makes segments

extension LoopJournal {
    /// Whether the next segment is to be made now.
    var wantsSegment: Bool {
        self.state.withLock { state in
            guard state.next == nil else { return false }
            guard let current = state.current else { return true }
            return current.written > self.segmentBytes / 2 || !state.backlog.isEmpty
        }
    }

    /// Gives the loop its next segment; where it has none at all, that is the one to write.
    func give(_ file: JournalSegment) {
        self.state.withLock { state in
            if state.current == nil {
                state.begin(file)
            } else {
                state.next = file
            }
        }
    }

    /// Tries to write what waits. Returns the error's number, or 0 when nothing waits any more.
    func writeBacklog() -> Int32 {
        self.state.withLock { state in
            guard !state.backlog.isEmpty else { return 0 }
            // The next segment's room is reserved; the current one may be what the disk had no room for.
            if state.next != nil { state.advance() }
            guard let segment = state.current else { return ENOSPC }
            let error = state.backlog.withUnsafeBytes { segment.file.write($0, at: segment.written) }
            guard error == 0 else { return error }
            state.current?.written += Int64(state.backlog.count)
            state.counts.records &+= state.backlogRecords
            state.counts.bytes &+= UInt64(state.backlog.count)
            state.backlog = []
            state.backlogRecords = 0
            return 0
        }
    }

    /// The segments that have what is not on the disk, with how much they have.
    func unsynced() -> [(file: JournalSegment, written: Int64)] {
        self.state.withLock { state in
            state.written.filter { $0.synced < $0.written }.map { ($0.file, $0.written) }
        }
    }

    /// So much of a segment is on the disk.
    func synced(_ path: String, _ bytes: Int64) {
        self.state.withLock { state in
            if state.current?.file.path == path { state.current?.synced = bytes }
            for index in state.closed.indices where state.closed[index].file.path == path {
                state.closed[index].synced = bytes
            }
        }
    }

    /// What was done so far.
    var counts: Counts { self.state.withLock { $0.counts } }
    /// Bytes that wait in memory.
    var backlogCount: Int { self.state.withLock { $0.backlog.count } }

    /// Removes the segments that nothing is written to any more and that hold nothing, at the end of the process. Returns
    /// whether none is left.
    func finish() -> Bool {
        let (empty, isEmpty) = self.state.withLock { state in
            _ = self.commit(&state)
            var empty = state.takeStored()
            if let next = state.next { empty.append(next) }
            state.next = nil
            if let current = state.current, current.shipped == current.written {
                empty.append(current.file)
                state.current = nil
            }
            return (empty, state.current == nil && state.closed.isEmpty && state.backlog.isEmpty)
        }
        for file in empty { file.remove() }
        return isEmpty
    }
}

// MARK: For the shipper

extension LoopJournal {
    /// What is written and not shipped, the oldest first: records that are in memory, and between them what is in the segments
    /// alone. Removes what is shipped whole.
    func pieces() -> [Piece] {
        let (stored, pieces) = self.state.withLock { state in
            let stored = state.takeStored()
            var pieces: [Piece] = []
            for segment in state.written where segment.shipped < segment.written {
                var place = segment.shipped
                let path = segment.file.path
                for chunk in state.handOver.chunks(of: segment.number, from: place) {
                    if place < chunk.start { pieces.append(Piece(path: path, start: place, end: chunk.start)) }
                    pieces.append(Piece(path: path, start: max(place, chunk.start), end: chunk.end, chunk: chunk))
                    place = chunk.end
                }
                if place < segment.written { pieces.append(Piece(path: path, start: place, end: segment.written)) }
            }
            return (stored, pieces)
        }
        for file in stored { file.remove() }
        return pieces
    }

    /// Everything of a segment up to `end` is stored; a full segment that is stored whole is removed.
    func shipped(_ path: String, to end: Int64) {
        let stored = self.state.withLock { state in
            if let current = state.current, current.file.path == path {
                state.current?.advanceShipped(to: end)
                state.handOver.remove(segment: current.number, before: end)
            }
            for index in state.closed.indices where state.closed[index].file.path == path {
                state.closed[index].advanceShipped(to: end)
                state.handOver.remove(segment: state.closed[index].number, before: end)
            }
            return state.takeStored()
        }
        for file in stored { file.remove() }
    }

    /// Begins or stops to keep records in memory for the shipper. While the database is away, those that it has are given up: they
    /// would only be the first ones of many.
    func handOver(_ isWanted: Bool) {
        self.state.withLock { state in
            state.isHandingOver = isWanted
            if !isWanted { state.handOver.removeAll() }
        }
    }

    /// How many records are in memory for the shipper.
    var handedOver: Int { self.state.withLock { $0.handOver.count } }

    /// The bytes that are written and not shipped.
    var unshippedBytes: Int64 {
        self.state.withLock { state in
            state.written.reduce(Int64(state.backlog.count)) { $0 + $1.written - $1.shipped }
        }
    }
}
