import SluiceCore
import Synchronization

/// A few threads, each with a connection of its own, and the bounded queue before them: pool of threads and pool of connections in one.
///
/// A connection is opened when its thread has work and none stands. While the database is away, work is refused at once but for one
/// try after each wait of the ``ConnectGate``, so that nothing piles up and recovery needs no restart.
final class SQLLane: Sendable {
    /// What a lane is made with.
    struct Settings: Sendable {
        /// What the threads are called.
        var name: String
        /// How many threads, and with them connections.
        var threads: Int
        /// How many calls may wait.
        var queue: Int
        /// How long a call may take altogether, waiting included.
        var patience: Duration
    }

    /// A call on its way. Exactly one of the two is called, once.
    private struct Job: Sendable {
        /// Does the work. `nil` when it was answered; an error when the connection was lost before anything was done and the
        /// work may be given to another connection.
        var run: @Sendable (_ connection: any SQLConnection, _ isLast: Bool) -> StoreError?
        var fail: @Sendable (StoreError) -> Void
    }

    private struct State {
        var queue: LaneQueue<Job>
        var gate = ConnectGate()
        var threads = 0
        var watched = MonotonicTime.never
        var number = 0
        var closing: [CheckedContinuation<Void, Never>] = []
        var failures: [StoreError.Kind: Int] = [:]
    }

    private let settings: Settings
    private let open: @Sendable (_ deadline: MonotonicTime) throws(StoreError) -> any SQLConnection
    private let work = Monitor()
    private let watch = Monitor()
    private let state: Mutex<State>

    init(
        _ settings: Settings,
        open: @escaping @Sendable (_ deadline: MonotonicTime) throws(StoreError) -> any SQLConnection
    ) {
        self.settings = settings
        self.open = open
        self.state = Mutex(State(queue: LaneQueue(capacity: settings.queue)))
    }

    /// Starts the threads. When it throws, those that started end again.
    func start() throws(StoreError) {
        do throws(StoreError) {
            for index in 0..<max(1, self.settings.threads) {
                try self.start("\(self.settings.name)-\(index)") { self.serve() }
            }
            try self.start("\(self.settings.name)-watch") { self.watchDeadlines() }
        } catch {
            self.refuse()
            throw error
        }
    }

    private func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(StoreError) {
        self.state.withLock { $0.threads += 1 }
        do throws(StoreError) {
            try BlockingThread.start(name, body)
        } catch {
            self.ended()
            throw error
        }
    }

    /// Why the database is believed to be away; `nil` when it is not.
    var failure: StoreError? { self.state.withLock { $0.gate.failure } }
    /// How many calls wait.
    var waiting: Int { self.state.withLock { $0.queue.count } }
    /// How many calls failed through no fault of what they asked for.
    var failures: [StoreError.Kind: Int] { self.state.withLock { $0.failures } }

