public import NIOCore
import Synchronization

/// A provider's `max_concurrency`: permits for the whole process, with a bounded queue and a deadline.
public final class Permits: Sendable {
    private struct State {
        var queue: PermitQueue
        var waiters: [UInt64: CheckedContinuation<UpstreamError?, Never>] = [:]
        var nextID: UInt64 = 0
    }

    private let state: Mutex<State>

    /// - Parameter capacity: how many may wait; one more is refused at once.
    public init(permits: Int, capacity: Int) {
        self.state = Mutex(State(queue: PermitQueue(permits: permits, capacity: capacity)))
    }

    /// The exchanges that hold a permit, and those that wait for one.
    public var counts: (held: Int, waiting: Int) {
        self.state.withLock { ($0.queue.held, $0.queue.waitingCount) }
    }

    /// Takes a permit, waiting for one at most `timeout`. Every success needs one ``giveBack()``.
    ///
    /// Throws ``UpstreamError/Kind/queueFull`` or ``UpstreamError/Kind/queueTimeout``.
    public func take(on eventLoop: any EventLoop, timeout: TimeAmount) async throws(UpstreamError) {
        // The common case needs no continuation.
        if self.state.withLock({ $0.queue.tryTake() }) { return }
        let refusal = await withCheckedContinuation { (continuation: CheckedContinuation<UpstreamError?, Never>) in
            let (outcome, id) = self.state.withLock { state in
                let id = state.nextID
                state.nextID &+= 1
                let outcome = state.queue.ask(id)
                if outcome == .queued { state.waiters[id] = continuation }
                return (outcome, id)
            }
            switch outcome {
            case .granted: continuation.resume(returning: nil)
            case .full:
                continuation.resume(
                    returning: UpstreamError(.queueFull, "The provider is busy, and too many wait for it.")
                )
            case .queued:
                // A timer that fires for a waiter that was served finds it gone.
                _ = eventLoop.scheduleTask(in: timeout) { self.expire(id) }
            }
        }
        if let refusal { throw refusal }
    }

    /// Gives a permit back; the oldest waiter gets it, on whatever loop it is.
    public func giveBack() {
        let next = self.state.withLock { state in
            state.queue.giveBack().flatMap { state.waiters.removeValue(forKey: $0) }
        }
        next?.resume(returning: nil)
    }

    private func expire(_ id: UInt64) {
        let waiter = self.state.withLock { state in
            state.queue.leave(id) ? state.waiters.removeValue(forKey: id) : nil
        }
        waiter?.resume(returning: UpstreamError(.queueTimeout, "The provider stayed busy for too long."))
    }
}
