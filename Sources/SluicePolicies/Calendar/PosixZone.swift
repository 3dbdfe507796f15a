/// The rule at the end of a time zone file, for the time after its last transition: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// Source: POSIX.1-2017, section 8.3, `TZ`, with the hours of -167 to 167 that RFC 8536, section 3.3.1 adds.
struct PosixZone: Sendable, Hashable {
    /// A day of every year with a time of that day.
    struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// `M3.5.0`: the last (5) or the first to fourth such weekday of a month.
            case weekday(month: Int64, week: Int64, weekday: Int64)
            /// `J60`: 1 to 365; February 29 is never counted.
            case julian(Int64)
            /// `59`: 0 to 365; February 29 is counted.
            case dayOfYear(Int64)
        }

        let day: Day
        /// Seconds after midnight, in the local time before the change.
        let time: Int64

        /// The change of a year, in seconds since 1970, were local time UTC.
        func seconds(in year: Int64) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1).daysSince1970
            let days: Int64
            switch self.day {
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1).daysSince1970
                let next = CivilDate(
                    year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, day: 1
                ).daysSince1970
                let shift = (weekday - CivilDate.weekday(ofDaysSince1970: first) + 7) % 7
                let day = first + shift + (week - 1) * 7
                days = day >= next ? day - 7 : day
            case .julian(let number):
                days = newYear + number - 1 + (CivilDate.isLeap(year) && number > 59 ? 1 : 0)
            case .dayOfYear(let number): days = newYear + number
            }
            return days * 86_400 + self.time
        }
    }

    /// Seconds east of UTC out of daylight saving time.
    let standard: Int64
    /// Daylight saving time, where there is one.
    let daylight: (offset: Int64, start: Change, end: Change)?

    static func == (left: PosixZone, right: PosixZone) -> Bool {
        left.standard == right.standard && left.daylight?.offset == right.daylight?.offset
            && left.daylight?.start == right.daylight?.start && left.daylight?.end == right.daylight?.end
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.standard)
        hasher.combine(self.daylight?.offset)
    }

    /// The offset at a moment and the moment, not before the next, up to which it holds. Both in seconds.
    func segment(at seconds: Int64) -> (offset: Int64, until: Int64) {
        guard let daylight = self.daylight else { return (self.standard, .max) }
        let year = CivilDate(daysSince1970: CivilDate.days(ofSeconds: seconds + self.standard)).year
        var changes: [(at: Int64, offset: Int64)] = []
        for year in (year - 1)...(year + 1) {
            changes.append((daylight.start.seconds(in: year) - self.standard, daylight.offset))
            changes.append((daylight.end.seconds(in: year) - daylight.offset, self.standard))
        }
        changes.sort { $0.at < $1.at }
        var offset = self.standard
        for change in changes {
            if change.at > seconds { return (offset, change.at) }
            offset = change.offset
        }
        return (offset, .max)
    }
}

extension PosixZone {
    /// Reads the text of a rule. `nil` for what is not one, and for a name with daylight saving time but no dates.
    init?(_ text: some Sequence<UInt8>) {
        var reader = Reader(bytes: Array(text))
        guard reader.skipName(), let west = reader.time(limit: 24) else { return nil }
        self.standard = -west
        guard !reader.isAtEnd else {
            self.daylight = nil
            return
        }
        guard reader.skipName() else { return nil }
        var offset = self.standard + 3600
        if reader.peek != UInt8(ascii: ",") {
            guard let west = reader.time(limit: 24) else { return nil }
            offset = -west
        }
        guard let start = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
        self.daylight = (offset, start, end)
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        var isAtEnd: Bool { self.index >= self.bytes.count }
        var peek: UInt8? { self.isAtEnd ? nil : self.bytes[self.index] }

        mutating func take(_ byte: UInt8) -> Bool {
            guard self.peek == byte else { return false }
            self.index += 1
            return true
        }

        /// Three letters or more, or anything but `>` between `<` and `>`.
        mutating func skipName() -> Bool {
            let isQuoted = self.take(UInt8(ascii: "<"))
            let start = self.index
            while let byte = self.peek {
                let isLetter = (0x61...0x7A).contains(byte | 0x20)
                guard isQuoted ? byte != UInt8(ascii: ">") : isLetter else { break }
                self.index += 1
            }
            return self.index - start >= 3 && (!isQuoted || self.take(UInt8(ascii: ">")))
        }

        /// At most four digits.
        mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
            var value: Int64 = 0
            let start = self.index
            while let byte = self.peek, (0x30...0x39).contains(byte), self.index - start < 4 {
                value = value * 10 + Int64(byte - 0x30)
                self.index += 1
            }
            return self.index > start && range.contains(value) ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(limit: Int64) -> Int64? {
            let isNegative = self.take(UInt8(ascii: "-"))
            if !isNegative { _ = self.take(UInt8(ascii: "+")) }
            guard var seconds = self.number(0...limit).map({ $0 * 3600 }) else { return nil }
            for unit: Int64 in [60, 1] where self.take(UInt8(ascii: ":")) {
                guard let part = self.number(0...59) else { return nil }
                seconds += part * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func change() -> Change? {
            guard self.take(UInt8(ascii: ",")), let day = self.day() else { return nil }
            guard self.take(UInt8(ascii: "/")) else { return Change(day: day, time: 7200) }
            return self.time(limit: 167).map { Change(day: day, time: $0) }
        }

        mutating func day() -> Change.Day? {
            if self.take(UInt8(ascii: "J")) { return self.number(1...365).map { .julian($0) } }
            guard self.take(UInt8(ascii: "M")) else { return self.number(0...365).map { .dayOfYear($0) } }
            guard let month = self.number(1...12), self.take(UInt8(ascii: ".")), let week = self.number(1...5),
                self.take(UInt8(ascii: ".")), let weekday = self.number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}
