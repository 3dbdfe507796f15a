import Glibc

/// A moment in UTC, written as RFC 3339 with milliseconds: `2026-11-21T09:08:07.654Z`.
struct Timestamp: Equatable {
    /// Nanoseconds since 1970; years 1970 to 2262.
    let nanoseconds: Int64

    /// The wall clock now.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// Appends the text; a moment before 1970 is written as 1970's first.
    func append(to bytes: inout [UInt8]) {
        let milliseconds = UInt64(clamping: self.nanoseconds) / 1_000_000
        let seconds = milliseconds / 1000
        let date = Self.civil(daysSince1970: seconds / 86_400)
        let second = seconds % 86_400
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
            func put(_ value: UInt64, _ digits: Int, at start: Int, then separator: UInt8) {
                var rest = value
                for position in stride(from: start + digits - 1, through: start, by: -1) {
                    text[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                text[start + digits] = separator
            }
            put(date.year, 4, at: 0, then: UInt8(ascii: "-"))
            put(date.month, 2, at: 5, then: UInt8(ascii: "-"))
            put(date.day, 2, at: 8, then: UInt8(ascii: "T"))
            put(second / 3600, 2, at: 11, then: UInt8(ascii: ":"))
            put(second / 60 % 60, 2, at: 14, then: UInt8(ascii: ":"))
            put(second % 60, 2, at: 17, then: UInt8(ascii: "."))
            put(milliseconds % 1000, 3, at: 20, then: UInt8(ascii: "Z"))
            bytes.append(contentsOf: UnsafeBufferPointer(text))
        }
    }

    /// The Gregorian date of a day, counted in 400-year eras of years that begin in March, so that the leap day comes last.
    private static func civil(daysSince1970 days: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
