import Logging
import SluiceCore
import Synchronization

/// Whether the database answers, since when it does not, and why.
///
/// It is told by those who ask regularly: the ``ChangeFollower`` asks twice a second, so no probe of its own is needed.
final class StoreHealth: Sendable {
    /// An outage that lasts.
    struct Outage: Sendable, Equatable {
        /// What the last call was told.
        var error: StoreError
        /// When the first call failed.
        var since: MonotonicTime
    }

    private let state = Mutex<Outage?>(nil)
    private let now: @Sendable () -> MonotonicTime
    private let logger: Logger

    /// - Parameter now: the time on a monotonic clock.
    init(now: @escaping @Sendable () -> MonotonicTime = { Clock.monotonic }, logger: Logger) {
        self.now = now
        self.logger = logger
    }

    /// The outage; `nil` while the database answers.
    var outage: Outage? { self.state.withLock { $0 } }

    /// The database answered.
    func succeeded() {
        let ended = self.state.withLock { state in
            defer { state = nil }
            return state
        }
        guard let ended else { return }
        let seconds = (self.now() - ended.since) / 1_000_000_000
        self.logger.notice("database_back", metadata: ["outage_seconds": "\(seconds)"])
    }

    /// The database did not do what it was asked. That the caller gave up says nothing of the database.
    func failed(_ error: StoreError) {
        guard error.kind != .cancelled else { return }
        let isNews = self.state.withLock { state in
            let isNews = state?.error.kind != error.kind
            state = Outage(error: error, since: state?.since ?? self.now())
            return isNews
        }
        guard isNews else { return }
        self.logger.error(
            "database_lost", metadata: ["error": "\(error.kind.rawValue)", "reason": "\(error.message)"])
    }
}
