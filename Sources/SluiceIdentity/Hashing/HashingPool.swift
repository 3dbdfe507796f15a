import CLinux
import Glibc
import Synchronization

/// Threads for hashing, and the bounded queue before them. They start when they are first needed and end with the pool.
///
/// What waits is computed in its order; since the queue is bounded and each hash has its cost, so is the wait. Work that waited longer than
/// the pool's patience is not begun.
final class HashingPool: Sendable {
    /// Why work was not done.
    enum Refusal: Error, Sendable {
        /// As much waits as may.
        case full
        /// It waited too long.
        case late
        /// The system has no thread to give, or the pool is gone.
        case noThread
    }

    private struct Job: Sendable {
        let deadline: ContinuousClock.Instant
        /// Does the work, or says why not.
        let run: @Sendable (Refusal?) -> Void
    }

    private struct State: Sendable {
        var waiting: [Job] = []
        /// How many of ``waiting`` were taken; they are cut off now and then.
        var taken = 0
        var threads = 0
        var idle = 0
        var isClosed = false

        var count: Int { self.waiting.count - self.taken }

        mutating func take() -> Job? {
            guard self.taken < self.waiting.count else { return nil }
            let job = self.waiting[self.taken]
            self.taken += 1
            if self.taken >= 64, self.taken * 2 >= self.waiting.count {
                self.waiting.removeFirst(self.taken)
                self.taken = 0
            }
            return job
        }
    }

    /// What the threads share with the pool; they hold it, and not the pool.
    private final class Shared: Sendable {
        let name: String
        let state = Mutex(State())
        /// Counts what there is to do for the threads that wait.
        let signal = Signal()

        init(name: String) {
            self.name = name
        }

        func work() {
            while true {
                self.signal.wait()
                let (job, isClosed) = self.state.withLock { state in
                    state.idle -= 1
                    return (state.take(), state.isClosed)
                }
                if let job {
                    job.run(ContinuousClock.now > job.deadline ? .late : isClosed ? .noThread : nil)
                } else if isClosed {
                    return
                }
                self.state.withLock { $0.idle += 1 }
            }
        }
    }

    private let shared: Shared
    private let threads: Int
    private let capacity: Int
    private let patience: Duration

    /// - Parameters:
    ///   - name: what the threads are called in the process list, 15 bytes at most.
    ///   - threads: how many hashes are computed at once.
    ///   - capacity: how many may wait.
    ///   - patience: how long one may wait.
    init(name: String, threads: Int, capacity: Int, patience: Duration) {
        self.shared = Shared(name: name)
        self.threads = max(1, threads)
        self.capacity = max(1, capacity)
        self.patience = patience
    }

    deinit {
        let threads = self.shared.state.withLock { state in
            state.isClosed = true
            return state.threads
        }
        for _ in 0..<threads { self.shared.signal.post() }
    }

    /// How much waits for a thread.
    var waiting: Int { self.shared.state.withLock { $0.count } }

    /// Runs work on one of the threads.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(Refusal) -> Value {
        let result: Result<Value, Refusal> = await withCheckedContinuation { continuation in
            let job = Job(deadline: ContinuousClock.now + self.patience) { refusal in
                continuation.resume(returning: refusal.map { .failure($0) } ?? .success(work()))
            }
            if let refusal = self.add(job) { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    private func add(_ job: Job) -> Refusal? {
        enum Step {
            case refuse(Refusal)
            case start, signal
        }
        let step = self.shared.state.withLock { state -> Step in
            guard state.count < self.capacity else { return .refuse(.full) }
            if state.idle <= state.count, state.threads < self.threads {
                guard self.startThread() || state.threads > 0 else { return .refuse(.noThread) }
                state.threads += 1
                state.idle += 1
            }
            state.waiting.append(job)
            return .signal
        }
        guard case .refuse(let refusal) = step else {
            self.shared.signal.post()
            return nil
        }
        return refusal
    }

    private func startThread() -> Bool {
        let shared = Unmanaged.passRetained(self.shared)
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let shared = Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue()
                sluice_name_thread(shared.name)
                shared.work()
                return nil
            },
            shared.toOpaque()
        )
        guard code == 0 else {
            shared.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
