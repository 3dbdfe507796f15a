import SluiceCore
import SluicePolicies

/// What a store keeps of budgets, and what is not saved yet: values without IO.
///
/// Amounts are added in the store and never set, so that several processes do not overwrite each other. What the store
/// answers to an addition is the sum of all processes; the alerts that an addition brings about are those of the parts
/// between the sum before it and the sum after it, so that each is given by one process, once in a period.
struct KeptBudgets {
    /// What is to be added in the store.
    struct Saving: Sendable {
        let key: LimitKey
        let rule: BudgetRule
        let period: Range<Moment>
        let amount: Int64
    }

    private struct Account {
        var rule: BudgetRule
        var period: Range<Moment>
        /// What the store said last, of all processes.
        var total: Int64 = 0
        /// Whether the store has been asked in this period.
        var isKnown = false
        /// What was spent here since it was saved last.
        var unsaved: Int64 = 0
        var usedAt: Int64
    }

    /// An account that was not used for as long, in microseconds, is not asked for any more, and forgotten.
    private static let quiet: Int64 = 10_000_000
    private static let idle: Int64 = 3_600_000_000

    private struct Place: Hashable {
        let key: LimitKey
        let start: Moment
    }

    private let capacity: Int
    private var accounts: [LimitKey: Account] = [:]
    /// The accounts of which something is not saved.
    private var changed: Set<LimitKey> = []
    /// The accounts that were used lately, and perhaps some others.
    private var recent: Set<LimitKey> = []
    /// The accounts of which somebody waits to know.
    private var asked: Set<LimitKey> = []
    /// What was spent in periods that are over, or without an account.
    private var rest: [Place: Saving] = [:]

    init(capacity: Int = 200_000) {
        self.capacity = max(1, capacity)
    }

    /// How many accounts there are.
    var count: Int { self.accounts.count }
    /// Whether all is saved.
    var isSaved: Bool { self.rest.isEmpty && self.changed.isEmpty }
    /// Whether the store is to be asked.
    var isWanting: Bool { !self.asked.isEmpty }

    /// Whether the store has been asked for all budgets of a plan.
    mutating func knows(_ budgets: [AdmissionPlan.Budget], now: Moment) -> Bool {
        budgets.allSatisfy { budget in
            guard let account = self.accounts[budget.key], account.isKnown, account.period.upperBound > now else {
                return false
            }
            if account.rule !== budget.rule { self.accounts[budget.key]?.rule = budget.rule }
            // Now and then is enough, and costs less.
            if account.usedAt < now.microseconds - Self.quiet / 4 { self.use(budget.key, now) }
            return true
        }
    }

    /// Notes that the store is to be asked for what of a plan is not known. Returns whether there is anything.
    mutating func want(_ budgets: [AdmissionPlan.Budget], now: Moment) -> Bool {
        var isWanting = false
        for budget in budgets {
            guard let account = self.account(for: budget.key, budget.rule, now) else { continue }
            self.use(budget.key, now)
            guard !account.isKnown else { continue }
            self.asked.insert(budget.key)
            isWanting = true
        }
        return isWanting
    }

    /// What somebody waits for: up to `limit` accounts.
    func wanted(_ limit: Int) -> [Saving] {
        self.asked.prefix(limit).compactMap { key in self.accounts[key].map { Self.question((key, $0)) } }
    }

    /// What other processes may have added to: up to `limit` of the accounts that were used lately.
    mutating func used(now: Moment, limit: Int) -> [Saving] {
        self.recent = self.recent.filter { key in
            self.accounts[key].map { $0.usedAt >= now.microseconds - Self.quiet } ?? false
        }
        return self.recent.lazy.prefix(limit).compactMap { key in
            self.accounts[key].flatMap { $0.isKnown ? Self.question((key, $0)) : nil }
        }
    }

    /// Takes over what the store said. Returns the balances as they stand, for a limiter.
    mutating func learn(_ answers: [(Saving, total: Int64)]) -> [BudgetState] {
        answers.compactMap { question, total in
            guard var account = self.accounts[question.key], account.period.lowerBound == question.period.lowerBound
            else { return nil }
            // Answers may come in another order than they were given; no sum ever gets smaller.
            account.total = max(account.total, total)
            account.isKnown = true
            self.asked.remove(question.key)
            self.accounts[question.key] = account
            return Self.state(question.key, account)
        }
    }

    /// Adds what settled requests spent. Returns how many charges found no room.
    mutating func add(_ charges: [BudgetCharge], now: Moment) -> Int {
        var lost = 0
        for charge in charges {
            // The rule of an account is that of the plan: the charge may be of a plan that was divided among replicas.
            guard self.account(for: charge.key, self.accounts[charge.key]?.rule ?? charge.rule, now) != nil else {
                let period = charge.rule.calendar.interval(containing: now)
                let saving = Saving(key: charge.key, rule: charge.rule, period: period, amount: charge.amount)
                if !self.setAside(saving) { lost += 1 }
                continue
            }
            let unsaved = self.accounts[charge.key]?.unsaved ?? 0
            self.accounts[charge.key]?.unsaved = unsaved + min(charge.amount, LimitAmount.largest - unsaved)
            self.use(charge.key, now)
            self.changed.insert(charge.key)
        }
        return lost
    }

