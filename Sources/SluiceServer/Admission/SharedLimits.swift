import Logging
import SluiceCore
import SluicePolicies
import SluiceTelemetry
import Synchronization

/// Limits and budgets that replicas share over one Redis: one script for each decision, another for each settlement.
///
/// A decision waits for Redis as long as a command may take. Where that fails, ``LimitFallback`` decides, and goes on to
/// decide until Redis answers again. A reservation is settled where it was made.
final class SharedLimits: LimitBackend {
    let scripts: any ScriptRunning
    let counts: SharedCounts
    let fallback: LimitFallback
    let availability: RedisAvailability
    let running = RunningReservations()
    let unsent: SettlementQueue
    /// The shares that are held in advance; `nil` where each decision asks.
    let shares: HeldShares?
    /// What a store keeps of budgets; `nil` without one.
    let keeper: BudgetKeeper?
    /// Where alerts go that Redis is the first to know of. With a keeper they are the keeper's.
    let onAlert: @Sendable (BudgetAlert) -> Void
    let metrics: SharedLimitMetrics
    let logger: Logger
    /// How many settlements are on their way.
    let onTheirWay = Atomic(0)

    private let start: String
    private let number = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - start: what tells the reservations of this start of this process from all others.
    ///   - sharePermille: the part of a rate that is held in advance, in thousandths; `nil` for none.
    init(
        scripts: any ScriptRunning,
        counts: SharedCounts,
        fallback: LimitFallback,
        start: String,
        sharePermille: Int? = nil,
        keeper: BudgetKeeper? = nil,
        unsent: SettlementQueue = SettlementQueue(),
        metrics: SharedLimitMetrics,
        logger: Logger,
        onAlert: @escaping @Sendable (BudgetAlert) -> Void = { _ in }
    ) {
        self.scripts = scripts
        self.counts = counts
        self.fallback = fallback
        self.start = start
        self.shares = sharePermille.map { HeldShares(ShareTable(permille: $0)) }
        self.keeper = keeper
        self.unsent = unsent
        self.metrics = metrics
        self.logger = logger
        self.onAlert = onAlert
        self.availability = RedisAvailability(mode: fallback.mode.rawValue, logger: logger)
    }

    func admitNow(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool)
        -> AdmissionDecision<LimitTicket>?
    {
        guard !plan.isEmpty else { return .admitted(Admission(reservation: Self.unasked(plan, cost))) }
        guard self.availability.isUp else {
            guard self.keeper?.knows(plan, now: now) ?? true else { return nil }
            return self.decideWithoutRedis(plan, cost: cost, now: now, isDowngraded: isDowngraded)
        }
        guard let (admission, refills) = self.shares?.table.withLock({ $0.take(plan, cost: cost, now: now) }) else {
            return nil
        }
        for refill in refills { self.fill(refill, now: now) }
        guard let admission else { return nil }
        return AdmissionDecision.admitted(admission).map(LimitTicket.shared)
    }

    func admit(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool) async
        -> AdmissionDecision<LimitTicket>
    {
        guard !plan.isEmpty else { return .admitted(Admission(reservation: Self.unasked(plan, cost))) }
        await self.keeper?.prepare(plan, now: now)
        guard self.availability.isUp else {
            return self.decideWithoutRedis(plan, cost: cost, now: now, isDowngraded: isDowngraded)
        }
        let id = self.nextID()
        let call = self.counts.admit(
            plan, cost: cost, id: id, clock: .server(caller: now), isDowngraded: isDowngraded,
            kept: self.keeper?.kept(plan, now: now) ?? [:])
        switch await self.scripts.run(call) {
        case .success(let answer):
            do {
                let decision = try self.counts.decision(answer, plan: plan, cost: cost, id: id)
                if case .admitted(let admission) = decision, admission.reservation.isHeld {
                    self.running.insert(admission.reservation, now: now)
                }
                return decision.map(LimitTicket.shared)
            } catch {
                self.availability.failed(StoreError(.corrupt, error.description))
            }
        case .failure(let error): self.availability.failed(error)
        }
        // It may have been admitted without our hearing of it: then it gives back what it took.
        let lost = SharedReservation(id: id, plan: plan, cost: cost)
        if lost.isHeld { self.keep(SettlementQueue.Entry(reservation: lost, settlement: .nothing, time: now)) }
        return self.decideWithoutRedis(plan, cost: cost, now: now, isDowngraded: isDowngraded)
    }

    func settle(_ ticket: LimitTicket, _ settlement: Settlement, now: Moment) {
        switch ticket {
        case .local(let reservation):
            self.keeper?.spent(reservation.charges(of: settlement), now: now)
            let result = self.fallback.limiter.settle(reservation, settlement, now: now)
            if self.keeper == nil { result.alerts.forEach(self.onAlert) }
        case .shared(let reservation):
            self.keeper?.spent(reservation.charges(of: settlement), now: now)
            guard reservation.isHeld else { return }
            self.running.remove(reservation)
            let entry = SettlementQueue.Entry(reservation: reservation, settlement: settlement, time: now)
            if self.availability.isUp { self.send(entry) } else { self.keep(entry) }
        }
    }

    private func decideWithoutRedis(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool)
        -> AdmissionDecision<LimitTicket>
    {
        self.fallback.decide(
            plan, cost: cost, now: now, isDowngraded: isDowngraded, kept: self.keeper?.kept(plan, now: now) ?? [:])
    }

    private static func unasked(_ plan: AdmissionPlan, _ cost: AdmissionCost) -> LimitTicket {
        .shared(SharedReservation(unasked: plan, cost: cost))
    }

    /// Short, since it is sent twice and kept: the start and a number.
    private func nextID() -> String {
        let number = self.number.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(self.start)-\(String(number, radix: 36))"
    }
}
