import Logging
import SluiceCore
import SluicePolicies
import Synchronization

/// Says which requests may run, by the rules of one configuration, of the keys and of the store.
///
/// The plan of a principal and a model is made once and kept, for each event loop on its own, until a stored rule changes. The
/// counts are the backend's and outlive the configuration.
final class LimitAdmission: AdmissionControl {
    private struct Key: Hashable {
        var principal: ObjectIdentifier?
        var model: String
        var provider: String
        var targetModel: String
    }

    private struct Kept {
        var generation = 0
        var plans: [Key: LimitPlan] = [:]
    }

    /// One event loop's plans, behind a lock that nobody else takes.
    private final class Shard: Sendable {
        let kept = Mutex(Kept())
    }

    /// How many plans a loop keeps; beyond it all are forgotten, and made again when they are needed.
    static let plansOfLoop = 4096

    private let rules: LimitRules
    private let backend: any LimitBackend
    private let stored: StoredRules?
    private let logger: Logger?
    private let clock: @Sendable () -> Int64
    private let shards: [Shard]

    /// - Parameters:
    ///   - rules: the configuration's.
    ///   - backend: where is counted.
    ///   - stored: the store's rules, where there is a store.
    ///   - loops: how many event loops there are.
    ///   - logger: is told of rules that cannot be read.
    ///   - clock: the time of settlements, in nanoseconds since 1970.
    init(
        _ rules: LimitRules,
        backend: any LimitBackend,
        stored: StoredRules? = nil,
        loops: Int = 1,
        logger: Logger? = nil,
        clock: @escaping @Sendable () -> Int64 = { Clock.nanosecondsSince1970() }
    ) {
        self.rules = rules
        self.backend = backend
        self.stored = stored
        self.logger = logger
        self.clock = clock
        self.shards = (0..<max(1, loops)).map { _ in Shard() }
    }

    func decide(_ request: AdmissionRequest, facts: () -> AdmissionFacts) -> AdmissionStep {
        let kept = self.plan(for: request, facts)
        if kept.isBroken { return .decided(.refused(Self.unreadable)) }
        if kept.plan.isEmpty { return .decided(.unlimited) }
        let cost = kept.cost(of: request, usualOutputTokens: self.rules.usualOutputTokens)
        let now = Moment(nanosecondsSince1970: request.now)
        guard
            let decision = self.backend.admitNow(
                kept.plan, cost: cost, now: now, isDowngraded: request.isDowngraded)
        else {
            return .pending(
                PendingLimits(
                    admission: self, plan: kept.plan, cost: cost, now: now, isDowngraded: request.isDowngraded))
        }
        return .decided(self.answer(decision))
    }

    /// The decision in the words of the request path.
    private func answer(_ decision: AdmissionDecision<LimitTicket>) -> AdmissionAnswer {
        switch decision {
        case .admitted(let admission):
            .admitted(AdmittedTicket(admission, backend: self.backend, clock: self.clock))
        case .refused(let refusal): .refused(AdmissionRefusal(refusal))
        case .downgrade(let model, let budget): .downgrade(to: model, because: budget.description)
        }
    }

    private struct PendingLimits: PendingAdmission {
        let admission: LimitAdmission
        let plan: AdmissionPlan
        let cost: AdmissionCost
        let now: Moment
        let isDowngraded: Bool

        func answer() async -> AdmissionAnswer {
            self.admission.answer(
                await self.admission.backend.admit(
                    self.plan, cost: self.cost, now: self.now, isDowngraded: self.isDowngraded))
        }
    }

    private static let unreadable = AdmissionRefusal(
        error: GatewayError(
            .limitsUnavailable,
            "A limit or a budget of this request cannot be read by the gateway. Ask who runs it; its log says more.",
            retryAfterSeconds: 60),
        limits: LimitStanding(requests: nil, tokens: nil)
    )

    // MARK: Plans

    private func plan(for request: AdmissionRequest, _ facts: () -> AdmissionFacts) -> LimitPlan {
        let key = Key(
            principal: request.principal.map { ObjectIdentifier($0) }, model: request.model,
            provider: request.provider, targetModel: request.targetModel)
        let day = request.now / LimitPlan.nanosecondsOfDay
        let generation = self.stored?.generation ?? 0
        let shard = self.shards[Int(request.loop.magnitude % UInt(self.shards.count))]
        let known = shard.kept.withLock { kept in
            if kept.generation != generation {
                kept.generation = generation
                kept.plans.removeAll(keepingCapacity: true)
            }
            return kept.plans[key]
        }
        if let known, known.day == day { return known }
        let made = self.makePlan(for: request, day: day, facts())
        shard.kept.withLock { kept in
            // What was made of rules that have changed meanwhile is used once.
            guard kept.generation == generation else { return }
            if kept.plans.count >= Self.plansOfLoop { kept.plans.removeAll(keepingCapacity: true) }
            kept.plans[key] = made
        }
        return made
    }

    private func makePlan(for request: AdmissionRequest, day: Int64, _ facts: AdmissionFacts) -> LimitPlan {
        var builder = PlanBuilder(request, rules: self.rules, stored: self.stored?.index ?? RuleIndex())
        builder.build()
        for problem in builder.problems {
            self.logger?.error(
                "a limit or a budget cannot be read; what it bounds is refused", metadata: ["problem": "\(problem)"])
        }
        let countsMoney = builder.plan.rules.contains { rule in
            if case .budget(let budget) = rule, case .money = budget.unit { true } else { false }
        }
        return LimitPlan(
            principal: request.principal,
            plan: builder.plan,
            isBroken: !builder.problems.isEmpty,
            maximumOutputTokens: facts.maximumOutputTokens.map { Int64($0) },
            price: countsMoney ? facts.price : nil,
            day: day
        )
    }
}

extension AdmissionRefusal {
    /// What a client is told of a refusal.
    init(_ refusal: LimitRefusal) {
        let milliseconds = refusal.retryAfterMilliseconds
        var rule: String?
        var kind = GatewayError.Kind.limitsUnavailable
        if case .rule(let found) = refusal.cause {
            kind = refusal.isBudget ? .quotaExhausted : .rateLimited
            switch found {
            case .limit(let limit): rule = "\(limit) (\(limit.level))"
            case .budget(let budget): rule = "\(budget) (\(budget.level))"
            }
        }
        self.init(
            error: GatewayError(
                kind, refusal.message, retryAfterSeconds: milliseconds.map { Int(clamping: ($0 + 999) / 1000) }),
            rule: rule,
            limits: LimitStanding(
                requests: refusal.requests, tokens: refusal.tokens, retryAfterMilliseconds: milliseconds,
                isFinal: milliseconds == nil || kind == .quotaExhausted)
        )
    }
}
