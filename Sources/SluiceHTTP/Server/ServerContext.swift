import NIOCore
import SluiceCore
import Synchronization

/// What all connections of one server share.
final class ServerContext: Sendable {
    let handler: any ExchangeHandler
    let limits: ServerLimits
    let timeouts: ServerTimeouts
    let events: any ServerEvents
    let usesProxyProtocol: Bool
    let openConnections = Atomic<Int>(0)
    let isDraining = Atomic<Bool>(false)
    private let idleWaiter = Mutex<EventLoopPromise<Void>?>(nil)

    init(
        handler: any ExchangeHandler,
        limits: ServerLimits,
        timeouts: ServerTimeouts,
        usesProxyProtocol: Bool,
        events: any ServerEvents
    ) {
        self.handler = handler
        self.limits = limits
        self.timeouts = timeouts
        self.usesProxyProtocol = usesProxyProtocol
        self.events = events
    }

    func connectionClosed() {
        let left = self.openConnections.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
        guard left == 0, self.isDraining.load(ordering: .sequentiallyConsistent) else { return }
        self.takeWaiter()?.succeed()
    }

    /// Waits until no connection is open, at most `time`.
    func waitUntilIdle(atMost time: TimeAmount, on eventLoop: any EventLoop) async {
        let promise = eventLoop.makePromise(of: Void.self)
        self.idleWaiter.withLock { $0 = promise }
        // The last connection may have closed just before the waiter was there.
        if self.openConnections.load(ordering: .sequentiallyConsistent) == 0 { self.takeWaiter()?.succeed() }
        let timer = eventLoop.scheduleTask(in: time) { self.takeWaiter()?.succeed() }
        try? await promise.futureResult.get()
        timer.cancel()
    }

    private func takeWaiter() -> EventLoopPromise<Void>? {
        self.idleWaiter.withLock { waiter in
            defer { waiter = nil }
            return waiter
        }
    }
}
