import CMallocCount
import Glibc
import Logging
import SluiceConfig
import SluiceCore
import SluiceIdentity
import SluicePolicies
import SluiceServer
import SluiceWire

// Nanoseconds and allocations of admission: the plan, one decision over five limits and a budget, and the settlement; then what a
// request pays for being told apart and admitted: key to principal, principal and model to plan, the decision and the settlement
// of its record.
// Run: swift run -c release limits-bench; with --check it fails when a decision and its settlement cost more than 2 us, or all of
// a request's more than 3 us.

let isChecking = CommandLine.arguments.contains("--check")
let bar = 2000.0
var failures = 0

/// The CPU time that this thread has taken, in nanoseconds: what else runs on the machine takes none of it.
func cpuTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Runs `body` `rounds` times over, takes the best of `repeats` runs, and prints its cost per call.
@MainActor func measure(
    _ name: String,
    bar: Double? = nil,
    rounds: Int = 10_000,
    repeats: Int = 70,
    _ body: (Int) -> Void
) {
    for round in 0..<1000 { body(round) }
    var best = Double.infinity
    let mallocs = malloc_count_total()
    for _ in 0..<repeats {
        let start = cpuTime()
        for round in 0..<rounds { body(round) }
        best = min(best, cpuTime() - start)
    }
    let hundredths = Int(Double(malloc_count_total() - mallocs) / Double(rounds * repeats) * 100)
    let perCall = best / Double(rounds)
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

// What the request path calls, in its words: stages 2 and 4, and the limits' part of stage 9.
let configuration = GatewayConfiguration(
    providers: [ProviderConfiguration(name: "anthropic")],
    limits: LimitsConfiguration(levels: [
        .init(
            "key",
            try RuleText(json: #"{"requests":"6000000/minute","tokens":"9000000000/minute","concurrency":"1000"}"#)),
        .init("tenant", try RuleText(json: #"{"requests":"900000000/day"}"#)),
        .init("tenant+model", try RuleText(json: #"{"tokens":"900000000000/hour","budget":"9000000 USD/month"}"#)),
    ])
)
let admission = LimitService.local(loops: 2, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    .admission(by: configuration)
let keyText = "sk-bench-0123456789abcdef0123456789abcdef"
let keyring = StaticKeyring([
    (
        key: Secret(keyText),
        principal: Principal(keyID: "k7f3a9c2d8e1b046", keyName: "bench", tenant: "acme", team: "search", user: "u-17")
    )
])
var record = ExchangeRecord()
record.attempts = 1
record.receivedAt = start.microseconds * 1000
record.attempt.provider = "anthropic"
record.attempt.targetModel = "claude-sonnet-4-5"
record.attempt.outcome = .answered
record.attempt.wasSent = true
record.attempt.usage = TokenUsage(uncachedInput: 1180, output: 321)
record.attempt.cost = AttemptCost(priceVersion: "bench")
record.attempt.cost?.output = NanoUSD(4_815_000)

let facts = AdmissionFacts(
    maximumOutputTokens: 64_000,
    price: ModelPrice(
        rates: TokenRates(
            input: TokenPrice(perMillion: NanoUSD(3_000_000_000)),
            output: TokenPrice(perMillion: NanoUSD(15_000_000_000)))))

@MainActor func principal() -> Principal? {
    keyring.known(keyText[...], from: "192.0.2.1", at: UnixTime(milliseconds: start.microseconds / 1000))
}

@MainActor func request(_ principal: Principal?) {
    clock += 1
    let asked = AdmissionRequest(
        principal: principal, model: "claude-*", provider: "anthropic", targetModel: "claude-sonnet-4-5",
        inputTokens: 1200, outputTokenLimit: 4096, loop: 1, now: moment(clock).microseconds * 1000)
    guard case .decided(.admitted(let ticket)) = admission.decide(asked, facts: { facts }) else {
        refused += 1
        return
    }
    ticket.settle(record)
}

let known = principal()
measure("stage 2: key to principal") { _ in _ = principal() }
measure("stage 4 over five limits and a budget, and its settlement") { _ in request(known) }
measure("stages 2 and 4, and the settlement", bar: 3000) { _ in request(principal()) }

if refused > 0 {
    print("\(refused) requests were refused: the figures say nothing")
    failures += 1
}
if isChecking, failures > 0 { exit(1) }
