import SluiceCore

/// From which tables a range of time is read: whole days, whole hours, and records for what is left at its edges.
struct LedgerRanges: Equatable {
    /// A whole number of days, in milliseconds since 1970.
    var days: Range<Int64>?
    /// Whole hours before and behind them.
    var hours: [Range<Int64>] = []
    /// What is left, in nanoseconds since 1970.
    var records: [Range<Int64>] = []

    /// Splits a range. What lies behind `now` has no records, so that an hour that is not over counts as whole.
    init(_ range: Range<UnixTime>, interval: UsageInterval?, now: UnixTime) throws(StoreError) {
        let whole = try Self.nanoseconds(from: range.lowerBound, to: range.upperBound, toHours: false)
        let from = range.lowerBound.milliseconds
        let isOpen = range.upperBound > now
        let to = range.upperBound.milliseconds
        let firstHour = Self.up(from, LedgerSums.hour)
        let lastHour = isOpen ? Self.up(to, LedgerSums.hour) : Self.down(to, LedgerSums.hour)
        guard firstHour < lastHour else {
            if !whole.isEmpty { self.records = [whole] }
            return
        }
        if from < firstHour { self.records.append(whole.lowerBound..<firstHour * 1_000_000) }
        if !isOpen, lastHour < to { self.records.append(lastHour * 1_000_000..<whole.upperBound) }
        let firstDay = Self.up(firstHour, LedgerSums.day)
        let lastDay = isOpen ? Self.up(lastHour, LedgerSums.day) : Self.down(lastHour, LedgerSums.day)
        guard interval != .hour, firstDay < lastDay else {
            self.hours = [firstHour..<lastHour]
            return
        }
        self.days = firstDay..<lastDay
        if firstHour < firstDay { self.hours.append(firstHour..<firstDay) }
        if lastDay < lastHour { self.hours.append(lastDay..<lastHour) }
    }

    /// Two parts, one behind the other, of what is read from hours alone and is long; else all of it.
    ///
    /// No sum of an hour is in both, so that they can be computed at the same time.
    var halves: [LedgerRanges] {
        guard self.days == nil, self.hours.count == 1, let hours = self.hours.first,
            hours.upperBound - hours.lowerBound >= 2 * LedgerSums.day
        else { return [self] }
        let middle = Self.down(hours.lowerBound + (hours.upperBound - hours.lowerBound) / 2, LedgerSums.hour)
        var first = self
        var second = self
        first.hours = [hours.lowerBound..<middle]
        second.hours = [middle..<hours.upperBound]
        first.records = self.records.filter { $0.lowerBound < middle * 1_000_000 }
        second.records = self.records.filter { $0.lowerBound >= middle * 1_000_000 }
        return [first, second]
    }

    /// A range in nanoseconds. Throws `invalid` where the numbers cannot hold it.
    static func nanoseconds(from: UnixTime, to: UnixTime, toHours: Bool = true) throws(StoreError) -> Range<Int64> {
        // From 1970 to 2262.
        let most = Int64.max / 1_000_000 - LedgerSums.day
        guard from.milliseconds >= 0, from <= to, to.milliseconds <= most else {
            throw StoreError(.invalid, "a period begins before its end, from 1970 to 2262")
        }
        let start = toHours ? Self.down(from.milliseconds, LedgerSums.hour) : from.milliseconds
        let end = toHours ? Self.up(to.milliseconds, LedgerSums.hour) : to.milliseconds
        return start * 1_000_000..<end * 1_000_000
    }

    private static func down(_ time: Int64, _ unit: Int64) -> Int64 { time - time % unit }
    private static func up(_ time: Int64, _ unit: Int64) -> Int64 { Self.down(time + unit - 1, unit) }
}
