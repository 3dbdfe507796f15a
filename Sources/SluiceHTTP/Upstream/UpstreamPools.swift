public import NIOCore

/// The upstream connections of one event loop, by origin. Loop-confined.
public final class UpstreamPools {
    private var pools: [UpstreamOrigin: UpstreamPool] = [:]
    /// The pool that was asked for last: mostly the next request's too.
    private var last: UpstreamPool?
    private let eventLoop: any EventLoop
    private let turn: LoopTurn
    private let connector: UpstreamConnector
    private let gauges: any PoolGauges
    private let loop: Int

    init(
        eventLoop: any EventLoop, turn: LoopTurn, connector: UpstreamConnector, gauges: any PoolGauges, loop: Int
    ) {
        self.turn = turn
        self.gauges = gauges
        self.loop = loop
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

    private func pool(for origin: UpstreamOrigin) -> UpstreamPool {
        if let last = self.last, last.origin == origin { return last }
        if let pool = self.pools[origin] {
            self.last = pool
            return pool
        }
        let pool = UpstreamPool(
            origin: origin,
            eventLoop: self.eventLoop,
            turn: self.turn,
            connector: self.connector,
            gauge: self.gauges.gauge(upstream: origin.name, loop: self.loop)
        )
        self.pools[origin] = pool
        self.last = pool
        return pool
    }
}
