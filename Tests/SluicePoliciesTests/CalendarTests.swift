import Glibc
import Testing

@testable import SluicePolicies

@Suite("Calendar of budgets")
struct CalendarTests {
    private static let folder = "/usr/share/zoneinfo/"

    static let hasDatabase = access(CalendarTests.folder + "Europe/Berlin", R_OK) == 0

    /// The bytes of a file, by the C library: tests have no Foundation either.
    private static func zone(_ name: String) throws -> TimeZoneRules {
        let file = try #require(fopen(self.folder + name, "rb"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 17)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return try TimeZoneRules(name: name, file: bytes)
    }

    /// A version 2 file with these transitions, types of a whole number of seconds, and a rule.
    private static func file(_ transitions: [(Int64, UInt8)] = [], types: [Int32] = [0], rule: String) -> [UInt8] {
        func header(_ times: Int, _ kinds: Int) -> [UInt8] {
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
                + [0, 0, 0, times, kinds, 4].flatMap { number in (0..<4).map { UInt8(number >> (24 - $0 * 8) & 255) } }
        }
        func big(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.bigEndian) { Array($0) }
        }
        let kinds = types.flatMap { big($0) + [0, 0] } + Array("ABC\0".utf8)
        var bytes = header(0, 1) + big(Int32(0)) + [0, 0] + Array("ABC\0".utf8)
        bytes += header(transitions.count, types.count) + transitions.flatMap { big($0.0) } + transitions.map(\.1)
        return bytes + kinds + Array("\n\(rule)\n".utf8)
    }

    private static func moment(_ seconds: Int64) -> Moment { Moment(microsecondsSince1970: seconds * 1_000_000) }

    private static func period(
        _ period: BudgetPeriod, _ zone: TimeZoneRules, _ seconds: Int64
    ) -> Range<Int64> {
        let range = BudgetCalendar(period, zone: zone).interval(containing: self.moment(seconds))
        return (range.lowerBound.microseconds / 1_000_000)..<(range.upperBound.microseconds / 1_000_000)
    }

    @Test("days, weeks and months of UTC")
    func utc() {
        let noon: Int64 = 1_796_040_000
        #expect(Self.period(.day, .utc, noon) == 1_795_996_800..<1_796_083_200)
        // November 30, 2026 is a Monday.
        #expect(Self.period(.week, .utc, noon) == 1_795_996_800..<1_796_601_600)
        #expect(Self.period(.month, .utc, noon) == 1_793_491_200..<1_796_083_200)
        #expect(Self.period(.total, .utc, noon) == 0..<8_000_000_000)
        // February of a leap year, from its first second to its last.
        #expect(Self.period(.month, .utc, 1_835_395_200) == 1_832_976_000..<1_835_481_600)
    }

    @Test("a rule behind the last transition says when clocks change", arguments: ["CET-1CEST,M3.5.0,M10.5.0/3"])
    func berlinByRule(rule: String) throws {
        let zone = try TimeZoneRules(name: "Europe/Berlin", file: Self.file(types: [3600], rule: rule))
        // 2026-03-29T01:00:00Z and 2026-10-25T01:00:00Z.
        for (change, before, after) in [
            (1_774_746_000 as Int64, 3600 as Int64, 7200 as Int64), (1_792_890_000, 7200, 3600),
        ] {
            #expect(zone.offsetSeconds(at: Self.moment(change - 1)) == before)
            #expect(zone.offsetSeconds(at: Self.moment(change)) == after)
        }
        // The day of the change has 23 hours, that of the other 25, and October ends an hour later than it began.
        #expect(Self.period(.day, zone, 1_774_746_000) == 1_774_738_800..<1_774_821_600)
        #expect(Self.period(.day, zone, 1_792_890_000) == 1_792_879_200..<1_792_969_200)
        #expect(Self.period(.month, zone, 1_792_890_000) == 1_790_805_600..<1_793_487_600)
    }

    @Test("files of the time zone database are read", .enabled(if: CalendarTests.hasDatabase, "no /usr/share/zoneinfo"))
    func database() throws {
        let berlin = try Self.zone("Europe/Berlin")
        #expect(Self.period(.day, berlin, 1_774_746_000) == 1_774_738_800..<1_774_821_600)
        #expect(berlin.offsetSeconds(at: Self.moment(4_080_000_000)) == 7200)
        #expect(try Self.zone("Asia/Kolkata").offsetSeconds(at: PolicyWords.noon) == 19_800)
        #expect(try Self.zone("America/New_York").offsetSeconds(at: PolicyWords.noon) == -18_000)
        #expect(try Self.zone("Australia/Lord_Howe").offsetSeconds(at: PolicyWords.noon) == 39_600)
        #expect(try Self.zone("Pacific/Kiritimati").offsetSeconds(at: PolicyWords.noon) == 50_400)
    }

    @Test(
        "every period of a real zone follows the one before without a gap", .enabled(if: CalendarTests.hasDatabase),
        arguments: [
            "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Pacific/Apia",
            "Asia/Gaza",
            "Australia/Lord_Howe", "America/Scoresbysund", "Antarctica/Troll",
        ])
    func contiguous(name: String) throws {
        let zone = try Self.zone(name)
        for kind in [BudgetPeriod.day, .week, .month] {
            var seconds: Int64 = 0
            var period = Self.period(kind, zone, seconds)
            while seconds < 2_300_000_000 {
                #expect(period.contains(seconds))
                #expect(Self.period(kind, zone, period.upperBound - 1) == period)
                let next = Self.period(kind, zone, period.upperBound)
                #expect(next.lowerBound == period.upperBound, "\(kind) at \(seconds)")
                seconds = period.upperBound
                period = next
            }
        }
    }

    @Test(
        "midnight that does not exist, or comes twice",
        arguments: [
            // Clocks go forward at midnight: the day begins at one.
            ("AAA3BBB,M3.2.0/0,M11.1.0/0", 1_772_928_000 as Int64, 10_800 as Int64),
            // They go back half an hour after midnight: the first midnight begins the day.
            ("AAA3BBB,M3.2.0/0,M11.1.0/0:30", 1_793_491_200, 7200),
        ])
    func midnight(rule: String, day: Int64, start: Int64) throws {
        let zone = try TimeZoneRules(name: "Test", file: Self.file(types: [-10_800], rule: rule))
        let noon = day + 43_200 + 10_800
        let today = Self.period(.day, zone, noon)
        #expect(today.lowerBound == day + start)
        #expect(Self.period(.day, zone, today.lowerBound) == today)
        #expect(Self.period(.day, zone, today.lowerBound - 1).upperBound == today.lowerBound)
        // The hour that comes twice is one of the day that has begun.
        #expect(Self.period(.day, zone, today.lowerBound + 1800) == today)
    }

    @Test("days go there and back over four thousand years")
    func civil() {
        var days: Int64 = -719_528
        while days < 800_000 {
            #expect(CivilDate(daysSince1970: days).daysSince1970 == days)
            days += 17
        }
        #expect(CivilDate(daysSince1970: 0) == CivilDate(year: 1970, month: 1, day: 1))
        #expect(CivilDate.weekday(ofDaysSince1970: 0) == 4)
        #expect(CivilDate.weekday(ofDaysSince1970: -5) == 6)
    }

    @Test("what is no time zone file is refused")
    func malformed() throws {
        let good = Self.file([(100, 0)], types: [3600], rule: "CET-1")
        #expect(try TimeZoneRules(name: "x", file: good).offsets == [3600])
        #expect(throws: TimeZoneError.notATimeZoneFile) { try TimeZoneRules(name: "x", file: []) }
        #expect(throws: TimeZoneError.notATimeZoneFile) {
            try TimeZoneRules(name: "x", file: Array("hello, world".utf8))
        }
        #expect(throws: TimeZoneError.tooLarge) {
            try TimeZoneRules(name: "x", file: [UInt8](repeating: 0, count: 1 << 21))
        }
        for length in 5..<good.count {
            #expect(throws: TimeZoneError.malformed, "\(length)") {
                try TimeZoneRules(name: "x", file: Array(good.prefix(length)))
            }
        }
        #expect(throws: TimeZoneError.malformed) {
            try TimeZoneRules(name: "x", file: Self.file([(100, 9)], rule: "CET-1"))
        }
        #expect(throws: TimeZoneError.malformed) {
            try TimeZoneRules(name: "x", file: Self.file([(100, 0), (100, 0)], rule: "CET-1"))
        }
        for rule in [
            "CET", "C-1", "CET-25", "CET-1CEST", "CET-1CEST,M13.1.0,M3.1.0", "CET-1CEST,M3.1.0", "CET-1x", "<+03-3",
        ] {
            #expect(throws: TimeZoneError.malformed, "\(rule)") {
                try TimeZoneRules(name: "x", file: Self.file(rule: rule))
            }
        }
        for rule in ["<+03>-3", "IST-2IDT,M3.4.4/26,M10.5.0", "AAA3BBB2:30,J60/0,300/-1:30:15", ""] {
            #expect(throws: Never.self, "\(rule)") { try TimeZoneRules(name: "x", file: Self.file(rule: rule)) }
        }
    }

    @Test("any bytes are read or refused, and any moment has an offset", arguments: 0..<50)
    func hostile(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var bytes = Self.file(
                [(-5_000_000_000, 0), (100, 1), (1_000_000_000, 0)], types: [3600, 7200],
                rule: "CET-1CEST,M3.5.0,M10.5.0/3")
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let zone = try? TimeZoneRules(name: "x", file: bytes) else { continue }
            for period in BudgetPeriod.allCases {
                for _ in 0..<4 {
                    let now = Moment(
                        microsecondsSince1970: Int64.random(in: 0...Moment.latest.microseconds, using: &random))
                    let range = BudgetCalendar(period, zone: zone).interval(containing: now)
                    #expect(range.lowerBound <= range.upperBound)
                }
            }
        }
    }
}
