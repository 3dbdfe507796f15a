import SluicePolicies

/// Limits in this process whose budgets a store keeps.
struct KeptLimits: LimitBackend {
    /// What decides.
    let base: any LimitBackend
    let keeper: BudgetKeeper

    func admitNow(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool)
        -> AdmissionDecision<LimitTicket>?
    {
        guard self.keeper.knows(plan, now: now) else { return nil }
        return self.base.admitNow(plan, cost: cost, now: now, isDowngraded: isDowngraded)
    }

    func admit(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool) async
        -> AdmissionDecision<LimitTicket>
    {
        await self.keeper.prepare(plan, now: now)
        return await self.base.admit(plan, cost: cost, now: now, isDowngraded: isDowngraded)
    }

    func settle(_ ticket: LimitTicket, _ settlement: Settlement, now: Moment) {
        switch ticket {
        case .local(let reservation): self.keeper.spent(reservation.charges(of: settlement), now: now)
        case .shared(let reservation): self.keeper.spent(reservation.charges(of: settlement), now: now)
        }
        self.base.settle(ticket, settlement, now: now)
    }
}
