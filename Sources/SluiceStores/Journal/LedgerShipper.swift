import Glibc
import SluiceCore
import Synchronization

/// Moves records from the journal to the database, in batches, and removes the segments that are stored whole.
///
/// Its place in each segment is in memory: after a crash the segments are shipped anew from their beginning, and the database leaves
/// out what it has by the records' ids. While the database is away it tries again and again, less and less often.
public final class LedgerShipper: Sendable {
    /// How records are shipped and how long they are kept.
    public struct Settings: Sendable, Equatable {
        /// How many records a batch has at most.
        public var batchRecords = 2048
        /// How long the shipper waits after a batch that was not full.
        public var interval = Duration.milliseconds(250)
        /// For how long records are kept; `nil` for ever.
        public var recordRetention: Duration?
        /// For how long the sums of hours and days are kept; `nil` for ever.
        public var sumRetention: Duration?
        /// How often it is looked for what is too old, and for segments of other processes that ended.
        public var houseKeeping = Duration.seconds(60)

        /// The defaults.
        public init() {}
    }

    /// What the shipper has done.
    public struct Statistics: Sendable, Equatable {
        /// Records that are new in the database.
        public var stored: UInt64 = 0
        /// Records that the database had already.
        public var repeated: UInt64 = 0
        /// Records that the database refuses.
        public var rejected: UInt64 = 0
        /// Lines that were damaged or torn.
        public var damaged: UInt64 = 0
        /// Batches that failed.
        public var failures: UInt64 = 0
        /// Whether the last batch failed.
        public var isDelayed = false
    }

    /// How much of a segment is read at once.
    private static let readBytes = 256 * 1024
    /// How many records are deleted in one transaction.
    private static let deletedAtOnce = 5000

    private let journal: LedgerJournal
    private let store: any LedgerBatchStore
    private let settings: Settings
    private let report: @Sendable (JournalNotice) -> Void
    private let counts = Mutex(Statistics())

    /// Makes a shipper to a deployment's stores. `report` is told what an operator should know.
    public convenience init(
        journal: LedgerJournal,
        stores: SQLStores,
        settings: Settings,
        report: @escaping @Sendable (JournalNotice) -> Void
    ) {
        self.init(journal: journal, store: stores.batches, settings: settings, report: report)
    }

    init(
        journal: LedgerJournal,
        store: any LedgerBatchStore,
        settings: Settings,
        report: @escaping @Sendable (JournalNotice) -> Void
    ) {
        self.journal = journal
        self.store = store
        self.settings = settings
        self.report = report
    }

    /// What the shipper has done.
    public var statistics: Statistics { self.counts.withLock { $0 } }

    /// Ships until the task is cancelled.
    public func run() async {
        var work = Work(settings: self.settings)
        while !Task.isCancelled {
            // Large batches cost the database far less than small ones: a full one is followed by the next at once, and what
            // processes left that are gone does not wait either.
            let shipped = await self.step(&work)
            let isMore = shipped >= self.settings.batchRecords || !work.leftovers.isEmpty
            if shipped == 0 || !isMore { try? await Task.sleep(for: work.pause) }
        }
    }

    /// Ships what is there now, for at most so long. Returns whether nothing is left. Not at the same time as ``run()``.
    public func finish(within duration: Duration) async -> Bool {
        let end = MonotonicTime.now().advanced(by: duration)
        var work = Work(settings: self.settings)
        work.keepsHouse = false
        while !self.journal.isShipped {
            let shipped = await self.step(&work)
            guard MonotonicTime.now() < end else { return self.journal.isShipped }
            if shipped == 0 { try? await Task.sleep(for: min(work.pause, .milliseconds(100))) }
        }
        return true
    }
}

// MARK: Steps

extension LedgerShipper {
    /// What is kept between two steps.
    private struct Work {
        var pause: Duration
        var keepsHouse = true
        var nextHouseKeeping = MonotonicTime.now()
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(10))
        /// Segments of processes that are gone, and how far each is stored.
        var leftovers: [(claim: JournalFolder.Claim, segments: [JournalFolder.Leftover], place: Int64)] = []

