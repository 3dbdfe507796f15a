import SluiceCore
import Synchronization

/// What is known of one provider, shared by all loops and snapshots: its retry budget and whose turn it is.
final class ProviderHealth: Sendable {
    private let budget = Mutex(RetryBudget())
    private let turn = Atomic<Int>(0)
    private let isUnwell = Atomic<Bool>(false)
    /// How many of its credentials have a breaker that is not closed, so that the common case looks at none of them.
    private let refusedCredentials = Atomic<Int>(0)

    /// Whether active probes find it well; true without probes.
    var isWell: Bool { !self.isUnwell.load(ordering: .relaxed) }

    /// Whether no credential is refused.
    var hasNoRefusals: Bool { self.refusedCredentials.load(ordering: .relaxed) == 0 }

    /// A credential's breaker has opened, or has closed.
    func countRefused(_ change: Int) { self.refusedCredentials.wrappingAdd(change, ordering: .relaxed) }

    /// Takes in what a probe has found, and returns whether it is news.
    func report(isWell: Bool) -> Bool {
        self.isUnwell.exchange(!isWell, ordering: .relaxed) == isWell
    }

    /// Counts an attempt that is no retry.
    func deposit(now: MonotonicTime) { self.budget.withLock { $0.deposit(now: now) } }

    /// Takes a retry from the budget, if there is one left.
    func withdraw(now: MonotonicTime, _ settings: RetryBudgetSettings) -> Bool {
        self.budget.withLock { $0.withdraw(now: now, settings) }
    }

    /// Takes back what was counted for an attempt that was not made after all.
    func takeBack(isRetry: Bool, now: MonotonicTime) {
        self.budget.withLock { $0.takeBack(isRetry: isRetry, now: now) }
    }

    /// The attempts and retries of the last ten seconds.
    func counts(now: MonotonicTime) -> (attempts: Int, retries: Int) { self.budget.withLock { $0.counts(now: now) } }

    /// Where the next round over `count` credentials begins.
    func nextTurn(of count: Int) -> Int {
        guard count > 1 else { return 0 }
        let turn = self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return Int(truncatingIfNeeded: UInt(bitPattern: turn) % UInt(count))
    }

    /// A provider as one snapshot sees it: the shared state, with the credentials and settings of its configuration.
    struct Handle: Sendable {
        var shared: ProviderHealth
        /// In the order of the configuration.
        var credentials: [CredentialHealth]
        var settings: HealthSettings
    }
}
