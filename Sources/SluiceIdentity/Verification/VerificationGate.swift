import Synchronization

/// Lets so many verifications run at once; the others wait in their order, in a bounded queue.
final class VerificationGate: Sendable {
    /// What became of the wish to begin.
    enum Entry: Sendable, Equatable {
        /// It may begin, and has to say when it ends.
        case entered
        /// Too many wait.
        case full
        /// The task that asked was cancelled while it waited.
        case cancelled
    }

    private struct State: Sendable {
        var running = 0
        /// Tickets in their order; those that were given up are not in ``waiting`` any more.
        var queue: [Int] = []
        var served = 0
        var waiting: [Int: CheckedContinuation<Entry, Never>] = [:]
        var nextTicket = 0

        mutating func next() -> CheckedContinuation<Entry, Never>? {
            defer {
                if self.served >= 64, self.served * 2 >= self.queue.count {
                    self.queue.removeFirst(self.served)
                    self.served = 0
                }
            }
            while self.served < self.queue.count {
                self.served += 1
                if let waiter = self.waiting.removeValue(forKey: self.queue[self.served - 1]) { return waiter }
            }
            return nil
        }
    }

    private let permits: Int
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - permits: how many run at once.
    ///   - capacity: how many may wait.
    init(permits: Int, capacity: Int) {
        self.permits = max(1, permits)
        self.capacity = max(0, capacity)
    }

    /// Waits for its turn, or until the task is cancelled. After ``Entry/entered``, ``leave()`` is to be called.
    func enter() async -> Entry {
        let ticket = self.state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let entry = self.state.withLock { state -> Entry? in
                    // A task that is cancelled later finds its ticket, since it has to wait for this lock.
                    if Task.isCancelled { return .cancelled }
                    if state.running < self.permits {
                        state.running += 1
                        return .entered
                    }
                    guard state.waiting.count < self.capacity else { return .full }
                    state.queue.append(ticket)
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let entry { continuation.resume(returning: entry) }
            }
        } onCancel: {
            self.state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(returning: .cancelled)
        }
    }

    /// One that entered has ended.
    func leave() {
        self.state.withLock { state -> CheckedContinuation<Entry, Never>? in
            let next = state.next()
            // Its place goes to the next one.
            if next == nil { state.running -= 1 }
            return next
        }?.resume(returning: .entered)
    }
}