        init(settings: Settings) {
            self.pause = settings.interval
        }
    }

    /// What is read from a piece of a segment, up to where.
    private struct Reading {
        var end: Int64
        var damaged = 0
        var isTorn = false
    }

    /// Ships one batch, of this process or of one that is gone. Returns how many records it had; 0 says to pause.
    private func step(_ work: inout Work) async -> Int {
        work.pause = self.settings.interval
        do throws(StoreError) {
            if work.keepsHouse, MonotonicTime.now() >= work.nextHouseKeeping {
                try self.findLeftovers(&work)
                // A record that was stored and deleted must not come back of a segment and count again.
                if work.leftovers.isEmpty { await self.retire() }
                work.nextHouseKeeping = .now().advanced(by: self.settings.houseKeeping)
            }
            let count = try await self.shipOwn() + self.shipLeftover(&work)
            if count > 0 {
                work.backoff.succeeded()
                let wasDelayed = self.counts.withLock { counts in
                    defer { counts.isDelayed = false }
                    return counts.isDelayed
                }
                if wasDelayed {
                    self.journal.handOver(true)
                    self.report(.resumed)
                }
            }
            return count
        } catch {
            guard !Task.isCancelled else { return 0 }
            let isNew = self.counts.withLock { counts in
                counts.failures += 1
                defer { counts.isDelayed = true }
                return !counts.isDelayed
            }
            if isNew {
                // An hour without a database must not cost memory.
                self.journal.handOver(false)
                self.report(.delayed(error))
            }
            work.pause = work.backoff.failed(fraction: Double.random(in: 0...1))
            return 0
        }
    }

    /// One batch, filled from all loops: each gives what it has, up to the batch's size.
    private func shipOwn() async throws(StoreError) -> Int {
        var batch = LedgerBatch()
        var places: [(loop: Int, path: String, end: Int64)] = []
        let pieces = self.journal.pieces()
        let chunks = pieces.compactMap(\.piece.chunk)
        batch.reserve(
            bytes: min(chunks.reduce(0) { $0 + $1.batch.bytes.count }, LedgerBatch.mostBytes),
            records: min(chunks.reduce(0) { $0 + $1.batch.count }, self.settings.batchRecords))
        for (loop, piece) in pieces where self.room(batch) > 0 {
            let end =
                if let chunk = piece.chunk { self.take(chunk, from: piece.start, &batch) } else {
                    try self.read(piece.path, piece.start..<piece.end, ends: .withLine, &batch)
                }
            places.append((loop, piece.path, end))
        }
        try await self.store(batch)
        for place in places { self.journal.shipped(loop: place.loop, path: place.path, to: place.end) }
        return batch.count
    }

    /// How many more records there is room for in a batch.
    private func room(_ batch: LedgerBatch) -> Int {
        batch.bytes.count < LedgerBatch.mostBytes ? max(0, self.settings.batchRecords - batch.count) : 0
    }

    /// Takes records that are in memory, from a place of their segment on. Returns behind which place they end.
    private func take(_ chunk: HandOverQueue.Chunk, from place: Int64, _ batch: inout LedgerBatch) -> Int64 {
        let start = chunk.index(from: place)
        let end = min(chunk.batch.count, start + self.room(batch))
        guard start < end else { return place }
        batch.append(chunk.batch, start..<end)
        return chunk.end(of: end - 1)
    }

    private func shipLeftover(_ work: inout Work) async throws(StoreError) -> Int {
        guard let first = work.leftovers.first else { return 0 }
        guard let segment = first.segments.first else {
            first.claim.remove()
            work.leftovers.removeFirst()
            return 0
        }
        var batch = LedgerBatch()
        let end = try self.read(segment.path, first.place..<segment.bytes, ends: .withFile, &batch)
        try await self.store(batch)
        if end >= segment.bytes {
            unlink(segment.path)
            work.leftovers[0].segments.removeFirst()
            work.leftovers[0].place = 0
        } else {
            work.leftovers[0].place = end
        }
        self.noteLeftovers(work)
        // A segment without a record is work done all the same.
        return max(1, batch.count)
    }

    private func findLeftovers(_ work: inout Work) throws(StoreError) {
        let found = try self.journal.claimLeftovers()
        guard !found.isEmpty else { return }
        work.leftovers += found.map { ($0.claim, $0.segments, 0) }
        let segments = found.flatMap(\.segments).filter { $0.bytes > 0 }
        if !segments.isEmpty {
            self.report(.leftovers(segments: segments.count, bytes: segments.reduce(0) { $0 + $1.bytes }))
        }
        self.noteLeftovers(work)
    }

    private func noteLeftovers(_ work: Work) {
        self.journal.leftoversAre(
            work.leftovers.reduce(0) { sum, left in left.segments.reduce(sum - left.place) { $0 + $1.bytes } })
    }

    /// Stores a batch. A record that the database refuses for what it is must not stop the others: it is put into a file.
    private func store(_ batch: LedgerBatch) async throws(StoreError) {
        guard !batch.isEmpty else { return }
        do throws(StoreError) {
            let new = try await self.store.append(batch)
            self.counts.withLock { counts in
                counts.stored += UInt64(new)
                counts.repeated += UInt64(batch.count - new)
            }
        } catch {
            guard Self.isFaultOfRecord(error) else { throw error }
            if batch.count > 1 {
                let half = batch.count / 2
                try await self.store(batch.part(0..<half))
                try await self.store(batch.part(half..<batch.count))
            } else {
                try self.reject(batch, error)
            }
        }
    }

    private static func isFaultOfRecord(_ error: StoreError) -> Bool {
        switch error.kind {
        case .invalid, .conflict, .reference: true
        default: false
        }
    }

    private func reject(_ batch: LedgerBatch, _ error: StoreError) throws(StoreError) {
        let path = self.journal.rejectedPath
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalFolder.failure("\(path) could not be opened", errno) }
        defer { close(descriptor) }
        for index in 0..<batch.count {
            let line = Array(batch.line(index)) + [JournalLine.lineFeed]
            guard write(descriptor, line, line.count) == line.count else {
                throw JournalFolder.failure("\(path) could not be written", errno)
            }
        }
        self.counts.withLock { $0.rejected += UInt64(batch.count) }
        self.report(.rejected(path: path, error))
    }

    /// What stands at the end of what is read.
    private enum End {
        /// Whole lines alone were written before it.
        case withLine
        /// The last line may not have been written whole, since its process ended.
        case withFile
    }

    /// Reads the records of a part of a segment, as many as there is room for. Returns behind which place they end.
    private func read(
        _ path: String,
        _ range: Range<Int64>,
        ends: End,
        _ batch: inout LedgerBatch
    ) throws(StoreError) -> Int64 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw JournalFolder.failure("a segment could not be read", errno) }
            self.report(.vanished(path: path))
            return range.upperBound
        }
        defer { close(descriptor) }
        var reading = Reading(end: range.lowerBound)
        var reader = JournalReader()
        var text = JournalBuffer()
        var buffer = [UInt8](repeating: 0, count: min(Self.readBytes, Int(range.upperBound - range.lowerBound)))
        var place = range.lowerBound
        while place < range.upperBound, self.room(batch) > 0 {
            let wanted = min(buffer.count, Int(range.upperBound - place))
            let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, wanted, off_t(place)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw JournalFolder.failure("a segment could not be read", count == 0 ? EIO : errno)
            }
            // Lines are taken one by one, so that the place is right behind the last one of the batch.
            var start = 0
            while start < count, self.room(batch) > 0 {
                let end = buffer[start..<count].firstIndex(of: JournalLine.lineFeed).map { $0 + 1 } ?? count
                for item in reader.read(buffer[start..<end]) { Self.take(item, &reading, &text, &batch) }
                start = end
            }
            place += Int64(start)
        }
        reading.end = range.lowerBound + reader.offset
        if place >= range.upperBound, reader.pendingBytes > 0 {
            switch ends {
            // The line feed is no longer what it was.
            case .withLine: reading.damaged += 1
            case .withFile: reading.isTorn = true
            }
            reading.end = range.upperBound
        }
        self.note(reading, path)
        return reading.end
    }

    private static func take(
        _ item: JournalReader.Item,
        _ reading: inout Reading,
        _ text: inout JournalBuffer,
        _ batch: inout LedgerBatch
    ) {
        guard case .text(let line) = item, let record = JournalRecordParser.record(line) else {
            reading.damaged += 1
            return
        }
        batch.append(record, line: line, &text)
    }

    private func note(_ reading: Reading, _ path: String) {
        guard reading.damaged > 0 || reading.isTorn else { return }
        self.counts.withLock { $0.damaged += UInt64(reading.damaged + (reading.isTorn ? 1 : 0)) }
        if reading.damaged > 0 { self.report(.damaged(path: path, lines: reading.damaged, isTorn: false)) }
        if reading.isTorn { self.report(.damaged(path: path, lines: 1, isTorn: true)) }
    }

    /// Deletes what is too old.
    private func retire() async {
        let now = UnixTime.now()
        do throws(StoreError) {
            if let retention = self.settings.recordRetention {
                let end = now.advanced(by: .zero - retention)
                while try await self.store.deleteRecords(before: end, limit: Self.deletedAtOnce) == Self.deletedAtOnce,
                    !Task.isCancelled
                {}
            }
            if let retention = self.settings.sumRetention {
                let end = now.advanced(by: .zero - retention)
                let deleted = try await self.store.deleteSums(before: end)
                if deleted > 0 { _ = try await self.store.deleteUnusedNames(sumsBefore: end) }
            }
        } catch {
            self.report(.notRetired(error))
        }
    }
}

extension UnixTime {
    /// Reads the system's clock.
    static func now() -> UnixTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(milliseconds: Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000)
    }
}
