import Synchronization

/// The limits and budgets of one process: one decision over all that apply to a request, all or nothing.
///
/// It is exact however many threads ask. The counts of a request are locked together, in an order that is the same for
/// everybody, for as long as the decision takes: some hundred nanoseconds.
public final class Limiter: Sendable {
    let table: CounterTable
    let leases = Mutex(LeaseList())
    /// When the first lease ends, so that most decisions need not look.
    let nextExpiry = Atomic<Int64>(.max)
    let leaseMicroseconds: Int64

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - capacity: how many counts are kept: one for each rule and each subject of it, below a kilobyte each. One
    ///     more is refused unless an idle one can be forgotten.
    ///   - lease: how long a reservation lives that nobody settles or renews. Longer than the longest request.
    public init(capacity: Int = 200_000, lease: LimitWindow = .hour) {
        self.table = CounterTable(capacity: capacity)
        self.leaseMicroseconds = lease.microseconds
    }

    /// Decides over a request, and holds what it needs if it is admitted.
    ///
    /// `isDowngraded` says that a budget's other model is asked for by now: then such a budget does not refuse.
    public func admit(
        _ plan: AdmissionPlan,
        cost: AdmissionCost,
        now: Moment,
        isDowngraded: Bool = false
    ) -> AdmissionDecision<Reservation> {
        let now = now.microseconds
        self.returnExpired(now)
        while true {
            var decision = OpenDecision(cost: cost, now: now, isDowngraded: isDowngraded)
            guard decision.collect(plan, from: self.table) else { return decision.refusedForRoom() }
            decision.descend(plan)
            // A count was forgotten between look-up and lock; it was idle, so this happens once in a while at most.
            if decision.isStale { continue }
            return decision.result(plan) { holds in self.reserve(plan, holds, now: now) }
        }
    }

    /// Settles a reservation: what was held is replaced by what was used. The next request sees what went beyond it.
    public func settle(_ reservation: Reservation, _ settlement: Settlement, now: Moment) -> SettlementResult {
        guard let before = reservation.settle() else { return SettlementResult(isFirst: false, alerts: []) }
        if before == .held, !reservation.holds.isEmpty {
            self.leases.withLock { leases in
                if leases.remove(reservation) { self.nextExpiry.store(leases.nextExpiry, ordering: .relaxed) }
            }
        }
        var alerts: [BudgetAlert] = []
        for hold in reservation.holds {
            let rule = reservation.plan.items[hold.item].rule
            let actual = rule.charge(of: settlement, reserved: hold.taken)
            self.settle(
                hold, of: reservation, actual: actual, isHeld: before == .held, now: now.microseconds, &alerts)
        }
        return SettlementResult(isFirst: true, alerts: alerts)
    }

    /// Begins the lease of a running request's reservation anew.
    public func renew(_ reservation: Reservation, now: Moment) {
        guard !reservation.holds.isEmpty else { return }
        self.leases.withLock { leases in
            leases.renew(reservation, expiry: now.microseconds + self.leaseMicroseconds)
            self.nextExpiry.store(leases.nextExpiry, ordering: .relaxed)
        }
    }

    private func reserve(_ plan: AdmissionPlan, _ holds: [Reservation.Hold], now: Int64) -> Reservation {
        guard !holds.isEmpty else { return Reservation(plan: plan, holds: [], slot: -1) }
        return self.leases.withLock { leases in
            let reservation = leases.add(expiry: now + self.leaseMicroseconds) { slot in
                Reservation(plan: plan, holds: holds, slot: slot)
            }
            self.nextExpiry.store(leases.nextExpiry, ordering: .relaxed)
            return reservation
        }
    }

    /// Gives back what nobody settled in time.
    func returnExpired(_ now: Int64) {
        while self.nextExpiry.load(ordering: .relaxed) <= now {
            let expired = self.leases.withLock { leases in
                let reservation = leases.takeExpired(at: now)
                self.nextExpiry.store(leases.nextExpiry, ordering: .relaxed)
                return reservation
            }
            guard let expired, expired.giveBack() else { continue }
            var alerts: [BudgetAlert] = []
            for hold in expired.holds { self.settle(hold, of: expired, actual: 0, isHeld: true, now: now, &alerts) }
        }
    }

    private func settle(
        _ hold: Reservation.Hold,
        of reservation: Reservation,
        actual: Int64,
        isHeld: Bool,
        now: Int64,
        _ alerts: inout [BudgetAlert]
    ) {
        let item = reservation.plan.items[hold.item]
        // What is held keeps its counter. One whose lease has ended may have lost it: then the count is made anew.
        var counter: Counter? = hold.counter
        while let current = counter {
            let isDone = current.state.withLock { state in
                guard !state.isRetired else { return false }
                if isHeld { state.open -= 1 }
                let reached = state.meter.settle(
                    taken: isHeld ? hold.taken : 0, in: hold.subWindow, actual: actual, rule: item.rule, now: now)
                guard !reached.isEmpty, case .budget(let budget) = item.rule,
                    let kept = state.meter.withBalance({ $0.state(of: item.key) })
                else { return true }
                for part in reached {
                    alerts.append(
                        BudgetAlert(
                            rule: budget, subject: item.key.subject, permille: part, spent: kept.spent,
                            period: kept.period))
                }
                return true
            }
            if isDone { return }
            counter = self.table.counter(for: item.key, rule: item.rule, now: now)
        }
    }
}
