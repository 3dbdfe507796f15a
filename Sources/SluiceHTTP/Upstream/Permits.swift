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

    /// Takes a permit for an exchange, waiting for one at most `timeout`. Every success needs one ``giveBack()``.
    ///
    /// Those who wait are served in turns by `lane`, as by the client's key.
    ///
    /// Throws ``UpstreamError/Kind/queueFull``, ``UpstreamError/Kind/queueTimeout``, or ``UpstreamError/Kind/cancelled`` when
    /// the client leaves meanwhile.
    public func take(
        for exchange: ServerExchange,
        lane: UInt64 = 0,
        timeout: TimeAmount
    ) async throws(UpstreamError) {
        if exchange.isClientGone { throw UpstreamError(.cancelled, "The client closed the connection.") }
        // The common case needs no continuation.
        if self.state.withLock({ $0.queue.tryTake() }) { return }
        let wait = PermitWait(self)
        exchange.observer = wait
        defer { withExtendedLifetime(wait) { exchange.observer = nil } }
        try await self.take(wait, lane: lane, on: exchange.loop.eventLoop, timeout: timeout)
    }

    /// Takes a permit if one is free and nobody waits. Every success needs one ``giveBack()``.
    public func tryTake() -> Bool {
        self.state.withLock { $0.queue.tryTake() }
    }

    func take(
        _ wait: PermitWait,
        lane: UInt64 = 0,
        on eventLoop: any EventLoop,
        timeout: TimeAmount
    ) async throws(UpstreamError) {
        let refusal = await withCheckedContinuation { (continuation: CheckedContinuation<UpstreamError?, Never>) in
            let (outcome, displaced) = self.state.withLock { state in
                wait.id = state.nextID
                state.nextID &+= 1
                let outcome = state.queue.ask(wait.id, lane: lane)
                switch outcome {
                case .granted, .full: return (outcome, CheckedContinuation<UpstreamError?, Never>?.none)
                case .queued:
                    state.waiters[wait.id] = continuation
                    return (outcome, nil)
                case .queuedInstead(let other):
                    state.waiters[wait.id] = continuation
                    return (outcome, state.waiters.removeValue(forKey: other))
                }
            }
            displaced?.resume(returning: Self.full)
            switch outcome {
            case .granted: continuation.resume(returning: nil)
            case .full: continuation.resume(returning: Self.full)
            case .queued, .queuedInstead:
                // A timer that fires for a waiter that was served finds it gone.
                let id = wait.id
                let late = UpstreamError(.queueTimeout, "The provider stayed busy for too long.")
                _ = eventLoop.scheduleTask(in: timeout) { self.leave(id, late) }
            }
        }
        if let refusal { throw refusal }
    }

    private static let full = UpstreamError(.queueFull, "The provider is busy, and too many wait for it.")

    /// Gives a permit back; the oldest waiter of the lane whose turn it is gets it, on whatever loop it is.
    public func giveBack() {
        let next = self.state.withLock { state in
            state.queue.giveBack().flatMap { state.waiters.removeValue(forKey: $0) }
        }
        next?.resume(returning: nil)
    }

    /// Takes a waiter out of the queue and tells it why. Nothing happens when it was granted meanwhile.
    func leave(_ id: UInt64, _ reason: UpstreamError) {
        let waiter = self.state.withLock { state in
            state.queue.leave(id) ? state.waiters.removeValue(forKey: id) : nil
        }
        waiter?.resume(returning: reason)
    }
}
