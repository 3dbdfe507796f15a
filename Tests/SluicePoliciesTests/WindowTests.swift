import Testing

@testable import SluicePolicies

@Suite("Sliding windows")
struct WindowTests {
    /// What one request took, and when.
    private struct Arrival {
        let time: Int64
        let cost: Int64
    }

    private static func gap(_ window: Int64, _ random: inout SeededRandom) -> Int64 {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: 0
        case 1: Int64.random(in: 0...(window * 2), using: &random)
        case 2: window
        case 3...8: Int64.random(in: 0...(window / 60), using: &random)
        default: Int64.random(in: 0...(window / 20), using: &random)
        }
    }

    @Test("no window ever holds more requests than the limit, and none is refused that would fit", arguments: 0..<40)
    func exactLog(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let window = try #require(LimitWindow(microseconds: Int64.random(in: 1000...60_000_000, using: &random)))
        let limit = Int64.random(in: 1...30, using: &random)
        var log = RequestLog(window: window)
        var now: Int64 = 1_796_040_000_000_000
        var taken: [Int64] = []
        for _ in 0..<3000 {
            now += Self.gap(window.microseconds, &random)
            let inWindow = taken.suffix(Int(limit)).count { $0 > now - window.microseconds }
            log.advance(to: now)
            let wait = log.wait(for: 1, limit: limit, now: now)
            #expect((wait == nil) == (Int64(inWindow) < limit))
            if let wait {
                guard case .after(let time) = wait else { throw Failure() }
                var early = log
                early.advance(to: now + time - 1)
                #expect(early.wait(for: 1, limit: limit, now: now + time - 1) != nil)
                var late = log
                late.advance(to: now + time)
                #expect(late.wait(for: 1, limit: limit, now: now + time) == nil)
            } else {
                log.take(1, now: now)
                taken.append(now)
                #expect(log.status(limit: limit, now: now).remaining == limit - Int64(inWindow) - 1)
                #expect(log.status(limit: limit, now: now).reset == window.microseconds)
            }
        }
        #expect(taken.count > 100)
    }

    @Test(
        "no window ever holds more than the limit, and what is refused would be at most one sub-window early",
        arguments: 0..<40)
    func subWindows(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let window = try #require(LimitWindow(microseconds: Int64.random(in: 1000...86_400_000_000, using: &random)))
        let limit = Int64.random(in: 1...5000, using: &random)
        var counted = SlidingWindow(window: window)
        var now: Int64 = 1_796_040_000_000_000
        var taken: [Arrival] = []
        for _ in 0..<3000 {
            now += Self.gap(window.microseconds, &random)
            let cost = Int64.random(in: 0...(limit / 4 + 2), using: &random)
            counted.advance(to: now)
            // Both ends belong to the interval here, which is more than is promised.
            func sum(since start: Int64) -> Int64 {
                taken.reversed().prefix { $0.time >= start }.reduce(0) { $0 + $1.cost }
            }
            switch counted.wait(for: cost, limit: limit, now: now) {
            case nil:
                _ = counted.take(cost)
                taken.append(Arrival(time: now, cost: cost))
                #expect(cost == 0 || sum(since: now - window.microseconds) <= limit)
            case .after(let time):
                // Sixty sub-windows, rounded up, and one more.
                #expect(sum(since: now - 61 * window.subWindow) + cost > limit)
                var early = counted
                early.advance(to: now + time - 1)
                #expect(early.wait(for: cost, limit: limit, now: now + time - 1) != nil)
                var late = counted
                late.advance(to: now + time)
                #expect(late.wait(for: cost, limit: limit, now: now + time) == nil)
            case .never: #expect(cost > limit)
            case .whenFreed: Issue.record("A rate has nothing that another request frees.")
            }
        }
        #expect(taken.count > 100)
    }

    @Test("what was reserved too much is free at once, what came on top counts from now on")
    func settlement() {
        var counted = SlidingWindow(window: .minute)
        let start: Int64 = 1_796_040_000_000_000
        counted.advance(to: start)
        let place = counted.take(100)
        counted.settle(taken: 100, in: place, actual: 30)
        #expect(counted.sum == 30)
        counted.advance(to: start + 59_000_000)
        counted.settle(taken: 30, in: place, actual: 50)
        counted.advance(to: start + 61_000_000)
        #expect(counted.sum == 20)
        // Long after its window nothing is given back, and nothing goes below zero.
        counted.advance(to: start + 600_000_000)
        counted.settle(taken: 50, in: place, actual: 0)
        #expect(counted.sum == 0)
    }

    @Test("a clock that goes back frees nothing")
    func backwards() {
        let start: Int64 = 1_796_040_000_000_000
        var log = RequestLog(window: .minute)
        var counted = SlidingWindow(window: .minute)
        for _ in 0..<5 { log.take(1, now: start) }
        counted.advance(to: start)
        _ = counted.take(5)
        for time in [start - 1, start - 3_600_000_000, 0] {
            log.advance(to: time)
            counted.advance(to: time)
            #expect(log.wait(for: 1, limit: 5, now: time) != nil)
            #expect(counted.wait(for: 1, limit: 5, now: time) != nil)
        }
    }

    @Test("a limit that was lowered refuses until enough has left the window")
    func lowered() {
        let start: Int64 = 1_796_040_000_000_000
        var log = RequestLog(window: .minute)
        for second in 0..<10 { log.take(1, now: start + Int64(second) * 1_000_000) }
        let now = start + 10_000_000
        #expect(log.wait(for: 1, limit: 3, now: now) == .after(57_000_000))
        #expect(log.status(limit: 3, now: now).remaining == 0)
    }

    private struct Failure: Error {}
}
