import SluiceCore
import SluicePipeline

/// What an outage of the database means for the gateway's readiness.
struct StorageReadiness: Sendable {
    /// How long keys that were verified are served without the database.
    var knownKeys: Duration
    /// Whether the gateway is ready only while the database answers: `server.ready_needs_database`.
    var needsDatabase: Bool

    /// Why no requests should come; `nil` when they may. Known keys are served through an outage, so a short one is no reason.
    ///
    /// - Parameters:
    ///   - isOpen: whether the database was reached since the start.
    ///   - outage: the outage that lasts.
    ///   - now: the time on the monotonic clock.
    func reason(isOpen: Bool, outage: StoreHealth.Outage?, now: MonotonicTime) -> String? {
        guard isOpen else { return "the database has not been reached since the start" }
        guard let outage else { return nil }
        if self.needsDatabase { return "the database cannot be reached" }
        guard .nanoseconds(now - outage.since) >= self.knownKeys else { return nil }
        return "the database has been out of reach for longer than known keys are valid"
    }
}

extension DependencyState {
    /// The state of a database, in a word that everybody may see: the message of the error may name hosts and stands in the log.
    init(outage: StoreHealth.Outage?) {
        self = outage.map { .down(reason: $0.error.kind.rawValue) } ?? .up
    }
}
