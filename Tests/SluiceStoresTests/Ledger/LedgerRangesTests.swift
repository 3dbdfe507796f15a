import SluiceCore
import Testing

@testable import SluiceStores

@Suite("From which tables a range is read")
struct LedgerRangesTests {
    private static let day = LedgerSums.day
    private static let hour = LedgerSums.hour

    private func ranges(_ from: Int64, _ to: Int64, _ interval: UsageInterval? = nil, now: Int64 = .max) throws
        -> LedgerRanges
    {
        try LedgerRanges(
            UnixTime(milliseconds: from)..<UnixTime(milliseconds: to), interval: interval,
            now: UnixTime(milliseconds: now))
    }

    @Test("whole days are read as days, and as hours where these are asked for")
    func days() throws {
        let ranges = try self.ranges(Self.day, 3 * Self.day)
        #expect(ranges.days == Self.day..<3 * Self.day && ranges.hours.isEmpty && ranges.records.isEmpty)
        let byHour = try self.ranges(Self.day, 3 * Self.day, .hour)
        #expect(byHour.days == nil && byHour.hours == [Self.day..<3 * Self.day] && byHour.records.isEmpty)
    }

    @Test("the parts are the range, each moment once", arguments: [nil, UsageInterval.hour, .day, .month])
    func whole(interval: UsageInterval?) throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let from = Int64.random(in: 0..<4 * Self.day, using: &generator)
            let to = from + Int64.random(in: 0..<4 * Self.day, using: &generator)
            let ranges = try self.ranges(from, to, interval)
            var parts = ranges.hours + (ranges.days.map { [$0] } ?? [])
            parts += ranges.records.map { $0.lowerBound / 1_000_000..<$0.upperBound / 1_000_000 }
            parts.sort { $0.lowerBound < $1.lowerBound }
            #expect((parts.first?.lowerBound ?? from) == from && (parts.last?.upperBound ?? to) == to)
            for (left, right) in zip(parts, parts.dropFirst()) { #expect(left.upperBound == right.lowerBound) }
            #expect(ranges.records.allSatisfy { $0.upperBound - $0.lowerBound < 2 * Self.hour * 1_000_000 })
        }
    }

    @Test("the halves of a long range by hours are the range, one behind the other")
    func halves() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<2000 {
            let from = Int64.random(in: 0..<4 * Self.day, using: &generator)
            let ranges = try self.ranges(
                from, from + Int64.random(in: 0..<40 * Self.day, using: &generator), .hour)
            let halves = ranges.halves
            let hours = halves.flatMap(\.hours)
            let length = ranges.hours.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
            #expect(halves.count == (length >= 2 * Self.day ? 2 : 1))
            #expect(hours.reduce(0) { $0 + $1.upperBound - $1.lowerBound } == length)
            #expect(hours.first?.lowerBound == ranges.hours.first?.lowerBound)
            for (left, right) in zip(hours, hours.dropFirst()) {
                #expect(left.upperBound == right.lowerBound && left.upperBound % Self.hour == 0)
            }
            let records = halves.flatMap(\.records)
            #expect(records == ranges.records.sorted { $0.lowerBound < $1.lowerBound })
            guard halves.count == 2 else { continue }
            #expect(halves[0].records.allSatisfy { $0.lowerBound < hours[0].upperBound * 1_000_000 })
            #expect(halves[1].records.allSatisfy { $0.lowerBound >= hours[1].lowerBound * 1_000_000 })
        }
    }

    @Test("what is not over yet counts as whole")
    func open() throws {
        let ranges = try self.ranges(Self.day, 2 * Self.day + 5, now: 2 * Self.day + 4)
        #expect(ranges.days == Self.day..<3 * Self.day && ranges.hours.isEmpty && ranges.records.isEmpty)
    }

    @Test("an empty range is nothing, and one that cannot be is refused")
    func odd() throws {
        #expect(try self.ranges(5, 5).records.isEmpty)
        #expect(throws: StoreError.self) { try self.ranges(-5, 5) }
        #expect(throws: StoreError.self) { try self.ranges(0, .max) }
    }
}
