import Logging
import ServiceLifecycle
import SluiceCore

/// Keeps the tables that only grow from growing: frees reservations of processes that are gone, and deletes what nobody reads again.
///
/// Every replica does it, each at moments of its own; what one has done the others find done.
final class StoreUpkeep: Service {
    /// How often, and how much.
    struct Terms: Sendable {
        /// The time between two rounds, a fifth more or less.
        var pause = Duration.seconds(60)
        /// How long changes stay in the feed. A replica that was away for longer reads everything anew.
        var changesKept = Duration.seconds(86_400)
        /// How long reservations that ended stay, so that a settlement that is sent again is recognized.
        var reservationsKept = Duration.seconds(86_400)
        /// How many reservations are freed in one transaction.
        var sweepLimit = 1000
    }

    private let balances: any BalanceStore
    private let changes: any ChangeFeed
    private let terms: Terms
    private let now: @Sendable () -> UnixTime
    private let pause: @Sendable (Duration) async -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - now: the time.
    ///   - pause: waits, or returns early when the task is cancelled.
    init(
        balances: any BalanceStore,
        changes: any ChangeFeed,
        terms: Terms = Terms(),
        now: @escaping @Sendable () -> UnixTime = { Clock.now },
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        logger: Logger
    ) {
        self.balances = balances
        self.changes = changes
        self.terms = terms
        self.now = now
        self.pause = pause
        self.logger = logger
    }

    /// Goes round until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await self.pause(self.terms.pause * Double.random(in: 0.8...1.2))
            if !Task.isCancelled { await self.round() }
        }
    }

    /// Goes round once. What fails is left for the next round.
    func round() async {
        let now = self.now()
        do throws(StoreError) {
            var swept = self.terms.sweepLimit
            while swept >= self.terms.sweepLimit, !Task.isCancelled {
                swept = try await self.balances.sweep(now: now, limit: self.terms.sweepLimit)
            }
            _ = try await self.balances.prune(before: now.advanced(by: .zero - self.terms.reservationsKept))
            _ = try await self.changes.prune(before: now.advanced(by: .zero - self.terms.changesKept))
        } catch {
            self.logger.debug("upkeep of the database not done", metadata: ["reason": "\(error)"])
        }
    }
}
