/// Times as Ollama writes them: RFC 3339, in UTC, `2026-11-21T12:34:56Z`. Source: RFC 3339, section 5.6.
enum OllamaTime {
    /// The text of a time in seconds since 1970. Years before 0000 and past 9999, which the format has not, become its
    /// nearest.
    static func text(_ seconds: Int) -> String {
        let seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
        let second = seconds % 86_400 < 0 ? seconds % 86_400 + 86_400 : seconds % 86_400
        let (year, month, day) = Self.date((seconds - second) / 86_400)
        let date = "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(day, 2))"
        let time = "\(Self.digits(second / 3600, 2)):\(Self.digits(second / 60 % 60, 2)):\(Self.digits(second % 60, 2))"
        return "\(date)T\(time)Z"
    }

    /// The seconds since 1970 of a text, fractions cut off; `nil` for a text of another form.
    static func seconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8.prefix(64))
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = Self.number(bytes, 0, 4), let month = Self.number(bytes, 5, 2), (1...12).contains(month),
            let day = Self.number(bytes, 8, 2), (1...31).contains(day), let hour = Self.number(bytes, 11, 2),
            let minute = Self.number(bytes, 14, 2), let second = Self.number(bytes, 17, 2)
        else { return nil }
        var position = 19
        if bytes[position] == 0x2E {
            position += 1
            while position < bytes.count, JSONToken.isDigit(bytes[position]) { position += 1 }
        }
        guard position < bytes.count else { return nil }
        var offset = 0
        if bytes[position] == 0x2B || bytes[position] == 0x2D {
            guard bytes.count >= position + 6, let hours = Self.number(bytes, position + 1, 2),
                let minutes = Self.number(bytes, position + 4, 2)
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[position] == 0x2D ? -60 : 60)
        }
        return Self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for byte in bytes[start..<start + count] {
            guard JSONToken.isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    /// Days since 1970 of a date of the Gregorian calendar; years begin in March, so that the leap day is their last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a day counted from 1970.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
