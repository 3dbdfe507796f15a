import Synchronization

/// One decision while it is made: looks at every count on the way down a chain of locks, and takes on the way back up,
/// while all are still held.
struct OpenDecision {
    private struct Step {
        let counter: Counter
        let item: Int
        let charge: Int64
    }

    private struct Violation {
        let item: Int
        let wait: LimitWait
    }

    private let cost: AdmissionCost
    private let now: Int64
    private let isDowngraded: Bool
    private var steps: [Step] = []
    private var violation: Violation?
    private var downgrade: Int?
    private var warnings: [Int] = []
    private var requests: LimitStatus?
    private var tokens: LimitStatus?
    private var holds: [Reservation.Hold] = []
    /// Whether a count was forgotten meanwhile; nothing was taken.
    private(set) var isStale = false

    init(cost: AdmissionCost, now: Int64, isDowngraded: Bool) {
        self.cost = cost
        self.now = now
        self.isDowngraded = isDowngraded
    }

    private var isAdmitted: Bool { !self.isStale && self.violation == nil && self.downgrade == nil }

    /// Finds the counts of a plan, in the order in which they are locked. `false` where there is no room for one.
    mutating func collect(_ plan: AdmissionPlan, from table: CounterTable) -> Bool {
        self.steps.reserveCapacity(plan.items.count)
        for index in plan.items.indices {
            let rule = plan.items[index].rule
            guard let counter = table.counter(for: plan.items[index].key, rule: rule, now: self.now) else {
                return false
            }
            self.steps.append(Step(counter: counter, item: index, charge: rule.charge(of: self.cost)))
        }
        self.steps.sort { $0.counter.number < $1.counter.number }
        self.holds.reserveCapacity(plan.items.count)
        return true
    }

    /// Decides, and takes if it admits. No two steps have one counter, as no two items of a plan have one key.
    mutating func descend(_ plan: AdmissionPlan) {
        self.descend(plan, from: 0)
    }

    private mutating func descend(_ plan: AdmissionPlan, from index: Int) {
        guard index < self.steps.count else { return }
        let step = self.steps[index]
        let rule = plan.items[step.item].rule
        step.counter.state.withLock { state in
            guard !state.isRetired else {
                self.isStale = true
                return
            }
            if let wait = state.meter.wait(for: step.charge, rule: rule, now: self.now) {
                self.note(wait, of: rule, item: step.item)
            }
            self.descend(plan, from: index + 1)
            guard !self.isStale else { return }
            // That a request came is never taken back: such a rule is taken from, and nothing is held.
            if self.isAdmitted, let hold = state.meter.take(step.charge, now: self.now), !rule.isRequests {
                state.open += 1
                self.holds.append(
                    Reservation.Hold(
                        counter: step.counter, item: step.item, taken: hold.taken, subWindow: hold.subWindow))
            }
            if case .limit(let limit) = rule {
                self.note(state.meter.status(rule: rule, now: self.now), of: limit)
            }
        }
    }

    /// Of several limits that refuse, the one is told that keeps the request waiting longest; of equal ones the first.
    private mutating func note(_ wait: LimitWait, of rule: AdmissionRule, item: Int) {
        if case .budget(let budget) = rule {
            switch budget.action {
            case .refuse: break
            case .warn: return self.warnings.append(item)
            case .downgrade where self.isDowngraded: return self.warnings.append(item)
            case .downgrade:
                self.downgrade = min(self.downgrade ?? item, item)
                return
            }
        }
        if let violation = self.violation {
            let (old, new) = (violation.wait.rank, wait.rank)
            guard new > old || (new == old && item < violation.item) else { return }
        }
        self.violation = Violation(item: item, wait: wait)
    }

    /// Keeps the limits of which the least is left; of equal ones the smallest.
    private mutating func note(_ status: LimitStatus, of limit: LimitRule) {
        switch limit.measure {
        case .requests: self.requests = Self.tighter(self.requests, status)
        case .tokens: self.tokens = Self.tighter(self.tokens, status)
        case .concurrency: break
        }
    }

    static func tighter(_ left: LimitStatus?, _ right: LimitStatus) -> LimitStatus {
        guard let left else { return right }
        return (right.remaining, right.limit, right.reset) < (left.remaining, left.limit, left.reset) ? right : left
    }

    /// The decision in the words of callers.
    mutating func result(
        _ plan: AdmissionPlan,
        reserve: ([Reservation.Hold]) -> Reservation
    ) -> AdmissionDecision<Reservation> {
        if let violation = self.violation {
            let item = plan.items[violation.item]
            return .refused(
                LimitRefusal(
                    cause: .rule(item.rule), subject: item.key.subject, wait: violation.wait,
                    requests: self.requests, tokens: self.tokens))
        }
        if let downgrade = self.downgrade, case .budget(let budget) = plan.items[downgrade].rule,
            case .downgrade(let model) = budget.action
        {
            return .downgrade(to: model, budget: budget)
        }
        // Alerts come in the order of the plan, not of the locks.
        self.holds.sort { $0.item < $1.item }
        let warnings = self.warnings.sorted().compactMap { index in
            if case .budget(let budget) = plan.items[index].rule { budget } else { nil }
        }
        return .admitted(
            Admission(
                reservation: reserve(self.holds), requests: self.requests, tokens: self.tokens, warnings: warnings))
    }

    /// The decision where a count could not be kept.
    func refusedForRoom() -> AdmissionDecision<Reservation> {
        .refused(
            LimitRefusal(
                cause: .tooManySubjects, subject: LimitSubject(), wait: .after(1_000_000), requests: nil, tokens: nil))
    }
}
