/// Lines that wait to be written: a bounded queue of chunks, pure of IO and of locks.
///
/// Lines are copied into chunks of about 64 KiB, so that growing never moves what is there. The bound counts what waits and
/// what is being written; a line that does not fit is shed and counted. Every line offered is in exactly one of
/// ``waiting``, ``beingWritten``, ``written`` and ``shed``.
struct LogBuffer {
    /// Some whole lines.
    struct Chunk {
        var bytes: [UInt8] = []
        var lines: UInt64 = 0
    }

    /// What became of a line.
    enum Outcome: Equatable {
        /// It waits. `wakes`: the writer must be woken, since there was nothing before or since there is now much.
        case accepted(wakes: Bool)
        case shed
    }

    private static let chunkBytes = 64 << 10

    /// The bound in bytes.
    let limit: Int
    /// So many waiting bytes are worth writing at once.
    let urgentBytes: Int
    /// Bytes that wait or are being written.
    private(set) var heldBytes = 0
    private(set) var waitingBytes = 0
    private(set) var waiting: UInt64 = 0
    private(set) var beingWritten: UInt64 = 0
    private(set) var written: UInt64 = 0
    private(set) var shed: UInt64 = 0
    private var chunks: [Chunk] = []
    private var spare: [Chunk] = []

    init(limit: Int, urgentBytes: Int = 64 << 10) {
        self.limit = limit
        self.urgentBytes = urgentBytes
    }

    var isEmpty: Bool { self.waiting == 0 }
    /// How many chunks wait: what one turn of the writer takes.
    var waitingChunks: Int { self.chunks.count }
    var isUrgent: Bool { self.waitingBytes >= self.urgentBytes }
    /// Lines that were taken, whatever became of them since.
    var accepted: UInt64 { self.waiting + self.beingWritten + self.ended }
    /// Taken lines that were written or given up; lines end in the order in which they were taken.
    var ended: UInt64 { self.written + self.lost }
    /// Taken lines that were given up later; a part of ``shed``.
    private(set) var lost: UInt64 = 0

    /// Takes a whole line, or sheds it.
    mutating func append(_ line: borrowing [UInt8]) -> Outcome {
        guard line.count <= self.limit - self.heldBytes else {
            self.shed += 1
            return .shed
        }
        let wasEmpty = self.isEmpty
        let wasUrgent = self.isUrgent
        let last = self.chunks.count - 1
        if last >= 0, self.chunks[last].bytes.count + line.count <= Self.chunkBytes {
            self.chunks[last].bytes.append(contentsOf: copy line)
            self.chunks[last].lines += 1
        } else {
            var chunk = self.spare.popLast() ?? Chunk()
            chunk.bytes.append(contentsOf: copy line)
            chunk.lines = 1
            self.chunks.append(chunk)
        }
        self.heldBytes += line.count
        self.waitingBytes += line.count
        self.waiting += 1
        return .accepted(wakes: wasEmpty || (self.isUrgent && !wasUrgent))
    }

    /// Counts a line that is not even offered, as after closing.
    mutating func shedOne() {
        self.shed += 1
    }

    /// Takes the oldest chunk for writing. Give it back to ``finish(_:written:)``.
    mutating func next() -> Chunk? {
        guard !self.chunks.isEmpty else { return nil }
        let chunk = self.chunks.removeFirst()
        self.waiting -= chunk.lines
        self.waitingBytes -= chunk.bytes.count
        self.beingWritten += chunk.lines
        return chunk
    }

    /// A chunk has been written as far as it could: so many of its lines went out whole.
    mutating func finish(_ chunk: consuming Chunk, written: UInt64) {
        let whole = min(written, chunk.lines)
        self.written += whole
        self.shed += chunk.lines - whole
        self.lost += chunk.lines - whole
        self.beingWritten -= chunk.lines
        self.heldBytes -= chunk.bytes.count
        guard self.spare.count < 2, chunk.bytes.capacity <= Self.chunkBytes * 2 else { return }
        chunk.bytes.removeAll(keepingCapacity: true)
        chunk.lines = 0
        self.spare.append(chunk)
    }

    /// Gives up all that waits.
    mutating func abandon() {
        self.shed += self.waiting
        self.lost += self.waiting
        self.heldBytes -= self.waitingBytes
        self.waiting = 0
        self.waitingBytes = 0
        self.chunks = []
    }
}
