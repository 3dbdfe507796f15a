import Glibc
public import SluiceCore
import Synchronization

/// The append-only files that make the ledger survive a crash: one segment at a time for each event loop, in one folder.
///
/// ``append(_:loop:)`` writes a record with one `write` before it returns. What a process has written that way is the kernel's: the
/// end of the process, by a signal that cannot be caught or otherwise, takes nothing of it. As an exchange is settled before the last
/// bytes of its answer are released, whoever has seen an answer complete has its record here. The bytes of an answer are flushed in the
/// same turn of the loop in which it is settled, so that there is no later moment at which the records of several could be written
/// with one call and still before all of their answers.
///
/// A thread of its own makes segments in advance, and sees to it that they reach the disk.
public final class LedgerJournal: Sendable {
    /// What the journal has done and what it holds.
    public struct Statistics: Sendable, Equatable {
        /// Records that were written.
        public var records: UInt64 = 0
        /// Bytes that were written.
        public var bytes: UInt64 = 0
        /// Records that were shortened, since ``JournalSettings/limitBytes`` was passed.
        public var shortened: UInt64 = 0
        /// Records that were lost, since they could not be written and too many waited in memory.
        public var lost: UInt64 = 0
        /// Bytes that are not shipped yet, those of processes that are gone included.
        public var unshippedBytes: Int64 = 0
        /// Bytes that wait in memory.
        public var backlogBytes: Int64 = 0
        /// Whether there is no room for the next segment.
        public var isFull = false
    }

    /// How long the thread sleeps when nothing wakes it.
    private static let interval = Duration.milliseconds(100)
    /// The same, where everything new is to reach the disk.
    private static let shortInterval = Duration.milliseconds(5)
    /// How long after the last one a sync is due, where it is each second, in nanoseconds.
    private static let syncInterval: Int64 = 1_000_000_000
    /// How many bytes each loop may keep for the shipper at least.
    private static let leastHandOver = 256 * 1024

    private let settings: JournalSettings
    private let folder: JournalFolder
    private let name: String
    /// Held until the end of the thread; from then on what is left is anybody's.
    private let claim: Mutex<JournalFolder.Claim?>
    private let loops: [LoopJournal]
    private let nextNumber = Atomic(0)
    private let unshipped = Atomic<Int64>(0)
    private let leftoverBytes = Atomic<Int64>(0)
    private let isFull = Atomic(false)
    private let monitor = Monitor()
    private let isClosing = Atomic(false)
    private let threadState = Mutex((isRunning: false, waiting: [CheckedContinuation<Void, Never>]()))
    private let report: @Sendable (JournalNotice) -> Void

    /// Makes the folder and the first segments, and starts the thread.
    ///
    /// - Parameters:
    ///   - settings: the bounds.
    ///   - loops: how many event loops there are; their indices are below it.
    ///   - report: is told what an operator should know. Called on the thread; must not wait.
    /// - Throws: `misconfigured` when the folder cannot be used, `full`, or `unavailable`.
    public init(
        _ settings: JournalSettings,
        loops: Int,
        report: @escaping @Sendable (JournalNotice) -> Void
    ) throws(StoreError) {
        self.settings = settings
        self.report = report
        self.folder = try JournalFolder(settings.folder)
        var generator = SystemRandomNumberGenerator()
        let claim = try self.folder.claim(using: &generator)
        self.name = claim.name
        self.claim = Mutex(claim)
        let count = max(1, loops)
        var share = settings
        share.handOverBytes = max(settings.handOverBytes / count, min(settings.handOverBytes, Self.leastHandOver))
        share.handOverRecords = max(1, settings.handOverRecords / count)
        self.loops = (0..<count).map { _ in
            LoopJournal(number: Int64(truncatingIfNeeded: generator.next() >> 1), settings: share)
        }
        do throws(StoreError) {
            for index in self.loops.indices { try self.makeSegment(index) }
        } catch {
            guard error.kind == .full, settings.whenFull == .serve else { throw error }
            self.isFull.store(true, ordering: .relaxed)
            report(.full(error))
        }
        self.threadState.withLock { $0.isRunning = true }
        do throws(StoreError) {
            try BlockingThread.start("ledger-journal") { self.serve() }
        } catch {
            self.threadState.withLock { $0.isRunning = false }
            throw error
        }
    }

    /// Adds a record to those that ``commit(loop:)`` writes. On the event loop with that index.
    public func add(_ record: borrowing ExchangeRecord, loop: Int) {
        let isShortened = self.unshipped.load(ordering: .relaxed) > self.settings.limitBytes
        if self.loops[self.index(loop)].add(record, isShortened: isShortened) { self.monitor.wakeAll() }
    }

    /// Writes what was added. On the event loop with that index, before the last bytes of those answers are released; waits for the
    /// kernel's memory alone.
    public func commit(loop: Int) {
        if self.loops[self.index(loop)].commit() { self.monitor.wakeAll() }
    }

    private func index(_ loop: Int) -> Int {
        Int(loop.magnitude % UInt(self.loops.count))
    }

    /// Why no request may begin that a record is to be written of; `nil` when it may.
    public var refusal: StoreError? {
        guard self.settings.whenFull == .refuse, self.isFull.load(ordering: .relaxed) else { return nil }
        return StoreError(.full, "there is no room on the disk for the ledger's journal")
    }

