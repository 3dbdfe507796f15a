public import SluiceCore
import Synchronization

/// Keeps captured payloads: takes them from the event loops into a bounded queue, makes them safe and writes them on a thread of its
/// own.
///
/// What finds no room is left out and counted. Nothing waits for the thread but who reads payloads or deletes them.
public final class PayloadWriter: PayloadSink {
    /// What was done, and what is held.
    public struct Statistics: Sendable, Equatable {
        /// Payloads that were written.
        public var captured: UInt64 = 0
        /// Bytes of bodies that were written.
        public var bytes: UInt64 = 0
        /// Bodies that were longer than is kept.
        public var cut: UInt64 = 0
        /// Places that were made unreadable.
        public var redactions: UInt64 = 0
        /// Payloads that were left out.
        public var leftOut: UInt64 = 0
        /// Payloads that were deleted to make room.
        public var displaced: UInt64 = 0
        /// Payloads that were deleted since they were old.
        public var retired: UInt64 = 0
        /// Bytes in memory.
        public var heldBytes: Int = 0
        /// Bytes on the disk.
        public var storedBytes: Int64 = 0
    }

    /// What reads or deletes, once so many payloads as were handed over before it are written.
    private struct Work: Sendable {
        var after: UInt64
        var body: @Sendable (Result<PayloadFile, StoreError>) -> Void
    }

    private struct State {
        var payloads: [(payload: Payload, held: Int)] = []
        /// How many were handed over, and how many of them the thread has taken.
        var submitted: UInt64 = 0
        var taken: UInt64 = 0
        var work: [Work] = []
        var statistics = Statistics()
        /// Why payloads are left out; the log has said so.
        var reason: PayloadNotice.Reason?
        /// When the last one was left out, and when one was kept last.
        var leftOutAt = MonotonicTime.now()
        var keptAt = MonotonicTime.now()
        var isClosing = false
        var isRunning = true
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// How many payloads are written in one transaction.
    private static let batchCount = 64
    /// How many calls may wait for the thread.
    private static let workLimit = 64
    private static let interval = Duration.seconds(1)
    private static let retiredEvery: Int64 = 30_000_000_000

    private let settings: PayloadSettings
    private let prepare: @Sendable (Payload) -> Payload
    private let mustGiveWay: @Sendable () -> Bool
    private let now: @Sendable () -> Int64
    private let report: @Sendable (PayloadNotice) -> Void
    private let held = Atomic(0)
    private let state = Mutex(State())
    private let monitor = Monitor()

    /// Opens the file and starts the thread.
    ///
    /// - Parameters:
    ///   - settings: the bounds.
    ///   - prepare: makes a payload what may be kept: decoded and redacted. Called on the thread.
    ///   - mustGiveWay: says whether the room on the disk is for others.
    ///   - now: the time, in nanoseconds since 1970.
    ///   - report: is told what an operator should know. Called on the thread and on event loops; must not wait.
    /// - Throws: what opening the file throws.
    public init(
        _ settings: PayloadSettings,
        prepare: @escaping @Sendable (Payload) -> Payload,
        mustGiveWay: @escaping @Sendable () -> Bool = { false },
        now: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (PayloadNotice) -> Void
    ) throws(StoreError) {
        self.settings = settings
        self.prepare = prepare
        self.mustGiveWay = mustGiveWay
        self.now = now
        self.report = report
        // Found out here, where the start can still fail.
        let file = try PayloadFile(folder: settings.folder)
        let used = try file.usedBytes()
        file.close()
        self.state.withLock { $0.statistics.storedBytes = used }
        try BlockingThread.start("payloads") { self.serve() }
    }

    /// What was done, and what is held.
    public var statistics: Statistics {
        var statistics = self.state.withLock { $0.statistics }
        statistics.heldBytes = self.held.load(ordering: .relaxed)
        return statistics
    }

    /// Ends the thread, once what waits is written, or ``PayloadSettings/lastWriting`` has passed. To be called once.
    public func close() async {
        self.state.withLock { $0.isClosing = true }
        self.wake()
        await withCheckedContinuation { continuation in
            let isOver = self.state.withLock { state in
                if state.isRunning { state.waiting.append(continuation) }
                return !state.isRunning
            }
            if isOver { continuation.resume() }
        }
    }

    // MARK: On event loops

    public func admits() -> Bool {
        guard self.mustGiveWay() else { return true }
        self.count(leftOut: 1, .journalFirst)
        return false
    }

    public func take(_ bytes: Int) -> Bool {
        guard bytes > 0 else { return true }
        if self.held.add(bytes, ordering: .relaxed).newValue <= self.settings.queueBytes { return true }
        self.held.subtract(bytes, ordering: .relaxed)
        return false
    }

    public func submit(_ payload: Payload, holding bytes: Int) {
        let isTaken = self.state.withLock { state in
            guard !state.isClosing else { return false }
            state.payloads.append((payload, bytes))
            state.submitted &+= 1
            return true
        }
        if isTaken { self.wake() } else { self.held.subtract(bytes, ordering: .relaxed) }
    }

    public func leaveOut(holding bytes: Int) {
        self.held.subtract(bytes, ordering: .relaxed)
        self.count(leftOut: 1, .queueFull)
    }

    private func count(leftOut count: Int, _ reason: PayloadNotice.Reason) {
        let isNew = self.state.withLock { state in
            state.statistics.leftOut &+= UInt64(count)
            state.leftOutAt = .now()
            defer { state.reason = reason }
            return state.reason == nil
        }
        if isNew { self.report(.leavesOut(reason)) }
    }

