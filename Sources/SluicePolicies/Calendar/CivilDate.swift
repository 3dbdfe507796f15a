/// A day of the proleptic Gregorian calendar.
///
/// Source: the arithmetic of days in eras of 400 years, 146,097 days each.
struct CivilDate: Sendable, Hashable {
    var year: Int64
    var month: Int64
    var day: Int64

    /// The day that begins `days` days after 1970 began. Meant for the years 0 to 9999; others are taken for their
    /// nearest.
    init(daysSince1970 days: Int64) {
        let shifted = min(max(days, -719_528), 2_932_896) + 719_468
        // Years begin in March here, so that a leap day is the last of its year.
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        self.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
    }

    /// A day by its numbers, which the caller keeps within the calendar.
    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    var daysSince1970: Int64 {
        let years = self.month <= 2 ? self.year - 1 : self.year
        let era = (years >= 0 ? years : years - 399) / 400
        let yearOfEra = years - era * 400
        let dayOfYear = (153 * (self.month > 2 ? self.month - 3 : self.month + 9) + 2) / 5 + self.day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day of the week: 0 is Sunday, as in POSIX.
    static func weekday(ofDaysSince1970 days: Int64) -> Int64 {
        ((days + 4) % 7 + 7) % 7
    }

    static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// `seconds / 86,400`, rounded down also before 1970.
    static func days(ofSeconds seconds: Int64) -> Int64 {
        let days = seconds / 86_400
        return seconds % 86_400 < 0 ? days - 1 : days
    }
}
