import Logging
import SluiceCore
import Synchronization

/// Whether decisions are made in Redis: not while it is believed to be away.
///
/// The first failure closes it for all loops, so that requests do not wait for a timeout each; the upkeep of ``SharedLimits``
/// tries again and opens it. Each change is logged once.
final class RedisAvailability: Sendable {
    private let isUpNow = Atomic(true)
    private let lost = Mutex<StoreHealth.Outage?>(nil)
    private let mode: String
    private let logger: Logger

    /// - Parameter mode: what decides meanwhile, for the log.
    init(mode: String, logger: Logger) {
        self.mode = mode
        self.logger = logger
    }

    /// Whether Redis is to be asked.
    var isUp: Bool { self.isUpNow.load(ordering: .relaxed) }

    /// Why it is not, and since when; `nil` while it is.
    var outage: StoreHealth.Outage? { self.lost.withLock { $0 } }

    /// A call failed. Where too much is on its way, nothing is wrong with Redis.
    func failed(_ error: StoreError) {
        guard error.kind != .busy else { return }
        let isNews = self.lost.withLock { lost in
            guard lost == nil else { return false }
            lost = StoreHealth.Outage(error: error, since: Clock.monotonic)
            self.isUpNow.store(false, ordering: .relaxed)
            return true
        }
        guard isNews else { return }
        self.logger.warning("limits_without_redis", metadata: ["reason": "\(error)", "mode": "\(self.mode)"])
    }

    /// A try succeeded on every connection.
    func recovered() {
        let isNews = self.lost.withLock { lost in
            guard lost != nil else { return false }
            lost = nil
            self.isUpNow.store(true, ordering: .relaxed)
            return true
        }
        if isNews { self.logger.notice("limits_with_redis_again") }
    }
}
