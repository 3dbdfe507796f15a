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
}
