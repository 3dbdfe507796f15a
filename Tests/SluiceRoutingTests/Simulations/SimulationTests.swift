import SluiceCore
import Testing

@testable import SluiceRouting

/// Requests against three targets on a clock that is a number.
struct Simulation {
    /// What a target does at a moment: how long until it answers, and the fault if it fails.
    typealias Behaviour = (_ provider: Int, _ now: MonotonicTime, _ random: inout RandomSource) -> (Int64, Fault?)

    struct Result {
        var latencies: [Int64] = []
        var succeeded = 0
        var attempts = 0
        var ends: [MonotonicTime] = []
    }

    /// Runs `count` requests, one each `interval` nanoseconds, each within `deadline`.
    static func run(
        _ gateway: Gateway,
        count: Int,
        interval: Int64,
        deadline: Int64,
        timeout: Int64,
        seed: UInt64,
        _ behaviour: Behaviour
    ) throws -> Result {
        var random = RandomSource(seed: seed)
        var result = Result()
        var queue: [(time: MonotonicTime, order: Int, event: Event)] = []
        var order = 0
        func push(_ time: MonotonicTime, _ event: Event) {
            // A heap by time, then by order.
            queue.append((time, order, event))
            order += 1
            var place = queue.count - 1
            while place > 0 {
                let parent = (place - 1) / 2
                guard Self.isBefore(queue[place], queue[parent]) else { break }
                queue.swapAt(place, parent)
                place = parent
            }
        }
        func pop() -> (time: MonotonicTime, order: Int, event: Event)? {
            guard let first = queue.first, let last = queue.popLast() else { return nil }
            guard !queue.isEmpty else { return first }
            queue[0] = last
            var place = 0
            while true {
                var least = place
                for child in [2 * place + 1, 2 * place + 2]
                where child < queue.count && Self.isBefore(queue[child], queue[least]) { least = child }
                guard least != place else { break }
                queue.swapAt(place, least)
                place = least
            }
            return first
        }
        for request in 0..<count { push(.at(0) + Int64(request) * interval, .arrives) }
        let plan = try gateway.plan()
        while let next = pop() {
            let now = next.time
            let flight: Flight
            switch next.event {
            case .arrives:
                flight = Flight(
                    AttemptPlanner(
                        plan, table: gateway.table, request: RoutingRequest(isStreaming: true),
                        deadline: now + deadline, now: now),
                    arrived: now)
            case .waited(let waiting):
                flight = waiting
            case .ends(let ending, let attempt, let fault):
                flight = ending
                guard let fault else {
                    _ = flight.planner.succeeded(attempt, firstTokenNanoseconds: now - flight.began, now: now)
                    result.succeeded += 1
                    result.latencies.append(now - flight.arrived)
                    result.ends.append(flight.arrived)
                    continue
                }
                _ = flight.planner.failed(attempt, fault, now: now)
            }
            switch flight.planner.next(now: now, random: &random) {
            case .attempt(let attempt):
                result.attempts += 1
                flight.planner.began(attempt, now: now)
                flight.began = now
                var (duration, fault) = behaviour(attempt.target.provider, now, &random)
                let bound = min(timeout, flight.arrived + deadline - now)
                if duration > bound {
                    duration = bound
                    fault = Fault(.timeout)
                }
                push(now + duration, .ends(flight, attempt, fault))
            case .wait(let nanoseconds):
                push(now + nanoseconds, .waited(flight))
            case .giveUp:
                result.latencies.append(now - flight.arrived)
            }
        }
        return result
    }

    private static func isBefore(
        _ left: (time: MonotonicTime, order: Int, event: Event),
        _ right: (time: MonotonicTime, order: Int, event: Event)
    ) -> Bool {
        left.time != right.time ? left.time < right.time : left.order < right.order
    }

    private enum Event {
        case arrives
        case waited(Flight)
        case ends(Flight, Attempt, Fault?)
    }

    private final class Flight {
        var planner: AttemptPlanner
        let arrived: MonotonicTime
        var began: MonotonicTime

        init(_ planner: consuming AttemptPlanner, arrived: MonotonicTime) {
            self.planner = planner
            self.arrived = arrived
            self.began = arrived
        }
    }
}

@Suite("Simulations")
struct SimulationTests {
    private static let faults: [Fault] = [
        Fault(.connect, wasSent: false), Fault(.cut), Fault(.malformed), Fault(status: 500), Fault(status: 503),
        Fault(status: 529),
    ]

