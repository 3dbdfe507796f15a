/// The limits and budgets that apply to one request, each with the count that it means.
///
/// A plan depends on the principal, the model and the configuration, not on the request: it may be kept and used again.
public struct AdmissionPlan: Sendable {
    struct Item: Sendable {
        var rule: AdmissionRule
        let key: LimitKey
    }

    /// A budget with its balance.
    public struct Budget: Sendable {
        /// The balance.
        public let key: LimitKey
        /// The budget.
        public let rule: BudgetRule
    }

    /// In the order in which they were added. No two have the same key: the limiter locks each count once.
    private(set) var items: [Item] = []
    /// The budgets of the plan, in the order in which they were added.
    public private(set) var budgets: [Budget] = []

    /// A plan in which nothing is limited.
    public init() {}

    /// A plan of rules that all apply.
    public init(_ rules: [AdmissionRule], for subject: LimitSubject) {
        self.add(rules, for: subject)
    }

    /// Whether nothing is limited.
    public var isEmpty: Bool { self.items.isEmpty }

    /// The rules, in the order in which they were added.
    public var rules: [AdmissionRule] { self.items.map(\.rule) }

    /// Adds the rules for whose level the request has all names. Of two that mean the same count, the tighter stays.
    public mutating func add(_ rules: [AdmissionRule], for subject: LimitSubject) {
        self.items.reserveCapacity(self.items.count + rules.count)
        let levels = subject.levels
        for rule in rules where !rule.level.isEmpty && levels.isSuperset(of: rule.level) {
            self.add(rule, key: rule.key(for: subject))
        }
        self.noteBudgets()
    }

    /// Adds the rules for which nothing of the same level and kind (requests, tokens, concurrency, budget) is there
    /// yet: a key's own limits come first, then the defaults.
    public mutating func addDefaults(_ rules: [AdmissionRule], for subject: LimitSubject) {
        let own = self.items.map { (level: $0.rule.level, family: $0.rule.family) }
        self.add(
            rules.filter { rule in !own.contains { $0.level == rule.level && $0.family == rule.family } },
            for: subject
        )
    }

    /// The same plan with each limit divided by a number of replicas that do not see each other's counts, rounded down,
    /// and at least 1. Budgets are divided too.
    ///
    /// Where an amount is below the number of replicas, all of them together may pass that many more.
    public func divided(by replicas: Int) -> AdmissionPlan {
        var result = self
        for index in result.items.indices { result.items[index].rule = result.items[index].rule.divided(by: replicas) }
        result.noteBudgets()
        return result
    }

    private mutating func noteBudgets() {
        self.budgets = self.items.compactMap { item in
            if case .budget(let rule) = item.rule { Budget(key: item.key, rule: rule) } else { nil }
        }
    }

    private mutating func add(_ rule: AdmissionRule, key: LimitKey) {
        guard let index = self.items.firstIndex(where: { $0.key == key }) else {
            self.items.append(Item(rule: rule, key: key))
            return
        }
        if rule.amount < self.items[index].rule.amount { self.items[index].rule = rule }
    }
}

extension AdmissionRule {
    fileprivate func divided(by replicas: Int) -> AdmissionRule {
        let count = Int64(max(1, replicas))
        switch self {
        case .limit(let rule): return .limit(rule.with(amount: rule.amount == 0 ? 0 : max(1, rule.amount / count)))
        case .budget(let rule): return .budget(rule.with(amount: rule.amount == 0 ? 0 : max(1, rule.amount / count)))
        }
    }
}
