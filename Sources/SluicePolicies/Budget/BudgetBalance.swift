/// What was spent of a budget in its period, and what running requests may spend yet.
struct BudgetBalance {
    /// The period, in microseconds since 1970; empty before the first use.
    private(set) var start: Int64 = 0
    private(set) var end: Int64 = 0
    /// What ended requests cost in the period.
    private(set) var spent: Int64 = 0
    /// What running requests hold, whenever they began.
    private(set) var reserved: Int64 = 0
    /// The highest part, in thousandths, for which an alert was given in the period.
    private(set) var alerted = 0
    /// Whether what a store keeps has changed since ``takeChange()``.
    private var hasChanged = false

    /// Begins a new period where the old one is over. A moment before the period counts in it.
    mutating func advance(to now: Int64, _ calendar: BudgetCalendar) {
        guard now >= self.end else { return }
        let interval = calendar.interval(containing: Moment(microsecondsSince1970: now))
        guard interval.lowerBound.microseconds >= self.end else {
            // The zone's rules were changed meanwhile: the period that has begun goes on to its new end.
            self.end = max(self.end, interval.upperBound.microseconds)
            return
        }
        self.start = interval.lowerBound.microseconds
        self.end = interval.upperBound.microseconds
        if self.spent > 0 || self.alerted > 0 { self.hasChanged = true }
        self.spent = 0
        self.alerted = 0
    }

    /// When `cost` fits; the balance is at `now` already.
    func wait(for cost: Int64, limit: Int64, now: Int64, isTotal: Bool) -> LimitWait? {
        guard cost > 0, self.spent + self.reserved + cost > limit else { return nil }
        guard cost <= limit else { return .never }
        // Requests that run may turn out cheaper than what they hold.
        if self.spent + cost <= limit { return .whenFreed }
        return isTotal ? .never : .after(max(1, self.end - now))
    }

    /// Holds `cost` and says how much of it: all, short of absurd sums.
    mutating func reserve(_ cost: Int64) -> Int64 {
        let added = min(cost, LimitAmount.largest - self.reserved)
        self.reserved += added
        return added
    }

    /// Replaces what was held by the true cost. Returns the parts, in thousandths, that were reached just now.
    mutating func settle(taken: Int64, actual: Int64, rule: BudgetRule) -> [Int] {
        self.reserved = max(0, self.reserved - taken)
        guard actual > 0 else { return [] }
        self.spent += min(actual, LimitAmount.largest - self.spent)
        self.hasChanged = true
        let reached = rule.alertPermille.filter { part in
            part > self.alerted && LimitAmount.share(part, of: rule.amount) <= self.spent
        }
        self.alerted = reached.last ?? self.alerted
        return reached
    }

    func status(limit: Int64, now: Int64, isTotal: Bool) -> LimitStatus {
        LimitStatus(
            limit: limit,
            remaining: max(0, limit - self.spent - self.reserved),
            reset: isTotal ? 0 : max(0, self.end - now)
        )
    }

    /// Takes over what a store kept, unless this balance knows of a later period. The larger amount of one period
    /// counts.
    mutating func restore(_ kept: BudgetState) {
        guard kept.period.lowerBound.microseconds >= self.start else { return }
        if kept.period.lowerBound.microseconds > self.start || self.end == 0 {
            self.start = kept.period.lowerBound.microseconds
            self.end = kept.period.upperBound.microseconds
            self.spent = 0
            self.alerted = 0
        }
        self.spent = max(self.spent, LimitAmount.clamped(kept.spent))
        self.alerted = max(self.alerted, min(max(0, kept.alerted), 1000))
    }

    /// Whether the balance changed since the last call.
    mutating func takeChange() -> Bool {
        defer { self.hasChanged = false }
        return self.hasChanged
    }

    /// Whether nothing would be lost with it.
    func isIdle(at now: Int64) -> Bool {
        self.reserved == 0 && (now >= self.end || (self.spent == 0 && self.alerted == 0))
    }

    /// What a store keeps.
    func state(of key: LimitKey) -> BudgetState {
        BudgetState(
            key: key,
            period: Moment(
                microsecondsSince1970: self.start)..<Moment(microsecondsSince1970: max(self.start, self.end)),
            spent: self.spent,
            alerted: self.alerted
        )
    }
}