    /// Runs `body` on one of the threads.
    ///
    /// `isRepeatable` says that it may run again on another connection when the first one turned out to be lost. Throws what
    /// `body` throws, `busy` when too many wait, `timeout` when the patience ends first, `unavailable`, or `cancelled`.
    func run<Value: Sendable>(
        isRepeatable: Bool,
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        guard !Task.isCancelled else { throw StoreError(.cancelled, "the call was cancelled before it began") }
        let number = self.state.withLock { state in
            state.number &+= 1
            return state.number
        }
        let outcome: Result<Value, StoreError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = Job(
                    run: { connection, isLast in
                        do throws(StoreError) {
                            continuation.resume(returning: .success(try body(connection)))
                        } catch {
                            if isRepeatable, !isLast, !connection.isUsable, error.kind == .unavailable { return error }
                            continuation.resume(returning: .failure(error))
                        }
                        return nil
                    },
                    fail: { continuation.resume(returning: .failure($0)) }
                )
                self.submit(job, number: number)
            }
        } onCancel: {
            let job = self.state.withLock { $0.queue.remove(number: number) }
            job?.fail(StoreError(.cancelled, "the call was cancelled while it waited"))
        }
        if case .failure(let error) = outcome, error.isOfTheDatabase {
            self.state.withLock { $0.failures[error.kind, default: 0] += 1 }
        }
        return try outcome.get()
    }

    /// Refuses what waits and what comes; the threads end when what they do is done.
    func refuse() {
        let refused = self.state.withLock { $0.queue.close() }
        for job in refused { job.fail(StoreError(.unavailable, "the store is closed")) }
        self.work.locked { self.work.wakeAll() }
        self.watch.locked { self.watch.wakeAll() }
    }

    /// Refuses what waits and what comes, lets what runs end, and returns when all threads are gone.
    func close() async {
        self.refuse()
        await withCheckedContinuation { continuation in
            let isOver = self.state.withLock { state in
                guard state.threads > 0 else { return true }
                state.closing.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func submit(_ job: Job, number: Int) {
        let deadline = MonotonicTime.now().advanced(by: self.settings.patience)
        let (refusal, isEarlier) = self.state.withLock { state in
            let refusal = state.queue.add(job, number: number, deadline: deadline)
            return (refusal, deadline < state.watched)
        }
        if let refusal {
            job.fail(refusal)
            return
        }
        self.work.locked { self.work.wakeAll() }
        if isEarlier { self.watch.locked { self.watch.wakeAll() } }
    }

    private func ended() {
        let continuations = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.threads -= 1
            guard state.threads == 0 else { return [] }
            defer { state.closing = [] }
            return state.closing
        }
        for continuation in continuations { continuation.resume() }
    }
}

// MARK: What the threads do

extension SQLLane {
    private enum Next {
        case job(Job, MonotonicTime)
        case end
    }

    /// Waits for a job.
    private func next() -> Next {
        self.work.locked {
            while true {
                let next = self.state.withLock { state -> Next? in
                    if let (job, deadline) = state.queue.take() { return .job(job, deadline) }
                    return state.queue.isClosed ? .end : nil
                }
                if let next { return next }
                self.work.wait(until: .never)
            }
        }
    }

    private func serve() {
        var connection: (any SQLConnection)?
        while case .job(let job, let deadline) = self.next() {
            self.serve(job, deadline: deadline, on: &connection)
        }
        connection?.close()
        self.ended()
    }

    private func serve(_ job: Job, deadline: MonotonicTime, on connection: inout (any SQLConnection)?) {
        var isLast = false
        while true {
            connection?.checkIdle()
            if let current = connection, !current.isUsable {
                current.close()
                connection = nil
            }
            let current: any SQLConnection
            do throws(StoreError) {
                if let connection { current = connection } else { current = try self.connect(deadline: deadline) }
            } catch {
                job.fail(error)
                return
            }
            connection = current
            current.deadline = deadline
            let lost = job.run(current, isLast)
            if !current.isUsable {
                current.close()
                connection = nil
            }
            guard lost != nil else { return }
            isLast = true
        }
    }

    private func connect(deadline: MonotonicTime) throws(StoreError) -> any SQLConnection {
        if let refusal = self.state.withLock({ $0.gate.admit(now: .now()) }) { throw refusal }
        do throws(StoreError) {
            let connection = try self.open(deadline)
            self.state.withLock { $0.gate.succeeded() }
            return connection
        } catch {
            let fraction = Double.random(in: 0...1)
            self.state.withLock { $0.gate.failed(error, now: .now(), fraction: fraction) }
            throw error
        }
    }

    private func watchDeadlines() {
        var isOver = false
        while !isOver {
            let expired = self.watch.locked { () -> [Job] in
                let (expired, next, isClosed) = self.state.withLock { state in
                    let expired = state.queue.expire(now: .now())
                    state.watched = state.queue.nextDeadline
                    return (expired, state.watched, state.queue.isClosed)
                }
                isOver = isClosed
                if expired.isEmpty, !isClosed { self.watch.wait(until: next) }
                return expired
            }
            for job in expired {
                job.fail(
                    StoreError(.timeout, "no connection to the database was free within \(self.settings.patience)"))
            }
        }
        self.ended()
    }
}

extension StoreError {
    /// Whether the database failed, rather than that it had a reason to refuse what it was asked.
    fileprivate var isOfTheDatabase: Bool {
        switch self.kind {
        case .unavailable, .busy, .timeout, .outcomeUnknown, .contention, .corrupt, .newerSchema, .misconfigured, .full,
            .internal:
            true
        case .cancelled, .conflict, .notFound, .reference, .invalid: false
        }
    }
}
