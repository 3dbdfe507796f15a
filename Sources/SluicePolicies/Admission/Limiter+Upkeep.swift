import Synchronization

/// A count as an administrator sees it.
public struct LimitReport: Sendable {
    /// The limit or budget.
    public let rule: AdmissionRule
    /// Whose count it is.
    public let subject: LimitSubject
    /// Where it stands.
    public let status: LimitStatus
}

extension Limiter {
    /// How many counts are kept.
    public var countOfSubjects: Int { self.table.count }

    /// How many reservations are neither settled nor given back.
    public var countOfReservations: Int { self.leases.withLock { $0.count } }

    /// Gives back abandoned reservations and forgets idle counts. For a timer, every ten seconds or so; decisions do
    /// both by themselves when they must.
    public func sweep(now: Moment) {
        self.returnExpired(now.microseconds)
        self.table.sweep(now: now.microseconds)
    }

    /// Where the counts of a plan stand, without taking anything. What was never counted stands at its beginning.
    public func report(_ plan: AdmissionPlan, now: Moment) -> [LimitReport] {
        plan.items.map { item in
            let counter = self.table.existing(item.key) ?? Counter(number: 0, rule: item.rule)
            let status = counter.state.withLock { state in
                _ = state.meter.wait(for: 0, rule: item.rule, now: now.microseconds)
                return state.meter.status(rule: item.rule, now: now.microseconds)
            }
            return LimitReport(rule: item.rule, subject: item.key.subject, status: status)
        }
    }

    /// The balances that changed since the last call, for a store. One call at a time.
    public func takeChangedBudgets() -> [BudgetState] {
        var result: [BudgetState] = []
        self.table.visit { key, counter in
            let kept = counter.state.withLock { state in
                state.meter.withBalance { $0.takeChange() ? $0.state(of: key) : nil }
            }
            if let kept, let state = kept { result.append(state) }
        }
        return result
    }

    /// All balances of which something was spent.
    public func budgets() -> [BudgetState] {
        var result: [BudgetState] = []
        self.table.visit { key, counter in
            let kept = counter.state.withLock { state in state.meter.withBalance { $0.state(of: key) } }
            if let kept, kept.spent > 0 { result.append(kept) }
        }
        return result
    }

    /// Takes over balances that a store kept, at the start. Of one period the larger amount counts. Returns how many
    /// found no room.
    public func restore(_ budgets: [BudgetState], now: Moment) -> Int {
        var refused = 0
        for kept in budgets where kept.period.upperBound > now {
            // The form of the count is all that is asked of this rule.
            let rule = AdmissionRule.budget(BudgetRule(0, .money, per: BudgetCalendar(.total), level: kept.key.level))
            while true {
                guard let counter = self.table.counter(for: kept.key, rule: rule, now: now.microseconds) else {
                    refused += 1
                    break
                }
                let isDone = counter.state.withLock { state in
                    guard !state.isRetired else { return false }
                    _ = state.meter.withBalance { $0.restore(kept) }
                    return true
                }
                if isDone { break }
            }
        }
        return refused
    }
}
