import SluiceCore

/// The work that waits for a thread: bounded, first come first served, each with a deadline.
///
/// A value without lock or clock; ``SQLLane`` keeps it under its monitor. Who takes a job out of it answers the job.
struct LaneQueue<Job: Sendable>: Sendable {
    private struct Waiting {
        var number: Int
        var deadline: MonotonicTime
        var job: Job
    }

    private var waiting: [Waiting] = []
    private let capacity: Int
    private(set) var isClosed = false

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// How many wait.
    var count: Int { self.waiting.count }
    /// When the next job has waited long enough.
    var nextDeadline: MonotonicTime { self.waiting.lazy.map(\.deadline).min() ?? .never }

    /// Adds a job. `nil` when it waits now, else why not.
    mutating func add(_ job: Job, number: Int, deadline: MonotonicTime) -> StoreError? {
        guard !self.isClosed else { return StoreError(.unavailable, "the store is closed") }
        guard self.waiting.count < self.capacity else {
            return StoreError(.busy, "\(self.capacity) calls wait for the database already")
        }
        self.waiting.append(Waiting(number: number, deadline: deadline, job: job))
        return nil
    }

    /// Takes the job that waited longest.
    mutating func take() -> (job: Job, deadline: MonotonicTime)? {
        guard !self.waiting.isEmpty else { return nil }
        let first = self.waiting.removeFirst()
        return (first.job, first.deadline)
    }

    /// Takes a job that is no longer wanted; `nil` when it is not waiting.
    mutating func remove(number: Int) -> Job? {
        guard let index = self.waiting.firstIndex(where: { $0.number == number }) else { return nil }
        return self.waiting.remove(at: index).job
    }

    /// Takes all jobs whose deadline has come.
    mutating func expire(now: MonotonicTime) -> [Job] {
        guard self.waiting.contains(where: { $0.deadline <= now }) else { return [] }
        let expired = self.waiting.filter { $0.deadline <= now }.map(\.job)
        self.waiting.removeAll { $0.deadline <= now }
        return expired
    }

    /// Takes all jobs, and takes in no more.
    mutating func close() -> [Job] {
        self.isClosed = true
        defer { self.waiting.removeAll() }
        return self.waiting.map(\.job)
    }
}
