import CMallocCount
import Glibc
import SluiceCore
import SluicePolicies
import SluiceWire

// Nanoseconds and allocations of admission: the plan, one decision over five limits and a budget, and the settlement.
// Run: swift run -c release limits-bench; with --check it fails when a decision and its settlement cost more than 2 us.

let isChecking = CommandLine.arguments.contains("--check")
let bar = 2000.0
var failures = 0

/// Runs `body` `rounds` times over, takes the best of `repeats` runs, and prints its cost per call.
@MainActor func measure(
    _ name: String,
    bar: Double? = nil,
    rounds: Int = 100_000,
    repeats: Int = 7,
    _ body: (Int) -> Void
) {
    for round in 0..<1000 { body(round) }
    var best = Duration.seconds(1000)
    let mallocs = malloc_count_total()
    for _ in 0..<repeats {
        let start = ContinuousClock.now
        for round in 0..<rounds { body(round) }
        best = min(best, ContinuousClock.now - start)
    }
    let hundredths = Int(Double(malloc_count_total() - mallocs) / Double(rounds * repeats) * 100)
    let nanoseconds = Double(best.components.attoseconds) / 1e9 + Double(best.components.seconds) * 1e9
    let perCall = nanoseconds / Double(rounds)
    let padding = String(repeating: " ", count: max(0, 62 - name.utf8.count))
    print("\(name)\(padding)\(Int(perCall)) ns  \(hundredths / 100).\(hundredths / 10 % 10) mallocs")
    if let bar, perCall > bar { failures += 1 }
}

let five: [AdmissionRule] = [
    .limit(LimitRule(5000, .requests(per: .minute), level: .key)),
    .limit(LimitRule(1_000_000_000_000, .tokens(TokenMeasure(), per: .minute), level: .key)),
    .limit(LimitRule(1000, .concurrency, level: .key)),
    .limit(LimitRule(LimitAmount.largest, .requests(per: .day), level: .tenant)),
    .limit(LimitRule(LimitAmount.largest, .tokens(TokenMeasure(), per: .hour), level: [.tenant, .model])),
]
let budget = AdmissionRule.budget(
    BudgetRule(NanoUSD.max, per: BudgetCalendar(.month), level: .team, alertPermille: [500, 800, 1000]))
let subject = LimitSubject(
    key: "k7f3a9c2d8e1b046", user: "01979c5e-7d3a-7b52-9c1e-2f8a4d6b0e13", team: "search", tenant: "acme",
    model: "claude-sonnet-4-5")
let cost = AdmissionCost(inputTokens: 1200, outputTokens: 4096, money: NanoUSD(65_040_000))
let used = Settlement.used(TokenUsage(uncachedInput: 1180, output: 321), cost: NanoUSD(8_355_000))
let start = Moment(microsecondsSince1970: 1_796_040_000_000_000)

/// One request each 20 ms of counted time.
func moment(_ round: Int) -> Moment { Moment(microsecondsSince1970: start.microseconds + Int64(round) * 20_000) }

let limiter = Limiter()
let fivePlan = AdmissionPlan(five, for: subject)
let fullPlan = AdmissionPlan(five + [budget], for: subject)
var clock = 0
var refused = 0

@MainActor func exchange(_ plan: AdmissionPlan) {
    clock += 1
    let now = moment(clock)
    guard case .admitted(let admission) = limiter.admit(plan, cost: cost, now: now) else {
        refused += 1
        return
    }
    _ = limiter.settle(admission.reservation, used, now: now)
}

measure("plan of five limits and a budget") { _ in _ = AdmissionPlan(five + [budget], for: subject) }
measure("decision over five limits, and its settlement", bar: bar) { _ in exchange(fivePlan) }
measure("the same with a budget", bar: bar) { _ in exchange(fullPlan) }
measure("the same with a plan that is made for the request") { _ in
    exchange(AdmissionPlan(five + [budget], for: subject))
}
let tight = AdmissionPlan(five + [.limit(LimitRule(1, .requests(per: .day), level: [.user, .model]))], for: subject)
_ = limiter.admit(tight, cost: cost, now: moment(clock))
measure("refusal by one of six") { _ in _ = limiter.admit(tight, cost: cost, now: moment(clock)) }
let status = LimitStatus(limit: 5000, remaining: 4999, reset: 60_000_000)
measure("header fields of OpenAI") { _ in _ = RateLimitHeaders.openAI(requests: status, tokens: status) }

if refused > 0 {
    print("\(refused) requests were refused: the figures say nothing")
    failures += 1
}
if isChecking, failures > 0 { exit(1) }