    private func wake() {
        // Under its lock: between the look of the thread and its wait nothing may come.
        self.monitor.locked { self.monitor.wakeAll() }
    }
}

// MARK: Reading

extension PayloadWriter: PayloadStore {
    public func payloads(requestID: String, in scope: TenantScope) async throws(StoreError) -> [Payload] {
        try await self.call { file throws(StoreError) in try file.payloads(requestID: requestID, in: scope) }
    }

    public func deletePayloads(requestID: String, in scope: TenantScope) async throws(StoreError) -> Int {
        try await self.call { file throws(StoreError) in try file.delete(requestID: requestID, in: scope) }
    }

    /// Runs `body` on the thread, behind what waits to be written at this moment: who has an answer finds its payload. The wait is
    /// as long as the statements of the thread may take.
    private func call<Value: Sendable>(
        _ body: @escaping @Sendable (PayloadFile) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            let refusal = self.state.withLock { state -> StoreError? in
                guard !state.isClosing else { return StoreError(.unavailable, "the store of payloads is closed") }
                guard state.work.count < Self.workLimit else {
                    return StoreError(.busy, "\(Self.workLimit) calls wait for the payloads already")
                }
                state.work.append(
                    Work(after: state.submitted) { file in
                        do throws(StoreError) {
                            continuation.resume(returning: .success(try body(try file.get())))
                        } catch {
                            continuation.resume(returning: .failure(error))
                        }
                    })
                return nil
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) } else { self.wake() }
        }
        return try result.get()
    }
}

// MARK: The thread

extension PayloadWriter {
    private func serve() {
        var file: PayloadFile?
        var retired = Int64.min
        var end = MonotonicTime.never
        while true {
            self.monitor.locked {
                let isIdle = self.state.withLock { $0.payloads.isEmpty && $0.work.isEmpty && !$0.isClosing }
                if isIdle { self.monitor.wait(until: .now().advanced(by: Self.interval)) }
            }
            let (batch, work, isClosing) = self.state.withLock { state in
                let batch = Array(state.payloads.prefix(Self.batchCount))
                state.payloads.removeFirst(batch.count)
                state.taken &+= UInt64(batch.count)
                let work = Array(state.work.prefix { $0.after <= state.taken })
                state.work.removeFirst(work.count)
                return (batch, work, state.isClosing)
            }
            if isClosing, batch.isEmpty, work.isEmpty { break }
            if isClosing, end == .never { end = .now().advanced(by: self.settings.lastWriting) }
            let opened = self.open(&file)
            switch opened {
            case .success(let open):
                self.write(batch, to: open, isLate: MonotonicTime.now() >= end)
                let now = self.now()
                if now - Self.retiredEvery >= retired {
                    retired = now
                    self.retire(open, now)
                }
            case .failure(let error): self.leaveOut(batch, .failed(error))
            }
            self.held.subtract(batch.reduce(0) { $0 + $1.held }, ordering: .relaxed)
            for one in work { one.body(opened) }
            self.reportKeeping()
        }
        file?.close()
        let waiting = self.state.withLock { state in
            state.isRunning = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func open(_ file: inout PayloadFile?) -> Result<PayloadFile, StoreError> {
        if let file, file.isUsable { return .success(file) }
        do throws(StoreError) {
            let opened = try PayloadFile(folder: self.settings.folder)
            file = opened
            return .success(opened)
        } catch {
            return .failure(error)
        }
    }

    private func write(_ batch: [(payload: Payload, held: Int)], to file: PayloadFile, isLate: Bool) {
        guard !batch.isEmpty else { return }
        if isLate { return self.leaveOut(batch, .queueFull) }
        if self.mustGiveWay() { return self.leaveOut(batch, .journalFirst) }
        let payloads = batch.map { self.prepare($0.payload) }
        let bytes = payloads.reduce(0) { $0 + $1.byteCount }
        guard file.freeBytes - Int64(bytes) > self.settings.spareBytes else { return self.leaveOut(batch, .diskShort) }
        do throws(StoreError) {
            let displaced = try file.write(payloads, limitBytes: self.settings.diskLimitBytes)
            let stored = try file.usedBytes()
            self.state.withLock { state in
                state.statistics.captured &+= UInt64(payloads.count)
                state.statistics.bytes &+= UInt64(bytes)
                state.statistics.displaced &+= UInt64(displaced)
                state.statistics.storedBytes = stored
                for payload in payloads {
                    state.statistics.cut &+= (payload.request.isCut ? 1 : 0) + (payload.answer.isCut ? 1 : 0)
                    state.statistics.redactions &+= UInt64(payload.redactions)
                }
                state.keptAt = .now()
            }
        } catch {
            self.leaveOut(batch, .failed(error))
        }
    }

    private func leaveOut(_ batch: [(payload: Payload, held: Int)], _ reason: PayloadNotice.Reason) {
        if !batch.isEmpty { self.count(leftOut: batch.count, reason) }
    }

    /// Says that payloads are kept again, once that has lasted: under a load that is too high some are left out all the time.
    private func reportKeeping() {
        let quiet = self.settings.quiet.nanosecondsClamped
        let isOver = self.state.withLock { state in
            guard state.reason != nil, state.keptAt > state.leftOutAt, MonotonicTime.now() - state.leftOutAt >= quiet
            else {
                return false
            }
            state.reason = nil
            return true
        }
        if isOver { self.report(.keeps) }
    }

    private func retire(_ file: PayloadFile, _ now: Int64) {
        let oldest = now - min(self.settings.retention.nanosecondsClamped, Int64.max / 2)
        do throws(StoreError) {
            var total = 0
            while case let count = try file.retire(before: oldest), count > 0 { total += count }
            guard total > 0 else { return }
            try file.forget()
            let stored = try file.usedBytes()
            self.state.withLock { state in
                state.statistics.retired &+= UInt64(total)
                state.statistics.storedBytes = stored
            }
        } catch {
            self.report(.notRetired(error))
        }
    }
}
