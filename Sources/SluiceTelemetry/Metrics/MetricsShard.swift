public import SluiceCore
import Synchronization

/// The metrics of one event loop. Every call takes one lock that only a scrape ever contends for, for microseconds.
public final class MetricsShard: Sendable {
    private let series: Mutex<ShardSeries>

    init(_ labels: LabelInterners, limits: MetricsLimits) {
        self.series = Mutex(ShardSeries(labels, limit: limits.seriesPerMetric))
    }

    /// Counts a settled exchange in all metrics that it belongs to. Call it once for each exchange.
    public func record(_ record: borrowing ExchangeRecord) {
        self.series.withLock { $0.record(record) }
    }

    /// Counts a settled exchange and its end at once: ``record(_:)`` and ``requestEnded(_:method:)`` under one lock.
    public func settled(_ record: borrowing ExchangeRecord) {
        self.series.withLock { series in
            series.record(record)
            series.addInFlight(-1, surface: record.surface, method: MethodLabel(record.method))
        }
    }

    /// A request has begun: `http_requests_in_flight` goes up.
    public func requestStarted(_ surface: Surface, method: String) {
        let method = MethodLabel(method)
        self.series.withLock { $0.addInFlight(1, surface: surface, method: method) }
    }

    /// A request has ended, in whatever way. Call it once for each ``requestStarted(_:method:)``, with the same arguments.
    public func requestEnded(_ surface: Surface, method: String) {
        let method = MethodLabel(method)
        self.series.withLock { $0.addInFlight(-1, surface: surface, method: method) }
    }

    /// A key was checked: `auth_requests_total`.
    public func authResult(allowed: Bool) {
        self.series.withLock { series in
            if allowed { series.loop.authAllowed += 1 } else { series.loop.authDenied += 1 }
        }
    }

    /// A target or a credential is left alone from now on, or is not any more: `sluice_health_changes_total`.
    public func noticed(_ notice: HealthNotice) {
        self.series.withLock { $0.noticed(notice) }
    }

    /// A copy of a request was sent to a mirror, or left out: `sluice_mirrored_requests_total`.
    public func mirrored(_ result: MirrorResult) {
        self.series.withLock { $0.mirrored(result) }
    }

    /// A client's connection was accepted.
    public func connectionOpened() {
        self.series.withLock { series in
            series.loop.openConnections += 1
            series.loop.acceptedConnections += 1
        }
    }

    /// A client's connection was closed. Call it once for each ``connectionOpened()``.
    public func connectionClosed() {
        self.series.withLock { $0.loop.openConnections -= 1 }
    }

    /// A client's connection was turned away, because there were too many or the gateway was draining.
    public func connectionRefused() {
        self.series.withLock { $0.loop.refusedConnections += 1 }
    }

    /// A client's TLS handshake failed.
    public func tlsHandshakeFailed() {
        self.series.withLock { $0.loop.tlsHandshakeFailures += 1 }
    }

    /// Changes the gauges of an upstream's connection pool by so many; each may be negative.
    ///
    /// A connection that is leased from the idle ones is `active: 1, idle: -1`; a waiting request is `queued: 1`.
    public func upstreamPool(_ upstream: UpstreamLabel, active: Int = 0, idle: Int = 0, queued: Int = 0) {
        self.series.withLock { $0.addUpstreamPool(upstream, active: active, idle: idle, queued: queued) }
    }

    /// Adds this shard's series to `total`, a few at a time, so that the loop never waits long.
    func merge(into total: inout ShardSeries) {
        var step = 0
        while self.series.withLock({ total.merge($0, step: step) }) {
            step += 1
        }
    }

    /// What the loop counted besides exchanges.
    var loop: LoopGauges {
        self.series.withLock { $0.loop }
    }
}
