/// How long a budget lasts until it begins anew.
public enum BudgetPeriod: String, Sendable, Hashable, CaseIterable {
    /// From midnight to midnight.
    case day
    /// From Monday to Monday.
    case week
    /// From the first of a month to the first of the next.
    case month
    /// For good.
    case total
}

/// When a budget's periods begin and end: calendar days, weeks and months of one time zone.
public struct BudgetCalendar: Sendable {
    /// The period.
    public let period: BudgetPeriod
    /// Whose midnight counts.
    public let zone: TimeZoneRules

    /// Makes a calendar.
    public init(_ period: BudgetPeriod, zone: TimeZoneRules = .utc) {
        self.period = period
        self.zone = zone
    }

    /// The period in which a moment lies, its end excluded.
    public func interval(containing moment: Moment) -> Range<Moment> {
        guard self.period != .total else { return Moment(microsecondsSince1970: 0)..<Moment.latest }
        let seconds = moment.microseconds / 1_000_000
        let today = CivilDate.days(ofSeconds: seconds + self.zone.segment(at: seconds).offset)
        var (first, next) = self.days(around: today)
        // Where clocks go back over midnight, the day before begins anew for an hour: it counts to the day that has
        // begun.
        if self.start(ofDay: next) <= seconds { (first, next) = self.days(around: next) }
        let start = Moment(microsecondsSince1970: self.start(ofDay: first) * 1_000_000)
        let end = Moment(microsecondsSince1970: self.start(ofDay: next) * 1_000_000)
        return start..<max(start, end)
    }

    /// The first day of the period around a day and the first of the next period, in days since 1970.
    private func days(around day: Int64) -> (Int64, Int64) {
        switch self.period {
        case .day, .total: return (day, day + 1)
        case .week:
            let monday = day - (CivilDate.weekday(ofDaysSince1970: day) + 6) % 7
            return (monday, monday + 7)
        case .month:
            let date = CivilDate(daysSince1970: day)
            let isLast = date.month == 12
            return (
                CivilDate(year: date.year, month: date.month, day: 1).daysSince1970,
                CivilDate(year: isLast ? date.year + 1 : date.year, month: isLast ? 1 : date.month + 1, day: 1)
                    .daysSince1970
            )
        }
    }

    private func start(ofDay day: Int64) -> Int64 {
        self.zone.firstMoment(ofLocal: day * 86_400)
    }
}
