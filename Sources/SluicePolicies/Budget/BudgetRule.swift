public import SluiceCore

/// What a budget counts.
public enum BudgetUnit: Sendable, Hashable {
    /// Nano-dollars.
    case money
    /// Tokens.
    case tokens(TokenMeasure)
}

/// What happens to a request that does not fit into a budget.
public enum BudgetAction: Sendable, Hashable {
    /// It is refused.
    case refuse
    /// It is admitted with a warning.
    case warn
    /// It is answered by another model.
    case downgrade(to: String)
}

/// So much money or so many tokens for a calendar period.
///
/// What a request may cost at most is reserved when it is admitted and replaced by its true cost when it ends. An
/// answer counts in the period in which it ended; what is reserved goes over into the next period.
///
/// A reference, since every decision and settlement passes it on.
public final class BudgetRule: Sendable, Hashable {
    /// What it is counted by.
    public let level: LimitLevel
    /// What it counts.
    public let unit: BudgetUnit
    /// How much it allows, in nano-dollars or tokens.
    public let amount: Int64
    /// When it begins anew.
    public let calendar: BudgetCalendar
    /// What happens to a request that does not fit.
    public let action: BudgetAction
    /// At which parts of it an alert is due, in thousandths, ascending.
    public let alertPermille: [Int]
    /// What it meters, as part of a ``LimitKey``: `budget.usd/month@Europe/Berlin`.
    public let meter: String
    let meterHash: Int

    /// Makes a budget. `amount` is kept within 0 to ``LimitAmount/largest``, parts within 1 to 1000.
    public init(
        _ amount: Int64,
        _ unit: BudgetUnit,
        per calendar: BudgetCalendar,
        level: LimitLevel,
        action: BudgetAction = .refuse,
        alertPermille: [Int] = []
    ) {
        self.level = level
        self.unit = unit
        self.amount = LimitAmount.clamped(amount)
        self.calendar = calendar
        self.action = action
        self.alertPermille = Set(alertPermille.filter { (1...1000).contains($0) }).sorted()
        let name =
            switch unit {
            case .money: "usd"
            case .tokens(let measure): measure.name
            }
        self.meter = "budget.\(name)/\(calendar.period.rawValue)@\(calendar.zone.name)"
        self.meterHash = self.meter.hashValue
    }

    /// Makes a budget of money.
    public convenience init(
        _ money: NanoUSD,
        per calendar: BudgetCalendar,
        level: LimitLevel,
        action: BudgetAction = .refuse,
        alertPermille: [Int] = []
    ) {
        self.init(
            money.amount, .money, per: calendar, level: level, action: action, alertPermille: alertPermille)
    }

    /// The same budget with another amount.
    func with(amount: Int64) -> BudgetRule {
        BudgetRule(
            amount, self.unit, per: self.calendar, level: self.level, action: self.action,
            alertPermille: self.alertPermille
        )
    }

    public static func == (left: BudgetRule, right: BudgetRule) -> Bool {
        // The meter has the unit, the period and the zone.
        left.level == right.level && left.meter == right.meter && left.amount == right.amount
            && left.action == right.action && left.alertPermille == right.alertPermille
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.level)
        hasher.combine(self.meterHash)
        hasher.combine(self.amount)
    }
}

extension BudgetRule: CustomStringConvertible {
    /// `25 USD per month`, `1000000 tokens in total`.
    public var description: String {
        let what =
            switch self.unit {
            case .money: "\(NanoUSD(self.amount)) USD"
            case .tokens(let measure):
                measure.direction == .total
                    ? "\(self.amount) tokens" : "\(self.amount) \(measure.direction.rawValue) tokens"
            }
        return self.calendar.period == .total ? "\(what) in total" : "\(what) per \(self.calendar.period.rawValue)"
    }
}
