import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("CircuitBreaker")
struct CircuitBreakerTests {
    private static let settings = Gateway.breaker

    /// A breaker that has opened at a moment.
    private func opened(at milliseconds: Int64) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<5 { _ = breaker.failed(isProbe: false, now: .at(milliseconds), Self.settings) }
        return breaker
    }

    @Test("closed lets all pass, and opens after failures in a row")
    func consecutive() {
        var breaker = CircuitBreaker()
        #expect(breaker.gate == 0)
        for count in 1...4 {
            #expect(breaker.pass(now: .at(0)) == .ordinary)
            #expect(breaker.failed(isProbe: false, now: .at(0), Self.settings) == nil, "\(count)")
        }
        #expect(breaker.succeeded(isProbe: false, now: .at(0), Self.settings) == nil)
        for _ in 1...4 { _ = breaker.failed(isProbe: false, now: .at(0), Self.settings) }
        // By now 8 of 9 failed, which is too few for the ratio, and 4 in a row.
        #expect(breaker.state == .closed)
        #expect(breaker.failed(isProbe: false, now: .at(0), Self.settings) == .opened(until: .at(5000)))
        #expect(breaker.state == .open(until: .at(5000)))
        #expect(breaker.gate == MonotonicTime.at(5000).nanoseconds)
    }

    @Test("opens at the ratio of failures in the window, from the least volume on")
    func ratio() {
        let settings = BreakerSettings(
            failureRatio: 0.5, minimumVolume: 10, consecutiveFailures: 0, coolDownNanoseconds: 5 * Gateway.second)
        var breaker = CircuitBreaker()
        for count in 1...4 {
            _ = breaker.succeeded(isProbe: false, now: .at(Int64(count)), settings)
            #expect(breaker.failed(isProbe: false, now: .at(Int64(count)), settings) == nil)
        }
        _ = breaker.succeeded(isProbe: false, now: .at(5), settings)
        #expect(breaker.failed(isProbe: false, now: .at(5), settings) == .opened(until: .at(5005)))
    }

    @Test("failures that have left the window do not count")
    func window() {
        let settings = BreakerSettings(
            failureRatio: 0.5, minimumVolume: 10, consecutiveFailures: 0, coolDownNanoseconds: 5 * Gateway.second)
        var breaker = CircuitBreaker()
        for _ in 0..<9 { _ = breaker.failed(isProbe: false, now: .at(0), settings) }
        for count in 0..<9 {
            #expect(breaker.failed(isProbe: false, now: .at(31_000 + Int64(count)), settings) == nil)
        }
        #expect(breaker.failed(isProbe: false, now: .at(32_000), settings) != nil)
    }

    @Test("open refuses until the cool-down is over, then lets one probe pass")
    func halfOpen() {
        var breaker = self.opened(at: 0)
        #expect(breaker.pass(now: .at(4999)) == .refused)
        #expect(breaker.pass(now: .at(5000)) == .probe)
        #expect(breaker.state == .halfOpen)
        #expect(breaker.gate == .max)
        #expect(breaker.pass(now: .at(5000)) == .refused)
        #expect(breaker.pass(now: .at(500_000)) == .refused)
    }

    @Test("a probe that succeeds closes it, and counting begins anew")
    func probeSucceeds() {
        var breaker = self.opened(at: 0)
        _ = breaker.pass(now: .at(5000))
        #expect(breaker.succeeded(isProbe: true, now: .at(5100), Self.settings) == .closed)
        #expect(breaker.state == .closed)
        for _ in 0..<4 { #expect(breaker.failed(isProbe: false, now: .at(5200), Self.settings) == nil) }
    }

    @Test("a probe that fails opens it for longer, up to a bound")
    func grows() {
        var breaker = self.opened(at: 0)
        var now: Int64 = 0
        for seconds in [5, 10, 20, 40, 60, 60] as [Int64] {
            #expect(breaker.state == .open(until: .at(now + seconds * 1000)))
            now += seconds * 1000
            #expect(breaker.pass(now: .at(now)) == .probe)
            #expect(breaker.failed(isProbe: true, now: .at(now), Self.settings) != nil)
        }
    }

    @Test("a probe that is abandoned gives its place back")
    func abandoned() {
        var breaker = self.opened(at: 0)
        _ = breaker.pass(now: .at(5000))
        breaker.abandoned(isProbe: false, now: .at(5001))
        #expect(breaker.state == .halfOpen)
        breaker.abandoned(isProbe: true, now: .at(5002))
        #expect(breaker.pass(now: .at(5002)) == .probe)
    }

    @Test("what began before it opened changes nothing afterwards")
    func late() {
        var breaker = self.opened(at: 0)
        #expect(breaker.succeeded(isProbe: false, now: .at(1), Self.settings) == nil)
        #expect(breaker.failed(isProbe: false, now: .at(1), Self.settings) == nil)
        breaker.abandoned(isProbe: true, now: .at(1))
        #expect(breaker.state == .open(until: .at(5000)))
        _ = breaker.pass(now: .at(5000))
        #expect(breaker.succeeded(isProbe: false, now: .at(5001), Self.settings) == nil)
        #expect(breaker.failed(isProbe: false, now: .at(5001), Self.settings) == nil)
        #expect(breaker.state == .halfOpen)
    }

    @Test("as a last resort one passes early as the probe, and others beside it")
    func lastResort() {
        var breaker = self.opened(at: 0)
        #expect(breaker.pass(now: .at(100), isLastResort: true) == .probe)
        #expect(breaker.pass(now: .at(100), isLastResort: true) == .ordinary)
        #expect(breaker.pass(now: .at(100)) == .refused)
        #expect(breaker.succeeded(isProbe: true, now: .at(200), Self.settings) == .closed)
    }

    @Test("opening again within the window after closing takes longer, later it begins short again")
    func relapse() {
        var breaker = self.opened(at: 0)
        _ = breaker.pass(now: .at(5000))
        _ = breaker.succeeded(isProbe: true, now: .at(5000), Self.settings)
        for _ in 0..<4 { _ = breaker.failed(isProbe: false, now: .at(6000), Self.settings) }
        #expect(breaker.failed(isProbe: false, now: .at(6000), Self.settings) == .opened(until: .at(16_000)))
        _ = breaker.pass(now: .at(16_000))
        _ = breaker.succeeded(isProbe: true, now: .at(16_000), Self.settings)
        for _ in 0..<4 { _ = breaker.failed(isProbe: false, now: .at(60_000), Self.settings) }
        #expect(breaker.failed(isProbe: false, now: .at(60_000), Self.settings) == .opened(until: .at(65_000)))
    }

    @Test("off never opens")
    func off() {
        var breaker = CircuitBreaker()
        for _ in 0..<1000 { #expect(breaker.failed(isProbe: false, now: .at(0), .off) == nil) }
        #expect(breaker.state == .closed)
    }

    @Test("settings from outside do not trap: growth, ratios and times of any size")
    func extremes() {
        let settings = BreakerSettings(
            windowNanoseconds: 0, failureRatio: .nan, minimumVolume: -1, consecutiveFailures: 1,
            coolDownNanoseconds: .max, coolDownGrowth: .infinity, coolDownLimitNanoseconds: .max)
        var breaker = CircuitBreaker()
        let end = MonotonicTime(nanoseconds: .max - 1)
        #expect(breaker.failed(isProbe: false, now: end, settings) == .opened(until: .distantFuture))
        #expect(growing(1, by: .nan, times: 100, to: 50) == 1)
        #expect(growing(-5, by: 2, times: 3, to: 50) == 0)
        #expect(growing(.max, by: 10, times: .max, to: .max) == .max)
    }
}

@Suite("SlidingCounts")
struct SlidingCountsTests {
    @Test("counts leave the window by eighths, time that goes back is the newest bucket, another window begins anew")
    func slides() {
        var counts = SlidingCounts()
        let window = 8 * Gateway.second
        for second in 0..<8 as Range<Int64> {
            counts.add(first: 1, second: second == 0 ? 1 : 0, now: .at(second * 1000), windowNanoseconds: window)
        }
        #expect(counts.sums(now: .at(7000), windowNanoseconds: window) == (8, 1))
        #expect(counts.sums(now: .at(8000), windowNanoseconds: window) == (7, 0))
        #expect(counts.sums(now: .at(3000), windowNanoseconds: window) == (7, 0))
        #expect(counts.sums(now: .at(11_500), windowNanoseconds: window) == (4, 0))
        #expect(counts.sums(now: .at(11_500), windowNanoseconds: 2 * window) == (0, 0))
        counts.add(first: .max, second: .max, now: .at(11_500), windowNanoseconds: window)
        counts.add(first: .max, second: .max, now: .at(11_500), windowNanoseconds: window)
        #expect(counts.sums(now: .at(11_500), windowNanoseconds: window).first == Int(UInt32.max))
    }
}