    /// How good each target is in each second: its chance to succeed.
    private static func weather(_ seed: UInt64, seconds: Int) -> [[Double]] {
        var random = RandomSource(seed: seed)
        var health = [1.0, 1.0, 1.0]
        return (0..<seconds).map { _ in
            for target in 0..<3 where random.index(below: 8) == 0 {
                health[target] = [1, 0.99, 0.9, 0.7, 0.5, 0][random.index(below: 6)]
            }
            return health
        }
    }

    @Test(
        "three targets that fail at random: as good as the best target at each moment, less half a percent",
        .timeLimit(.minutes(3)),
        arguments: [.priority, .weighted, .leastBusy, .fastest(.timeToFirstToken), .sticky] as [Strategy],
        [11, 12, 13] as [UInt64])
    func chaos(strategy: Strategy, seed: UInt64) throws {
        let weather = Self.weather(seed, seconds: 400)
        func chance(_ provider: Int, _ now: MonotonicTime) -> Double {
            let second = Int((now - .at(0)) / Gateway.second)
            return weather[min(second, weather.count - 1)][provider]
        }
        let gateway = Gateway(targets: 3, strategy: strategy, health: HealthSettings())
        let count = 20_000
        let interval = 10 * Gateway.millisecond
        let result = try Simulation.run(
            gateway, count: count, interval: interval, deadline: 30 * Gateway.second, timeout: 10 * Gateway.second,
            seed: seed
        ) { provider, now, random in
            let fails = random.unit() >= chance(provider, now)
            let duration = Int64(20 + random.index(below: 60)) * Gateway.millisecond
            return (duration, fails ? Self.faults[random.index(below: Self.faults.count)] : nil)
        }
        var best = 0.0
        for request in 0..<count {
            let now = MonotonicTime.at(0) + Int64(request) * interval
            best += (0..<3).map { chance($0, now) }.max() ?? 0
        }
        let rate = Double(result.succeeded) / Double(count)
        #expect(rate >= best / Double(count) - 0.005, "\(rate) against \(best / Double(count))")
        #expect(result.latencies.allSatisfy { $0 <= 30 * Gateway.second })
        #expect(result.attempts <= 3 * count)
        #expect(try gateway.health().allSatisfy { $0.liveCount == 0 })
    }

    @Test(
        "while one of three hangs, the 99th percentile stays within twice the healthy one once its breaker has opened",
        .timeLimit(.minutes(2)),
        arguments: [.priority, .weighted, .leastBusy, .fastest(.timeToFirstToken), .sticky] as [Strategy])
    func hang(strategy: Strategy) throws {
        func run(hangs: Bool) throws -> [Int64] {
            let gateway = Gateway(targets: 3, strategy: strategy, health: HealthSettings())
            let result = try Simulation.run(
                gateway, count: 20_000, interval: 5 * Gateway.millisecond, deadline: 60 * Gateway.second,
                timeout: 3 * Gateway.second, seed: 5
            ) { provider, now, random in
                let isHanging = hangs && provider == 0 && now >= .at(10_000)
                return (isHanging ? .max : Int64(50 + random.index(below: 100)) * Gateway.millisecond, nil)
            }
            #expect(result.succeeded == 20_000)
            // From 20 s on, which is long after five requests have timed out.
            return zip(result.latencies, result.ends).filter { $0.1 >= .at(20_000) }.map(\.0).sorted()
        }
        let healthy = try run(hangs: false)
        let hanging = try run(hangs: true)
        let before = healthy[healthy.count * 99 / 100]
        let during = hanging[hanging.count * 99 / 100]
        #expect(during <= 2 * before, "\(during) against \(before)")
    }

    @Test("an outage of all targets is not amplified beyond the retry budget", .timeLimit(.minutes(1)))
    func amplification() throws {
        let gateway = Gateway(targets: 1, retry: RetryPolicy(attempts: 5))
        let result = try Simulation.run(
            gateway, count: 20_000, interval: Gateway.millisecond, deadline: 30 * Gateway.second,
            timeout: 10 * Gateway.second, seed: 3
        ) { _, _, random in
            (Int64(1 + random.index(below: 5)) * Gateway.millisecond, Fault(status: 500))
        }
        #expect(result.succeeded == 0)
        #expect(Double(result.attempts) <= 20_000 * 1.2 + 40)
    }
}
