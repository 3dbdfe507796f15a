import SluiceCore
import SluiceWire
import Testing

@testable import SluicePolicies

/// The scripts against the limiter in memory, on a real Redis.
@Suite("Limit scripts", .enabled(if: RedisServer.path != nil, "redis-server is not installed"))
struct LimitScriptsTests {
    private typealias Words = PolicyWords

    private static func call(_ call: ScriptCall, _ redis: RedisServer) throws -> [Int64] {
        try redis.integers(["EVAL", call.script, String(call.keys.count)] + call.keys + call.arguments)
    }

    /// What two decisions must agree on.
    private static func facts<Held>(_ decision: AdmissionDecision<Held>) -> String {
        switch decision {
        case .admitted(let admission):
            "admitted \(String(describing: admission.requests)) \(String(describing: admission.tokens)) "
                + "\(admission.warnings.map(\.meter))"
        case .refused(let refusal):
            "refused \(refusal.cause) \(refusal.subject) \(refusal.wait) \(String(describing: refusal.requests)) "
                + "\(String(describing: refusal.tokens))"
        case .downgrade(let model, let budget): "downgrade \(model) \(budget.meter)"
        }
    }

    private static func rules(_ random: inout SeededRandom) -> [AdmissionRule] {
        func amount(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
        let levels: [LimitLevel] = [.key, .tenant, .model, [.key, .model]]
        func level() -> LimitLevel { levels.randomElement(using: &random) ?? .key }
        func calendar() -> BudgetCalendar {
            BudgetCalendar(BudgetPeriod.allCases.randomElement(using: &random) ?? .day)
        }
        let all: [AdmissionRule] = [
            .limit(LimitRule(amount(1...8), .requests(per: .minute), level: level())),
            .limit(LimitRule(amount(1...20), .requests(per: .hour), level: level())),
            .limit(LimitRule(amount(50...2000), .tokens(TokenMeasure(), per: .minute), level: level())),
            .limit(
                LimitRule(
                    amount(50...9000), .tokens(TokenMeasure(.output, cachedPermille: 300), per: .day), level: level())),
            .limit(LimitRule(amount(1...5), .concurrency, level: level())),
            .budget(
                BudgetRule(
                    NanoUSD(amount(500...5000)), per: calendar(), level: level(), alertPermille: [500, 800, 1000])),
            .budget(
                BudgetRule(
                    NanoUSD(amount(500...5000)), per: calendar(), level: level(), action: .warn, alertPermille: [900])),
            .budget(
                BudgetRule(
                    amount(500...5000), .tokens(TokenMeasure(.input, cachedPermille: 100)), per: calendar(),
                    level: level(),
                    action: .downgrade(to: "small"))),
        ]
        return all.shuffled(using: &random).prefix(Int.random(in: 1...8, using: &random)).map { $0 }
    }

    private static func gap(_ random: inout SeededRandom) -> Int64 {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: Int64.random(in: 0...4_000_000_000_000, using: &random)
        case 1...3: Int64.random(in: 0...90_000_000, using: &random)
        case 4...8: 0
        default: Int64.random(in: 0...6_000_000, using: &random)
        }
    }

