public import NIOCore

/// The upstream connections of one event loop, by origin. Loop-confined.
public final class UpstreamPools {
    private var pools: [UpstreamOrigin: UpstreamPool] = [:]
    private let eventLoop: any EventLoop
    private let connector: UpstreamConnector

    init(eventLoop: any EventLoop, connector: UpstreamConnector) {
        self.eventLoop = eventLoop
        self.connector = connector
    }

    /// Gives a connection to the origin: an idle one, or a new one unless `timeout` passes first.
    ///
    /// - Parameter isFresh: a connection that served no request before is asked for.
    public func acquire(
        _ origin: UpstreamOrigin,
        timeout: TimeAmount,
        isFresh: Bool = false
    ) async throws(UpstreamError) -> any UpstreamTransport {
        let pool = self.pool(for: origin)
        if !isFresh, let connection = pool.takeIdle() { return connection }
        return try await pool.acquire(timeout: timeout, isFresh: isFresh)
    }

    /// The number of idle connections, for metrics.
    public var idleCount: Int {
        self.pools.values.reduce(0) { $0 + $1.idleCount }
    }

    private func pool(for origin: UpstreamOrigin) -> UpstreamPool {
        if let pool = self.pools[origin] { return pool }
        let pool = UpstreamPool(origin: origin, eventLoop: self.eventLoop, connector: self.connector)
        self.pools[origin] = pool
        return pool
    }
}
