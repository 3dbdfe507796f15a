/// When a rate limit is whole again: OpenAI gives a duration (`6m0s`, `20ms`), Anthropic a time of day (RFC 3339).
enum RateLimitReset {
    /// The seconds of a duration: numbers, each with `h`, `m`, `s` or `ms`, the largest first; `nil` for another text.
    static func seconds(ofDuration text: String) -> Double? {
        var total = 0.0
        var rest = text.utf8[...]
        guard !rest.isEmpty, rest.count <= 32 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E }
            guard let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !(($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E) }
            switch String(decoding: unit, as: UTF8.self) {
            case "h": total += number * 3600
            case "m": total += number * 60
            case "s": total += number
            case "ms": total += number / 1000
            default: return nil
            }
            rest = rest.dropFirst(unit.count)
        }
        return total <= 366 * 86_400 ? total : nil
    }

    /// A duration as OpenAI writes it: `6m0s`, `1.5s`, `20ms`.
    static func duration(ofSeconds seconds: Double) -> String {
        let milliseconds = Int(min(max(0, seconds), 366 * 86_400) * 1000)
        guard milliseconds >= 1000 else { return "\(milliseconds)ms" }
        let whole = milliseconds / 1000
        var text = ""
        if whole >= 3600 { text += "\(whole / 3600)h" }
        if whole >= 60 { text += "\(whole / 60 % 60)m" }
        text += "\(whole % 60)"
        if milliseconds % 1000 != 0 {
            var fraction = String(1000 + milliseconds % 1000).dropFirst()
            while fraction.last == "0" { fraction.removeLast() }
            text += "." + fraction
        }
        return text + "s"
    }

    /// Seconds since 1970 of `2026-11-21T06:43:20Z`; `nil` for another text. Fractions are passed over.
    static func seconds(ofTime text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 32, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74,
            bytes[13] == 0x3A, bytes[16] == 0x3A, bytes[bytes.count - 1] | 0x20 == 0x7A
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            bytes[range].allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
                ? Int64(String(decoding: bytes[range], as: UTF8.self)) : nil
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        return self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// `2026-11-21T06:43:20Z` of seconds since 1970.
    static func time(ofSeconds seconds: Int64) -> String {
        let seconds = min(max(0, seconds), 253_402_300_799)
        let (year, month, day) = self.date(seconds / 86_400)
        func padded(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(time)Z"
    }

    // Howard Hinnant, "chrono-compatible low-level date algorithms": days from civil, civil from days.
    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex + (monthIndex < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }
}
