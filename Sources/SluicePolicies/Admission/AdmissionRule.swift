import SluiceCore

/// A limit or a budget: everything that one decision looks at.
///
/// Indirect, so that a copy is one reference however much a rule says: plans are made of many.
public indirect enum AdmissionRule: Sendable, Hashable {
    /// A rate, or a number of concurrent requests.
    case limit(LimitRule)
    /// Money or tokens for a period.
    case budget(BudgetRule)

    /// What it is counted by.
    public var level: LimitLevel {
        switch self {
        case .limit(let rule): rule.level
        case .budget(let rule): rule.level
        }
    }

    /// How much it allows, in requests, tokens, permits or nano-dollars.
    public var amount: Int64 {
        switch self {
        case .limit(let rule): rule.amount
        case .budget(let rule): rule.amount
        }
    }

    /// The count that the rule means for a request.
    func key(for subject: LimitSubject) -> LimitKey {
        switch self {
        case .limit(let rule):
            LimitKey(level: rule.level, meter: rule.meter, meterHash: rule.meterHash, subject: subject)
        case .budget(let rule):
            LimitKey(level: rule.level, meter: rule.meter, meterHash: rule.meterHash, subject: subject)
        }
    }

    /// Whether it counts requests within a window, which are not settled: that a request came stays true.
    var isRequests: Bool {
        if case .limit(let rule) = self, case .requests = rule.measure { true } else { false }
    }

    /// What a request takes of it at admission.
    func charge(of cost: AdmissionCost) -> Int64 {
        switch self {
        case .limit(let rule):
            switch rule.measure {
            case .requests, .concurrency: 1
            case .tokens(let measure, _): measure.count(of: cost)
            }
        case .budget(let rule):
            switch rule.unit {
            case .money: cost.money.amount
            case .tokens(let measure): measure.count(of: cost)
            }
        }
    }

    /// What it took in the end, where `reserved` was held.
    func charge(of settlement: Settlement, reserved: Int64) -> Int64 {
        switch settlement {
        case .asReserved: return reserved
        case .nothing: return 0
        case .used(let usage, let money):
            switch self {
            case .limit(let rule):
                if case .tokens(let measure, _) = rule.measure { return measure.count(of: usage) }
                return reserved
            case .budget(let rule):
                switch rule.unit {
                case .money: return LimitAmount.clamped(money.amount)
                case .tokens(let measure): return measure.count(of: usage)
                }
            }
        }
    }

    /// Which default it stands in for when a key, user, team or tenant has a rule of its own.
    var family: String {
        switch self {
        case .limit(let rule):
            switch rule.measure {
            case .requests: "requests"
            case .tokens: "tokens"
            case .concurrency: "concurrency"
            }
        case .budget: "budget"
        }
    }
}
