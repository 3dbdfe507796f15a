import SluicePolicies
import SluiceTelemetry

/// What decides while Redis is away.
struct LimitFallback: Sendable {
    /// What is done with a request whose limits cannot be asked for.
    enum Mode: String, Sendable {
        /// It is admitted.
        case allow
        /// It is refused.
        case deny
        /// It is counted in this process, against its part of each limit.
        case local
    }

    let mode: Mode
    /// Among how many replicas limits are divided.
    let replicas: Int
    /// The counts of this process. Its leases need no renewal: they end with the process.
    let limiter: Limiter
    let metrics: SharedLimitMetrics

    init(mode: Mode, replicas: Int, limiter: Limiter = Limiter(lease: .day), metrics: SharedLimitMetrics) {
        self.mode = mode
        self.replicas = max(1, replicas)
        self.limiter = limiter
        self.metrics = metrics
    }

    /// Decides.
    ///
    /// - Parameter kept: what is known of the plan's balances: this process has its part of what is left.
    func decide(
        _ plan: AdmissionPlan,
        cost: AdmissionCost,
        now: Moment,
        isDowngraded: Bool,
        kept: [LimitKey: BudgetState]
    ) -> AdmissionDecision<LimitTicket> {
        self.metrics.decidedWithoutRedis()
        switch self.mode {
        case .allow: return .admitted(Admission(reservation: .shared(SharedReservation(unasked: plan, cost: cost))))
        case .deny: return .refused(.countsUnavailable)
        case .local:
            if !kept.isEmpty { _ = self.limiter.restore(kept.values.map(self.part), now: now) }
            let part = plan.divided(by: self.replicas)
            return self.limiter.admit(part, cost: cost, now: now, isDowngraded: isDowngraded).map(LimitTicket.local)
        }
    }

    /// The part of a balance that stands against a part of its budget, rounded up.
    private func part(of state: BudgetState) -> BudgetState {
        let replicas = Int64(self.replicas)
        let spent = state.spent / replicas + (state.spent % replicas > 0 ? 1 : 0)
        return BudgetState(key: state.key, period: state.period, spent: spent, alerted: state.alerted)
    }
}
