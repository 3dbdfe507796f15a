import SluicePolicies

/// Counts limits and budgets in this process.
///
/// Nothing that is held can be lost here, as a ticket that is dropped settles itself; so leases are as long as they can be, and
/// are not renewed.
final class LocalLimits: LimitBackend {
    private let limiter: Limiter
    private let alerts: @Sendable ([BudgetAlert]) -> Void

    /// - Parameters:
    ///   - limiter: the counts, which outlive reloads of the configuration.
    ///   - alerts: is told which budgets have reached one of their parts; must not block.
    init(_ limiter: Limiter, alerts: @escaping @Sendable ([BudgetAlert]) -> Void = { _ in }) {
        self.limiter = limiter
        self.alerts = alerts
    }

    /// Counts whose reservations last longer than any request.
    static func makeLimiter() -> Limiter {
        Limiter(lease: LimitWindow(microseconds: 31 * LimitWindow.day.microseconds) ?? .day)
    }

    func admitNow(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool)
        -> AdmissionDecision<LimitTicket>?
    {
        self.decide(plan, cost: cost, now: now, isDowngraded: isDowngraded)
    }

    private func decide(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool)
        -> AdmissionDecision<LimitTicket>
    {
        self.limiter.admit(plan, cost: cost, now: now, isDowngraded: isDowngraded).map(LimitTicket.local)
    }

    func admit(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool) async
        -> AdmissionDecision<LimitTicket>
    {
        self.decide(plan, cost: cost, now: now, isDowngraded: isDowngraded)
    }

    /// Forgets idle counts.
    func sweep(now: Moment) {
        self.limiter.sweep(now: now)
    }

    func settle(_ ticket: LimitTicket, _ settlement: Settlement, now: Moment) {
        guard case .local(let reservation) = ticket else { return }
        let result = self.limiter.settle(reservation, settlement, now: now)
        if !result.alerts.isEmpty { self.alerts(result.alerts) }
    }
}
