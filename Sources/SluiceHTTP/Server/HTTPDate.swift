import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

/// The current time as HTTP writes it, made anew once a second. Loop-confined.
///
/// Shape: `Sun, 06 Nov 1994 08:49:37 GMT`. Source: RFC 9110, section 5.6.7.
final class HTTPDate {
    private var text = ""
    private var validUntil = NIODeadline.distantPast

    /// The date at `now`.
    func text(now: NIODeadline) -> String {
        if now < self.validUntil { return self.text }
        self.text = Self.format(secondsSince1970: time(nil))
        self.validUntil = now + .seconds(1)
        return self.text
    }

    static func format(secondsSince1970 seconds: Int) -> String {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = seconds - days * 86_400
        // The civil date of a day number: eras of 400 years that begin in March, so that the leap day is a year's last.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let weekday = ((days + 4) % 7 + 7) % 7
        return "\(Self.weekdays[weekday]), \(Self.two(day)) \(Self.months[month - 1]) \(year) "
            + "\(Self.two(second / 3600)):\(Self.two(second / 60 % 60)):\(Self.two(second % 60)) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
