import SluiceTelemetry
import Testing

@Suite struct WarningThrottleTests {
    private typealias Throttle = WarningThrottle<String, ContinuousClock.Instant>
    private let start = ContinuousClock.now

    @Test("the first passes, the next are held back and counted, and the next interval says how many")
    func interval() {
        var throttle = Throttle(interval: .seconds(10))
        #expect(throttle.decide("a", now: self.start) == .log(suppressed: 0))
        for second in 1..<10 {
            #expect(throttle.decide("a", now: self.start + .seconds(second)) == .suppress)
        }
        #expect(throttle.decide("a", now: self.start + .seconds(10)) == .log(suppressed: 9))
        #expect(throttle.decide("a", now: self.start + .seconds(11)) == .suppress)
        #expect(throttle.decide("a", now: self.start + .seconds(25)) == .log(suppressed: 1))
    }

    @Test("kinds do not hold each other back")
    func kinds() {
        var throttle = Throttle(interval: .seconds(10))
        #expect(throttle.decide("a", now: self.start) == .log(suppressed: 0))
        #expect(throttle.decide("b", now: self.start) == .log(suppressed: 0))
        #expect(throttle.decide("a", now: self.start) == .suppress)
    }

    @Test("a flood of kinds is bounded, and those that are old make room")
    func flood() {
        var throttle = Throttle(interval: .seconds(10), limit: 3)
        let decisions = (0..<1000).map { throttle.decide("kind \($0)", now: self.start) }
        #expect(decisions.count { $0 != .suppress } == 3)
        #expect(throttle.count == 3)
        #expect(throttle.decide("later", now: self.start + .seconds(10)) == .log(suppressed: 0))
        #expect(throttle.count == 1)
    }
}
