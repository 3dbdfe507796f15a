import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("AttemptPlanner, for any sequence of faults")
struct AttemptPlannerPropertyTests {
    private static func fault(_ random: inout RandomSource) -> Fault {
        let kind = Fault.Kind.allCases[random.index(below: Fault.Kind.allCases.count)]
        return Fault(
            kind,
            retryAfterNanoseconds: random.index(below: 3) == 0
                ? Int64(random.index(below: 20)) * Gateway.second : nil,
            wasSent: random.index(below: 2) == 0,
            vendorAllowsRetry: [nil, nil, true, false][random.index(below: 4)]
        )
    }

    private static func strategy(_ random: inout RandomSource) -> Strategy {
        BalancerTests.strategies[random.index(below: BalancerTests.strategies.count)]
    }

    @Test("attempts, deadline and live counts hold", .timeLimit(.minutes(2)), arguments: 0..<20 as Range<UInt64>)
    func bounds(seed: UInt64) throws {
        var random = RandomSource(seed: seed &* 7919 &+ 3)
        let count = 1 + random.index(below: 5)
        let attempts = random.index(below: 2) == 0 ? nil : 1 + random.index(below: 6)
        let credentials = 1 + random.index(below: 3)
        let gateway = Gateway(
            targets: count,
            strategy: Self.strategy(&random),
            weights: (0..<count).map { _ in Double(random.index(below: 4)) },
            retry: RetryPolicy(attempts: attempts),
            fallbacks: Fallbacks(default: [.model("f"), .model("p0/direct")], contextWindow: [.model("f")]),
            credentials: credentials,
            more: [Gateway.entry("f", [0], fallbacks: Fallbacks(default: [.model("m")]))]
        )
        var now = MonotonicTime.at(0)
        var failures = 0
        for _ in 0..<300 {
            let deadline = now + Int64(random.index(below: 30)) * Gateway.second
            let request = RoutingRequest(
                stickyKey: random.next(), isStreaming: random.index(below: 2) == 0,
                isActing: random.index(below: 4) == 0)
            var planner = AttemptPlanner(
                try gateway.plan(), table: gateway.table, request: request, deadline: deadline, now: now)
            var running: [Attempt] = []
            var made: [Int?: Int] = [:]
            var hasActed = false
            steps: for _ in 0..<200 {
                switch planner.next(now: now, random: &random) {
                case .attempt(let attempt):
                    #expect(now < deadline)
                    #expect(!hasActed)
                    made[attempt.entry, default: 0] += 1
                    running.append(attempt)
                    planner.began(attempt, now: now)
                    if random.index(below: 5) == 0, let hedge = planner.hedge(now: now, random: &random) {
                        #expect(!request.isActing)
                        #expect(hedge.target != attempt.target)
                        made[hedge.entry, default: 0] += 1
                        running.append(hedge)
                    }
                case .wait(let nanoseconds):
                    #expect(nanoseconds > 0)
                    #expect(now + nanoseconds < deadline)
                    now = now + nanoseconds
                    continue
                case .giveUp:
                    break steps
                }
                now = now + Int64(random.index(below: 500)) * Gateway.millisecond
                let ended = running.remove(at: random.index(below: running.count))
                switch random.index(below: 10) {
                case 0:
                    _ = planner.succeeded(ended, firstTokenNanoseconds: 5, perOutputTokenNanoseconds: 1, now: now)
                    break steps
                case 1:
                    planner.excluded(ended, now: now)
                    made[ended.entry, default: 0] -= 1
                case 2:
                    planner.abandoned(ended, now: now)
                default:
                    let fault = Self.fault(&random)
                    failures += 1
                    if request.isActing, !fault.mayRepeatAction { hasActed = true }
                    if random.index(below: 3) == 0 { _ = planner.answered(ended, now: now) }
                    _ = planner.failed(ended, fault, now: now)
                }
            }
            if let attempts {
                for (entry, count) in made where entry == 0 { #expect(count <= attempts) }
            } else {
                #expect(
                    (made[0] ?? 0) <= count * credentials + count,
                    "each target with each credential, and one last resort")
            }
            #expect(planner.attemptCount <= AttemptPlanner.attemptLimit)
        }
        #expect(failures > 0)
        for health in try gateway.health() {
            #expect(health.liveCount == 0)
            #expect(health.breakerState != .halfOpen)
        }
    }

    @Test("priority never takes a target while an earlier one can be tried", arguments: 0..<10 as Range<UInt64>)
    func order(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let gateway = Gateway(targets: 4)
        var now = MonotonicTime.at(0)
        for _ in 0..<300 {
            var planner = try gateway.planner(now: now)
            while true {
                let before = planner.candidates(now: now)
                guard let attempt = planner.next(now: now, random: &random).attempt else { break }
                if attempt.origin != .lastResort {
                    for earlier in before.prefix(while: { $0.target != attempt.target }) {
                        #expect(earlier.candidacy != .eligible && earlier.candidacy != .eligibleAsProbe)
                    }
                }
                now = now + Int64(random.index(below: 300)) * Gateway.millisecond
                guard random.index(below: 2) == 0 else {
                    _ = planner.succeeded(attempt, now: now)
                    break
                }
                _ = planner.failed(attempt, Self.fault(&random), now: now)
            }
        }
    }
}