    @Test("decide and settle as the limiter in memory does, over any sequence", arguments: 0..<12)
    func sameDecisions(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let redis = try RedisServer()
        let lease = try #require(LimitWindow("40s"))
        let limiter = Limiter(lease: lease)
        let shared = SharedCounts(lease: lease)
        let rules = Self.rules(&random)
        var now = Words.noon.microseconds
        var running: [(Reservation, SharedReservation)] = []
        var counts: [Substring: Int] = [:]
        for round in 0..<1500 {
            let gap = Self.gap(&random)
            now += gap
            // A returned reservation is remembered for a day only: nobody settles later than that.
            if gap > 40_000_000_000 { running.removeAll() }
            let moment = Moment(microsecondsSince1970: now)
            let subject = LimitSubject(
                key: "k\(Int.random(in: 0..<2, using: &random))", tenant: "acme",
                model: "m\(Int.random(in: 0..<2, using: &random))")
            let plan = AdmissionPlan(rules, for: subject)
            let cost = AdmissionCost(
                inputTokens: Int64.random(in: 0...150, using: &random),
                outputTokens: Int64.random(in: 0...200, using: &random),
                money: NanoUSD(Int64.random(in: 0...400, using: &random)))
            let isDowngraded = Int.random(in: 0..<4, using: &random) == 0
            let here = limiter.admit(plan, cost: cost, now: moment, isDowngraded: isDowngraded)
            let answer = try Self.call(
                shared.admit(plan, cost: cost, id: "r\(round)", clock: .given(moment), isDowngraded: isDowngraded),
                redis)
            let there = try shared.decision(answer, plan: plan, cost: cost, id: "r\(round)")
            let facts = Self.facts(here)
            try #require(facts == Self.facts(there), "round \(round)")
            counts[facts.prefix { $0 != " " }, default: 0] += 1
            if let held = here.held, let sharedHeld = there.held { running.append((held, sharedHeld)) }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                guard let index = running.indices.randomElement(using: &random) else { break }
                let (held, sharedHeld) = running[index]
                // One in ten is settled again later on.
                if Int.random(in: 0..<10, using: &random) > 0 { running.remove(at: index) }
                let usage = TokenUsage(
                    uncachedInput: Int.random(in: 0...200, using: &random),
                    cacheRead: Int.random(in: 0...99, using: &random),
                    output: Int.random(in: 0...300, using: &random))
                let settlements: [Settlement] = [
                    .used(usage, cost: NanoUSD(Int64.random(in: 0...600, using: &random))), .asReserved, .nothing,
                ]
                let settlement = settlements.randomElement(using: &random) ?? .nothing
                let first = limiter.settle(held, settlement, now: moment)
                guard sharedHeld.isHeld else { continue }
                let reply = try Self.call(shared.settle(sharedHeld, settlement, clock: .given(moment)), redis)
                let second = try shared.settled(reply, sharedHeld)
                try #require(first.isFirst == second.isFirst && first.alerts == second.alerts, "round \(round)")
            }
        }
        #expect(counts["admitted", default: 0] > 10, "\(counts)")
    }

    @Test("a request that ends late is charged in full though its lease is over, and once")
    func lateSettlement() throws {
        let redis = try RedisServer()
        let shared = SharedCounts(lease: .minute)
        let plan = Words.plan(
            Words.concurrency(1), .budget(BudgetRule(NanoUSD(100), per: BudgetCalendar(.month), level: .key)))
        func admit(_ id: String, at seconds: Double) throws -> AdmissionDecision<SharedReservation> {
            let cost = AdmissionCost(money: NanoUSD(60))
            let call = shared.admit(plan, cost: cost, id: id, clock: .given(Words.later(seconds)))
            return try shared.decision(try Self.call(call, redis), plan: plan, cost: cost, id: id)
        }
        let first = try #require(try admit("a", at: 0).held)
        #expect(!(try admit("b", at: 30).isAdmitted))
        #expect(try Self.call(shared.renew([first], clock: .given(Words.later(30))), redis) == [1])
        #expect(!(try admit("c", at: 89).isAdmitted))
        let second = try #require(try admit("d", at: 90).held)
        #expect(try Self.call(shared.renew([first], clock: .given(Words.later(90))), redis) == [0])
        let used = Settlement.used(TokenUsage(), cost: NanoUSD(50))
        func settle(_ reservation: SharedReservation) throws -> Bool {
            let call = shared.settle(reservation, used, clock: .given(Words.later(91)))
            return try shared.settled(try Self.call(call, redis), reservation).isFirst
        }
        #expect(try settle(first))
        #expect(!(try settle(first)))
        #expect(try settle(second))
        #expect(try #require(try admit("e", at: 92).refusal).isBudget)
    }

    @Test("what a store kept is where a budget begins that Redis knows nothing of")
    func seeded() throws {
        let redis = try RedisServer()
        let shared = SharedCounts()
        let rule = BudgetRule(NanoUSD(1000), per: BudgetCalendar(.month), level: .key, alertPermille: [500, 900])
        let plan = Words.plan(.budget(rule))
        let key = try #require(plan.items.first?.key)
        let period = rule.calendar.interval(containing: Words.noon)
        let kept = [key: BudgetState(key: key, period: period, spent: 850, alerted: 500)]
        func admit(_ money: Int64) throws -> SharedReservation? {
            let cost = AdmissionCost(money: NanoUSD(money))
            let call = shared.admit(plan, cost: cost, id: "\(money)", clock: .given(Words.noon), kept: kept)
            return try shared.decision(try Self.call(call, redis), plan: plan, cost: cost, id: "\(money)").held
        }
        #expect(try admit(151) == nil)
        let held = try #require(try admit(100))
        let reply = try Self.call(shared.settle(held, .asReserved, clock: .given(Words.noon)), redis)
        #expect(try shared.settled(reply, held).alerts.map(\.permille) == [900])
        #expect(try admit(51) == nil)
        #expect(try admit(50) != nil)
    }

    @Test("of what Redis knows and what a store kept the larger amount counts, in one period")
    func seededAgain() throws {
        let redis = try RedisServer()
        let shared = SharedCounts()
        let rule = BudgetRule(NanoUSD(1000), per: BudgetCalendar(.month), level: .key)
        let plan = Words.plan(.budget(rule))
        let key = try #require(plan.items.first?.key)
        let period = rule.calendar.interval(containing: Words.noon)
        let before = rule.calendar.interval(
            containing: Moment(microsecondsSince1970: period.lowerBound.microseconds - 1))
        func left(_ kept: BudgetState?, _ id: String) throws -> Int64 {
            let cost = AdmissionCost(money: NanoUSD(10))
            let call = shared.admit(
                plan, cost: cost, id: id, clock: .given(Words.noon), kept: kept.map { [key: $0] } ?? [:])
            let answer = try Self.call(call, redis)
            let held = try #require(try shared.decision(answer, plan: plan, cost: cost, id: id).held)
            _ = try Self.call(shared.settle(held, .asReserved, clock: .given(Words.noon)), redis)
            return answer[4]
        }
        func state(_ spent: Int64, _ period: Range<Moment>) -> BudgetState {
            BudgetState(key: key, period: period, spent: spent, alerted: 0)
        }
        #expect(try left(nil, "a") == 990)
        #expect(try left(state(5, period), "b") == 980)
        #expect(try left(state(500, period), "c") == 490)
        #expect(try left(state(900, before), "d") == 480)
        #expect(try Self.call(shared.probe(), redis) == [1])
    }

    @Test("without a time the server's is used, and keys expire by themselves")
    func serverTime() throws {
        let redis = try RedisServer()
        let shared = SharedCounts()
        let plan = Words.plan(Words.requests(3), Words.tokens(100), Words.concurrency(10))
        let cost = AdmissionCost(inputTokens: 10)
        var admitted = 0
        for number in 0..<5 {
            let call = shared.admit(plan, cost: cost, id: "\(number)", clock: .server(caller: Words.noon))
            let reply = try Self.call(call, redis)
            if try shared.decision(reply, plan: plan, cost: cost, id: "\(number)").isAdmitted { admitted += 1 }
        }
        #expect(admitted == 3)
        for item in plan.items where item.rule != Words.concurrency(10) {
            let left = try redis.integers(["PTTL", shared.prefix + item.key.text])
            #expect(left.allSatisfy { $0 > 30_000 && $0 <= 64_000 }, "\(item.key.text): \(left)")
        }
    }

    @Test("a share is taken by the same script, without a reservation")
    func shares() throws {
        let redis = try RedisServer()
        let shared = SharedCounts()
        let rule = LimitRule(25, .requests(per: .minute), level: .key)
        let subject = LimitSubject(key: "k1")
        let granted = try [10, 10, 10, 5, 1].map { amount in
            shared.isGranted(
                try Self.call(shared.takeShare(amount, of: rule, for: subject, clock: .given(Words.noon)), redis))
        }
        #expect(granted == [true, true, false, true, false])
        #expect(try redis.integers(["EXISTS"] + ["leases", "reservations"].map { shared.prefix + $0 }) == [0])
    }

    @Test("an answer of something else is refused")
    func answers() throws {
        let shared = SharedCounts()
        let plan = Words.plan(Words.requests(3))
        for answer: [Int64] in [[], [1], [0, 9, 5, 1, 0, 0, 0], [0, 0, 5, 1, 0, 0, 0]] {
            #expect(throws: ScriptAnswerError.self) {
                try shared.decision(answer, plan: plan, cost: AdmissionCost(), id: "x")
            }
        }
        // Absurd numbers are clamped, so that nothing that is made of them traps.
        for extreme in [Int64.min, .max] {
            let answer = [0, 1, extreme, extreme, extreme, extreme, extreme]
            let decision = try shared.decision(answer, plan: plan, cost: AdmissionCost(), id: "x")
            let refusal = try #require(decision.refusal)
            #expect(!RateLimitHeaders.retryAfter(refusal).isEmpty)
            #expect(RateLimitHeaders.anthropic(requests: refusal.requests, tokens: nil, now: .latest).count == 3)
            #expect(RateLimitHeaders.openAI(requests: refusal.requests, tokens: nil).count == 3)
        }
    }
}
