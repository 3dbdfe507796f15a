import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Waiting for a thread")
struct LaneQueueTests {
    private func time(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    @Test("first come, first served, and no more than fit")
    func order() {
        var queue = LaneQueue<String>(capacity: 2)
        #expect(queue.add("a", number: 1, deadline: self.time(9)) == nil)
        #expect(queue.add("b", number: 2, deadline: self.time(5)) == nil)
        #expect(queue.add("c", number: 3, deadline: self.time(7))?.kind == .busy)
        #expect(queue.nextDeadline == self.time(5))
        #expect(queue.take()?.job == "a")
        #expect(queue.take()?.job == "b")
        #expect(queue.take() == nil)
        #expect(queue.nextDeadline == .never)
    }

    @Test("who waited long enough, or is not wanted any more, is taken out")
    func leaving() {
        var queue = LaneQueue<String>(capacity: 4)
        for (number, name) in ["a", "b", "c", "d"].enumerated() {
            #expect(queue.add(name, number: number, deadline: self.time(Int64(number))) == nil)
        }
        #expect(queue.remove(number: 2) == "c")
        #expect(queue.remove(number: 2) == nil)
        #expect(queue.expire(now: self.time(1)) == ["a", "b"])
        #expect(queue.expire(now: self.time(1)) == [])
        #expect(queue.close() == ["d"])
        #expect(queue.add("e", number: 9, deadline: .never)?.kind == .unavailable)
    }
}

@Suite("Trying again")
struct ConnectGateTests {
    private let error = StoreError(.unavailable, "away")

    @Test("waits double from the first to the longest, half of each at random")
    func backoff() {
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
        let longest = (0..<6).map { _ in backoff.failed(fraction: 1) }
        #expect(longest == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        #expect(backoff.failed(fraction: 0) == .milliseconds(500))
        backoff.succeeded()
        #expect(backoff.failed(fraction: 1) == .milliseconds(100))
    }

    @Test("after a failure nobody tries before the wait is over, and then one")
    func oneProbe() {
        var gate = ConnectGate(backoff: Backoff(first: .milliseconds(100), longest: .seconds(1)))
        let start = MonotonicTime(nanoseconds: 1_000_000_000)
        #expect(gate.admit(now: start) == nil)
        #expect(gate.admit(now: start) == nil)
        gate.failed(self.error, now: start, fraction: 1)
        // The second of those two fails as well, and the wait does not grow by it.
        gate.failed(self.error, now: start, fraction: 1)
        #expect(gate.failure == self.error)
        #expect(gate.admit(now: start.advanced(by: .milliseconds(99))) == self.error)
        let later = start.advanced(by: .milliseconds(100))
        #expect(gate.admit(now: later) == nil)
        #expect(gate.admit(now: later) == self.error)
        gate.failed(self.error, now: later, fraction: 1)
        #expect(gate.admit(now: later.advanced(by: .milliseconds(199))) == self.error)
        #expect(gate.admit(now: later.advanced(by: .milliseconds(200))) == nil)
        gate.succeeded()
        #expect(gate.failure == nil)
        #expect(gate.admit(now: later) == nil)
    }
}
