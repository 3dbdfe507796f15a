/// What a settled request took of one budget, for whoever keeps balances besides the limiter.
public struct BudgetCharge: Sendable, Hashable {
    /// The balance.
    public let key: LimitKey
    /// The budget, as the plan had it.
    public let rule: BudgetRule
    /// Nano-dollars or tokens; above 0.
    public let amount: Int64

    /// Makes a charge.
    public init(key: LimitKey, rule: BudgetRule, amount: Int64) {
        self.key = key
        self.rule = rule
        self.amount = amount
    }
}

extension Reservation {
    /// What a settlement takes of the budgets. It does not settle.
    public func charges(of settlement: Settlement) -> [BudgetCharge] {
        self.holds.compactMap { hold in
            let item = self.plan.items[hold.item]
            guard case .budget(let rule) = item.rule else { return nil }
            let amount = item.rule.charge(of: settlement, reserved: hold.taken)
            return amount > 0 ? BudgetCharge(key: item.key, rule: rule, amount: amount) : nil
        }
    }
}

extension SharedReservation {
    /// What a settlement takes of the budgets. It does not settle.
    public func charges(of settlement: Settlement) -> [BudgetCharge] {
        self.plan.items.compactMap { item in
            guard case .budget(let rule) = item.rule else { return nil }
            let amount = item.rule.charge(of: settlement, reserved: item.rule.charge(of: self.cost))
            return amount > 0 ? BudgetCharge(key: item.key, rule: rule, amount: amount) : nil
        }
    }
}

extension BudgetRule {
    /// The parts for alerts, in thousandths, that are reached when what was spent goes from one amount to another.
    public func parts(reachedFrom before: Int64, to after: Int64) -> [Int] {
        self.alertPermille.filter { part in
            let due = LimitAmount.share(part, of: self.amount)
            return due > before && due <= after
        }
    }

    /// The highest part for which an alert must have been given when so much is spent; 0 for none.
    public func alerted(at spent: Int64) -> Int {
        self.alertPermille.last { LimitAmount.share($0, of: self.amount) <= spent } ?? 0
    }
}
