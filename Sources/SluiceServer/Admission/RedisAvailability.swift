import Logging
import SluiceCore
import SluiceTelemetry
import Synchronization

/// Whether decisions are made in Redis: not while it is believed to be away.
///
/// The first failure closes it for all loops, so that requests do not wait for a timeout each; the upkeep of ``SharedLimits``
/// tries again and opens it. Each change is logged once.
final class RedisAvailability: Sendable {
    private let isUpNow = Atomic(true)
    private let mode: String
    private let metrics: SharedLimitMetrics
    private let logger: Logger

    /// - Parameter mode: what decides meanwhile, for the log.
    init(mode: String, metrics: SharedLimitMetrics, logger: Logger) {
        self.mode = mode
        self.metrics = metrics
        self.logger = logger
        metrics.redis(isUp: true)
    }

    /// Whether Redis is to be asked.
    var isUp: Bool { self.isUpNow.load(ordering: .relaxed) }

    /// A call failed. Where too much is on its way, nothing is wrong with Redis.
    func failed(_ error: StoreError) {
        guard error.kind != .busy, self.isUpNow.exchange(false, ordering: .acquiringAndReleasing) else { return }
        self.metrics.redis(isUp: false)
        self.logger.warning("limits_without_redis", metadata: ["reason": "\(error)", "mode": "\(self.mode)"])
    }

    /// A try succeeded on every connection.
    func recovered() {
        guard !self.isUpNow.exchange(true, ordering: .acquiringAndReleasing) else { return }
        self.metrics.redis(isUp: true)
        self.logger.notice("limits_with_redis_again")
    }
}
