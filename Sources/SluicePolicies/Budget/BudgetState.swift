/// A balance as a store keeps it, so that it survives a restart. What was reserved is not part of it: those requests
/// ended with the process.
public struct BudgetState: Sendable, Hashable {
    /// Whose balance it is.
    public let key: LimitKey
    /// Its period.
    public let period: Range<Moment>
    /// What was spent in the period, in nano-dollars or tokens.
    public let spent: Int64
    /// The highest part, in thousandths, for which an alert was given in the period; 0 for none.
    public let alerted: Int

    /// Makes a state; amounts outside of their range are clamped when it is restored.
    public init(key: LimitKey, period: Range<Moment>, spent: Int64, alerted: Int) {
        self.key = key
        self.period = period
        self.spent = spent
        self.alerted = alerted
    }
}

/// An event that is due once in a period: a budget has reached a part of its amount.
public struct BudgetAlert: Sendable, Hashable {
    /// The budget.
    public let rule: BudgetRule
    /// Whose it is.
    public let subject: LimitSubject
    /// The part that was reached, in thousandths.
    public let permille: Int
    /// What was spent by then.
    public let spent: Int64
    /// The period.
    public let period: Range<Moment>

    /// Makes an alert.
    public init(rule: BudgetRule, subject: LimitSubject, permille: Int, spent: Int64, period: Range<Moment>) {
        self.rule = rule
        self.subject = subject
        self.permille = permille
        self.spent = spent
        self.period = period
    }
}
