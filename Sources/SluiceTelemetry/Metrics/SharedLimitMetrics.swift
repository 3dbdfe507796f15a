import Synchronization

/// What is counted of limits that replicas share, and of budgets that outlive the process. Threads of any kind may call.
public final class SharedLimitMetrics: Sendable {
    /// What became of an alert.
    public enum AlertResult: String, Sendable, CaseIterable {
        /// The webhook took it.
        case delivered
        /// All tries failed.
        case failed
        /// Too many waited.
        case dropped
    }

    struct Values: Sendable {
        var withoutRedis: Int64 = 0
        var lostSettlements: Int64 = 0
        var saves: Int64 = 0
        var failedSaves: Int64 = 0
        var lostCharges: Int64 = 0
        var alerts: [AlertResult: Int64] = [:]
    }

    private let values = Mutex(Values())

    /// Makes metrics of which nothing is told yet.
    public init() {}

    /// A decision was made without Redis: `sluice_limits_fallback_total`.
    public func decidedWithoutRedis() {
        self.values.withLock { $0.withoutRedis &+= 1 }
    }

    /// A settlement was given up, as too many waited for Redis: `sluice_limits_settlements_lost_total`.
    public func settlementLost() {
        self.values.withLock { $0.lostSettlements &+= 1 }
    }

    /// Balances were saved, or not: `sluice_budget_saves_total`.
    public func budgetsSaved(succeeded: Bool) {
        self.values.withLock { values in
            if succeeded { values.saves &+= 1 } else { values.failedSaves &+= 1 }
        }
    }

    /// What was spent of so many budgets may not have been saved: `sluice_budget_charges_lost_total`.
    public func chargesLost(_ count: Int) {
        self.values.withLock { $0.lostCharges &+= Int64(count) }
    }

    /// An alert came to its end: `sluice_budget_alerts_total`.
    public func alert(_ result: AlertResult) {
        self.values.withLock { $0.alerts[result, default: 0] &+= 1 }
    }

    var current: Values { self.values.withLock { $0 } }
}