    /// Takes out what is to be saved: up to `limit` amounts.
    mutating func takeUnsaved(_ limit: Int) -> [Saving] {
        var taken: [Saving] = []
        for (place, saving) in self.rest.prefix(limit) {
            taken.append(saving)
            self.rest[place] = nil
        }
        for key in self.changed.prefix(max(0, limit - taken.count)) {
            self.changed.remove(key)
            guard let account = self.accounts[key], account.unsaved > 0 else { continue }
            taken.append(Saving(key: key, rule: account.rule, period: account.period, amount: account.unsaved))
            self.accounts[key]?.unsaved = 0
        }
        return taken
    }

    /// Puts back what could not be saved. Returns how many amounts found no room.
    mutating func putBack(_ savings: [Saving]) -> Int {
        var lost = 0
        for saving in savings {
            if var account = self.accounts[saving.key], account.period.lowerBound == saving.period.lowerBound {
                account.unsaved += min(saving.amount, LimitAmount.largest - account.unsaved)
                self.accounts[saving.key] = account
                self.changed.insert(saving.key)
            } else if !self.setAside(saving) {
                lost += 1
            }
        }
        return lost
    }

    private mutating func setAside(_ saving: Saving) -> Bool {
        let place = Place(key: saving.key, start: saving.period.lowerBound)
        let before = self.rest[place]?.amount ?? 0
        guard before > 0 || self.rest.count < self.capacity else { return false }
        let amount = before + min(saving.amount, LimitAmount.largest - before)
        self.rest[place] = Saving(key: saving.key, rule: saving.rule, period: saving.period, amount: amount)
        return true
    }

    /// The alerts that are due when the store has added `amount` and `total` is the sum.
    static func alerts(of saving: Saving, total: Int64) -> [BudgetAlert] {
        let before = max(0, total - saving.amount)
        return saving.rule.parts(reachedFrom: before, to: total).map { part in
            BudgetAlert(
                rule: saving.rule, subject: saving.key.subject, permille: part, spent: total, period: saving.period)
        }
    }

    /// The balances of a plan's budgets, for Redis and for limits without it.
    func kept(_ budgets: [AdmissionPlan.Budget], now: Moment) -> [LimitKey: BudgetState] {
        var result: [LimitKey: BudgetState] = [:]
        for budget in budgets {
            let key = budget.key
            guard let account = self.accounts[key], account.isKnown, account.period.upperBound > now, account.total > 0
            else { continue }
            result[key] = Self.state(key, account)
        }
        return result
    }

    /// Forgets accounts that nobody used for an hour.
    mutating func sweep(now: Moment) {
        self.accounts = self.accounts.filter { _, account in
            account.unsaved > 0 || account.usedAt >= now.microseconds - Self.idle
        }
        self.asked = self.asked.filter { self.accounts[$0] != nil }
    }

    /// The account of a key in the period of `now`: the one that is there or, where a rule is given, a new one. `nil` where
    /// there is none and no room.
    private mutating func account(for key: LimitKey, _ rule: BudgetRule?, _ now: Moment) -> Account? {
        let old = self.accounts[key]
        if var account = old, account.period.upperBound > now {
            if let rule, account.rule !== rule {
                account.rule = rule
                self.accounts[key] = account
            }
            return account
        }
        guard let rule = rule ?? old?.rule, old != nil || self.accounts.count < self.capacity else { return nil }
        if let old, old.unsaved > 0 {
            // The account made room for it: it cannot be refused but by as many others that are over.
            _ = self.setAside(Saving(key: key, rule: old.rule, period: old.period, amount: old.unsaved))
        }
        let account = Account(
            rule: rule, period: rule.calendar.interval(containing: now), usedAt: now.microseconds)
        self.accounts[key] = account
        return account
    }

    private mutating func use(_ key: LimitKey, _ now: Moment) {
        self.accounts[key]?.usedAt = now.microseconds
        self.recent.insert(key)
    }

    private static func question(_ entry: (key: LimitKey, value: Account)) -> Saving {
        Saving(key: entry.key, rule: entry.value.rule, period: entry.value.period, amount: 0)
    }

    private static func state(_ key: LimitKey, _ account: Account) -> BudgetState {
        BudgetState(
            key: key, period: account.period, spent: account.total, alerted: account.rule.alerted(at: account.total))
    }
}

extension KeptBudgets.Saving {
    /// What it is to the store: an account has the text of its key.
    var balance: BalancePeriod {
        BalancePeriod(
            account: self.key.text,
            start: UnixTime(milliseconds: self.period.lowerBound.microseconds / 1000),
            tenant: self.key.subject.tenant.map { TenantID($0) }
        )
    }

    /// The amount in the unit of the budget.
    var charge: BalanceCharge {
        BalanceCharge(
            period: self.balance,
            amount: self.isMoney ? BalanceAmount(nanoUSD: self.amount) : BalanceAmount(tokens: self.amount))
    }

    /// What a balance says in the unit of the budget.
    func spent(of balance: Balance) -> Int64 {
        self.isMoney ? balance.spent.nanoUSD : balance.spent.tokens
    }

    private var isMoney: Bool {
        if case .money = self.rule.unit { true } else { false }
    }
}