    /// Whether room is short: what can be done without gives way now, before records are shortened.
    public var isShortOfRoom: Bool {
        self.isFull.load(ordering: .relaxed)
            || self.unshipped.load(ordering: .relaxed) > self.settings.limitBytes / 4 * 3
    }

    /// What the journal has done and what it holds.
    public var statistics: Statistics {
        var statistics = Statistics()
        for loop in self.loops {
            let counts = loop.counts
            statistics.records += counts.records
            statistics.bytes += counts.bytes
            statistics.shortened += counts.shortened
            statistics.lost += counts.lost
        }
        statistics.unshippedBytes =
            self.loops.reduce(self.leftoverBytes.load(ordering: .relaxed)) { $0 + $1.unshippedBytes }
        statistics.backlogBytes = self.loops.reduce(0) { $0 + Int64($1.backlogCount) }
        statistics.isFull = self.isFull.load(ordering: .relaxed)
        return statistics
    }

    /// Ends the thread, makes what was written reach the disk, and removes what holds nothing. To be called once, when nothing is
    /// appended any more. What was not shipped is left for another process or the next one.
    public func close() async {
        self.isClosing.store(true, ordering: .releasing)
        self.monitor.wakeAll()
        await withCheckedContinuation { continuation in
            let isOver = self.threadState.withLock { state in
                if state.isRunning { state.waiting.append(continuation) }
                return !state.isRunning
            }
            if isOver { continuation.resume() }
        }
    }
}

// MARK: The thread

extension LedgerJournal {
    private func serve() {
        var synced = MonotonicTime.now()
        while !self.isClosing.load(ordering: .acquiring) {
            let interval = self.settings.sync == .batch ? Self.shortInterval : Self.interval
            self.monitor.locked { self.monitor.wait(until: .now().advanced(by: interval)) }
            self.tend()
            self.unshipped.store(self.statistics.unshippedBytes, ordering: .relaxed)
            let isDue = self.settings.sync == .second && MonotonicTime.now() - synced >= Self.syncInterval
            if isDue || self.settings.sync == .batch {
                synced = .now()
                self.sync()
            }
        }
        self.tend()
        self.sync()
        let isEmpty = self.loops.reduce(true) { $1.finish() && $0 }
        self.claim.withLock { claim in
            if isEmpty { claim?.remove() }
            claim = nil
        }
        let waiting = self.threadState.withLock { state in
            state.isRunning = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Makes the segments that are wanted and writes what waits in memory, and says when that begins to fail and when it works again.
    private func tend() {
        do throws(StoreError) {
            for (index, loop) in self.loops.enumerated() {
                if loop.wantsSegment { try self.makeSegment(index) }
                let error = loop.writeBacklog()
                guard error == 0 else {
                    throw JournalFolder.failure("the ledger's journal could not be written", error)
                }
            }
            if self.isFull.exchange(false, ordering: .relaxed) { self.report(.hasRoom) }
        } catch {
            if !self.isFull.exchange(true, ordering: .relaxed) { self.report(.full(error)) }
        }
    }

    private func makeSegment(_ index: Int) throws(StoreError) {
        let number = self.nextNumber.add(1, ordering: .relaxed).newValue
        let path = self.folder.segment(of: self.name, loop: index, number: number)
        self.loops[index].give(try JournalSegment(path: path, bytes: self.settings.segmentBytes))
    }

    private func sync() {
        for loop in self.loops {
            for (file, written) in loop.unsynced() {
                let error = file.sync()
                if error == 0 {
                    loop.synced(file.path, written)
                } else {
                    self.report(.notSynced(JournalFolder.failure("the ledger's journal did not reach the disk", error)))
                }
            }
        }
    }
}

// MARK: For the shipper

extension LedgerJournal {
    /// What this process has written and not shipped: for each loop, the oldest first.
    func pieces() -> [(loop: Int, piece: LoopJournal.Piece)] {
        self.loops.indices.flatMap { index in self.loops[index].pieces().map { (index, $0) } }
    }

    /// Whether all that this process has written, and what waits in memory, is shipped.
    var isShipped: Bool { self.loops.allSatisfy { $0.unshippedBytes == 0 } }

    /// Everything of a segment up to `end` is stored.
    func shipped(loop: Int, path: String, to end: Int64) {
        self.loops[loop].shipped(path, to: end)
    }

    /// Begins or stops to keep records in memory for the shipper.
    func handOver(_ isWanted: Bool) {
        for loop in self.loops { loop.handOver(isWanted) }
    }

    /// How many records are in memory for the shipper.
    var handedOver: Int { self.loops.reduce(0) { $0 + $1.handedOver } }

    /// Takes the segments of processes that are gone. Whoever has a claim owns its segments.
    func claimLeftovers() throws(StoreError) -> [(claim: JournalFolder.Claim, segments: [JournalFolder.Leftover])] {
        var found: [(JournalFolder.Claim, [JournalFolder.Leftover])] = []
        for name in try self.folder.names() where name != self.name {
            guard let claim = try self.folder.claim(name) else { continue }
            let segments = try self.folder.segments(of: claim)
            if segments.isEmpty { claim.remove() } else { found.append((claim, segments)) }
        }
        return found
    }

    /// So many bytes of processes that are gone are to be shipped.
    func leftoversAre(_ bytes: Int64) {
        self.leftoverBytes.store(bytes, ordering: .relaxed)
    }

    /// Where records are kept that the database refuses for what they are.
    var rejectedPath: String { "\(self.folder.path)/rejected.jsonl" }
}
