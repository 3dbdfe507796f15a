/// A moment in UTC as calendars write it, without a library: proleptic Gregorian, no leap seconds.
///
/// Source: the arithmetic of days in eras of 400 years, 146,097 days each.
public struct CivilTime: Sendable, Equatable {
    /// From 0 to 9999.
    public var year: Int64
    /// From 1 to 12.
    public var month: Int64
    /// From 1 to 31.
    public var day: Int64
    /// From 0 to 23.
    public var hour: Int64
    /// From 0 to 59.
    public var minute: Int64
    /// From 0 to 59.
    public var second: Int64

    /// The moment a number of seconds after 1970 began. What is before the year 0 or past 9999 becomes the nearest moment.
    public init(secondsSince1970 seconds: Int64) {
        let bounded = min(max(seconds, -62_167_219_200), 253_402_300_799)
        var days = bounded / 86_400
        var rest = bounded % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        self.hour = rest / 3600
        self.minute = rest % 3600 / 60
        self.second = rest % 60
        // Years begin in March here, so that a leap day is the last of its year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        self.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
    }

    /// Reads `2026-11-21T05:55:00Z`, with or without a fraction of a second, or with an offset as `+02:00`.
    ///
    /// Source: RFC 3339, section 5.6.
    public static func seconds(ofRFC3339 text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = 19
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
        }
        guard let offset = Self.offset(bytes[index...]) else { return nil }
        // March begins the year, as above.
        let years = month <= 2 ? year - 1 : year
        let era = (years >= 0 ? years : years - 399) / 400
        let yearOfEra = years - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return days * 86_400 + hour * 3600 + minute * 60 + second - offset
    }

    /// `2026-11-21T05:55:00Z`.
    public var text: String {
        "\(Self.digits(self.year, 4))-\(Self.digits(self.month, 2))-\(Self.digits(self.day, 2))T"
            + "\(Self.digits(self.hour, 2)):\(Self.digits(self.minute, 2)):\(Self.digits(self.second, 2))Z"
    }

    /// `20261121T055500Z`.
    public var basicText: String {
        "\(self.basicDate)T\(Self.digits(self.hour, 2))\(Self.digits(self.minute, 2))\(Self.digits(self.second, 2))Z"
    }

    /// `20261121`.
    public var basicDate: String {
        Self.digits(self.year, 4) + Self.digits(self.month, 2) + Self.digits(self.day, 2)
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let sign = bytes.first else { return nil }
        let rest = bytes.dropFirst()
        if sign | 0x20 == UInt8(ascii: "z") { return rest.isEmpty ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 5,
            rest[rest.startIndex + 2] == UInt8(ascii: ":"), let hours = Self.number(rest.prefix(2)),
            let minutes = Self.number(rest.suffix(2)), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "+") ? seconds : -seconds
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 0x30)
        }
        return value
    }

    private static func digits(_ value: Int64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
