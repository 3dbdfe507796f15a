import SluicePolicies

/// Where limits and budgets are counted: in this process, or in Redis for all replicas.
protocol LimitBackend: Sendable {
    /// Decides at once; `nil` where the decision has to wait for others: then ``admit(_:cost:now:isDowngraded:)`` is to be asked.
    func admitNow(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool)
        -> AdmissionDecision<LimitTicket>?

    /// Decides, in bounded time.
    func admit(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool) async
        -> AdmissionDecision<LimitTicket>

    /// Settles what was admitted, once. Synchronous: what has to go elsewhere is queued.
    func settle(_ ticket: LimitTicket, _ settlement: Settlement, now: Moment)
}

/// What was admitted and is to be settled.
enum LimitTicket: Sendable {
    /// A reservation of the limiter of this process.
    case local(Reservation)
    /// A reservation in Redis.
    case shared(SharedReservation)
}
