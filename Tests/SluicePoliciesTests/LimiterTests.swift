import SluiceCore
import SluiceWire
import Testing

@testable import SluicePolicies

@Suite("Limiter")
struct LimiterTests {
    private typealias Words = PolicyWords

    @Test(
        "of 100 parallel requests against a limit of 10 exactly 10 are admitted",
        arguments: [
            Words.requests(10), Words.requests(10, per: .hour), Words.concurrency(10), Words.tokens(100),
            AdmissionRule.budget(BudgetRule(100, .tokens(TokenMeasure()), per: BudgetCalendar(.month), level: .key)),
        ])
    func parallel(rule: AdmissionRule) async {
        let limiter = Limiter()
        // A second limit with another order of names, so that locks are taken several at a time.
        let plans = [
            Words.plan(rule, Words.requests(1000, level: .tenant)),
            Words.plan(Words.requests(1000, level: .tenant), rule),
        ]
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    limiter.admit(plans[number % 2], cost: AdmissionCost(inputTokens: 10), now: Words.noon).isAdmitted
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 10)
    }

    @Test("120 requests a minute against 60 for three minutes: 180 are admitted")
    func steady() {
        for window in [LimitWindow.minute, .hour] {
            let limiter = Limiter()
            let perWindow = Int64(60)
            let plan = Words.plan(Words.requests(perWindow, per: window))
            var admitted = 0
            for number in 0..<360 {
                let now = Moment(
                    microsecondsSince1970: Words.noon.microseconds + Int64(number) * window.microseconds / 120)
                if limiter.admit(plan, cost: AdmissionCost(), now: now).isAdmitted { admitted += 1 }
            }
            #expect((177...183).contains(admitted), "\(admitted) in three times \(window)")
        }
    }

    @Test("a refused request takes nothing of any limit")
    func allOrNothing() throws {
        let limiter = Limiter()
        let plan = Words.plan(
            Words.requests(100), Words.tokens(1000), Words.concurrency(50), Words.requests(2, level: .tenant))
        for _ in 0..<2 {
            #expect(limiter.admit(plan, cost: AdmissionCost(inputTokens: 10), now: Words.noon).isAdmitted)
        }
        for _ in 0..<20 {
            let refusal = try #require(
                limiter.admit(plan, cost: AdmissionCost(inputTokens: 10), now: Words.noon).refusal)
            #expect(refusal.cause == .rule(Words.requests(2, level: .tenant)))
            #expect(refusal.wait == .after(60_000_000))
        }
        let left = limiter.report(plan, now: Words.noon).map(\.status.remaining)
        #expect(left == [98, 980, 48, 0])
        #expect(limiter.countOfReservations == 2)
    }

    @Test("of several limits the one is told that keeps the request waiting longest")
    func longestWait() throws {
        let limiter = Limiter()
        let plan = Words.plan(Words.concurrency(1), Words.requests(1), Words.requests(1, per: .hour, level: .tenant))
        let first = try #require(limiter.admit(plan, cost: AdmissionCost(), now: Words.noon).held)
        let refusal = try #require(limiter.admit(plan, cost: AdmissionCost(), now: Words.later(10)).refusal)
        #expect(refusal.cause == .rule(Words.requests(1, per: .hour, level: .tenant)))
        guard case .after(let wait) = refusal.wait else {
            Issue.record("\(refusal.wait)")
            return
        }
        let early = Moment(microsecondsSince1970: Words.later(10).microseconds + wait - 1)
        _ = limiter.settle(first, .nothing, now: early)
        #expect(!limiter.admit(plan, cost: AdmissionCost(), now: early).isAdmitted)
        let due = Moment(microsecondsSince1970: early.microseconds + 1)
        #expect(limiter.admit(plan, cost: AdmissionCost(), now: due).isAdmitted)
    }

    @Test("a request stays counted, whatever becomes of its reservation", arguments: [LimitWindow.minute, .hour])
    func requestsStay(window: LimitWindow) throws {
        let limiter = Limiter(lease: .second)
        let plan = Words.plan(Words.requests(2, per: window), Words.concurrency(5))
        let first = try #require(limiter.admit(plan, cost: AdmissionCost(), now: Words.noon).held)
        _ = limiter.settle(first, .nothing, now: Words.noon)
        // The second is abandoned, and its lease ends.
        #expect(limiter.admit(plan, cost: AdmissionCost(), now: Words.noon).isAdmitted)
        #expect(!limiter.admit(plan, cost: AdmissionCost(), now: Words.later(30)).isAdmitted)
        #expect(limiter.report(plan, now: Words.later(30)).map(\.status.remaining) == [0, 5])
    }

    @Test("what a stream took beyond its reservation is seen by the next request, also long after the window")
    func overshoot() throws {
        let limiter = Limiter()
        let plan = Words.plan(Words.tokens(1000))
        let held = try #require(
            limiter.admit(plan, cost: AdmissionCost(inputTokens: 100, outputTokens: 100), now: Words.noon).held)
        let end = Words.later(600)
        let result = limiter.settle(held, .used(TokenUsage(uncachedInput: 100, output: 1400), cost: .zero), now: end)
        #expect(result.isFirst)
        // 200 were reserved, in a window that is over; 1,300 came on top.
        let refusal = try #require(limiter.admit(plan, cost: AdmissionCost(inputTokens: 1), now: end).refusal)
        #expect(refusal.tokens?.remaining == 0)
        #expect(limiter.admit(plan, cost: AdmissionCost(inputTokens: 1), now: Words.later(62, than: end)).isAdmitted)
    }

    @Test("a reservation is settled once")
    func settledOnce() async throws {
        let limiter = Limiter()
        let budget = BudgetRule(1000, .tokens(TokenMeasure()), per: BudgetCalendar(.total), level: .key)
        let plan = Words.plan(Words.concurrency(5), .budget(budget))
        let held = try #require(limiter.admit(plan, cost: AdmissionCost(inputTokens: 10), now: Words.noon).held)
        let firsts = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    limiter.settle(held, .used(TokenUsage(output: 7), cost: .zero), now: Words.noon).isFirst
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(firsts == 1)
        #expect(limiter.report(plan, now: Words.noon).map(\.status.remaining) == [5, 993])
    }

    @Test("what is abandoned comes back with its lease, and is charged in full when it is settled after all")
    func leases() throws {
        let limiter = Limiter(lease: .minute)
        let budget = BudgetRule(100, .tokens(TokenMeasure()), per: BudgetCalendar(.total), level: .key)
        let plan = Words.plan(Words.concurrency(1), Words.tokens(100, per: .hour), .budget(budget))
        let held = try #require(limiter.admit(plan, cost: AdmissionCost(inputTokens: 80), now: Words.noon).held)
        #expect(!limiter.admit(plan, cost: AdmissionCost(inputTokens: 80), now: Words.later(59)).isAdmitted)
        limiter.renew(held, now: Words.later(59))
        #expect(!limiter.admit(plan, cost: AdmissionCost(inputTokens: 80), now: Words.later(118)).isAdmitted)
        let next = try #require(limiter.admit(plan, cost: AdmissionCost(inputTokens: 80), now: Words.later(119)).held)
        #expect(limiter.settle(held, .used(TokenUsage(output: 30), cost: .zero), now: Words.later(120)).isFirst)
        #expect(!limiter.settle(held, .asReserved, now: Words.later(120)).isFirst)
        #expect(limiter.report(plan, now: Words.later(120)).map(\.status.remaining) == [0, 0, 0])
        _ = limiter.settle(next, .nothing, now: Words.later(121))
        #expect(limiter.report(plan, now: Words.later(121)).map(\.status.remaining) == [1, 70, 70])
        #expect(limiter.countOfReservations == 0)
    }

    @Test("a request that asks for more than a limit has is never admitted, and is told so")
    func impossible() throws {
        let limiter = Limiter()
        let refusal = try #require(
            limiter.admit(Words.plan(Words.tokens(1000)), cost: AdmissionCost(inputTokens: 1001), now: Words.noon)
                .refusal)
        #expect(refusal.wait == .never)
        #expect(refusal.retryAfterMilliseconds == nil)
        #expect(
            refusal.message
                == "This request asks for more at once than the limit of 1000 tokens per minute for this key allows. "
                + "Shorten it, or ask for fewer output tokens.")
    }

    @Test("two rules of one count are one: the tighter")
    func merged() {
        let limiter = Limiter()
        let plan = Words.plan(Words.requests(10), Words.requests(3), Words.requests(7))
        let admitted = (0..<10).count { _ in limiter.admit(plan, cost: AdmissionCost(), now: Words.noon).isAdmitted }
        #expect(admitted == 3)
    }

    @Test("a key's own limits stand in for the defaults of the same level and kind")
    func ownLimits() {
        let subject = LimitSubject(key: "k1", tenant: "acme")
        var plan = AdmissionPlan([Words.requests(500, per: .hour)], for: subject)
        plan.addDefaults(
            [
                Words.requests(60), Words.tokens(1000), Words.requests(9, level: .tenant),
                Words.requests(1, level: .team),
            ],
            for: subject)
        #expect(plan.rules == [Words.requests(500, per: .hour), Words.tokens(1000), Words.requests(9, level: .tenant)])
        #expect(plan.divided(by: 3).rules.map(\.amount) == [166, 333, 3])
    }

    @Test("subjects do not share counts")
    func isolation() {
        let limiter = Limiter()
        for key in ["a", "b", "c"] {
            #expect(
                limiter.admit(Words.plan(Words.requests(1), key: key), cost: AdmissionCost(), now: Words.noon)
                    .isAdmitted)
            #expect(
                !limiter.admit(Words.plan(Words.requests(1), key: key), cost: AdmissionCost(), now: Words.noon)
                    .isAdmitted)
        }
    }

    @Test("only idle counts are forgotten: a subject that is evicted gets nothing for free")
    func eviction() throws {
        let limiter = Limiter(capacity: 64)
        var seen: [String] = []
        for number in 0..<2000 {
            let key = "k\(number)"
            if limiter.admit(Words.plan(Words.requests(1), key: key), cost: AdmissionCost(), now: Words.noon).isAdmitted
            {
                seen.append(key)
            }
        }
        #expect(!seen.isEmpty && seen.count <= 64)
        #expect(limiter.countOfSubjects <= 64)
        for key in seen {
            #expect(
                !limiter.admit(Words.plan(Words.requests(1), key: key), cost: AdmissionCost(), now: Words.later(59))
                    .isAdmitted)
        }
        let refusal = try #require(
            (0..<2000).lazy.compactMap { number in
                limiter.admit(
                    Words.plan(Words.requests(1), key: "x\(number)"), cost: AdmissionCost(), now: Words.later(59)
                ).refusal
            }.first)
        #expect(refusal.cause == .tooManySubjects)
        // A window later all are idle, and there is room again.
        let late = (0..<64).count { number in
            limiter.admit(
                Words.plan(Words.requests(1), key: "y\(number)"), cost: AdmissionCost(), now: Words.later(120)
            ).isAdmitted
        }
        #expect(late > 0)
    }

    @Test("a count that is held is kept though its window is over")
    func heldIsKept() throws {
        let limiter = Limiter()
        let plan = Words.plan(Words.tokens(100))
        let held = try #require(limiter.admit(plan, cost: AdmissionCost(inputTokens: 10), now: Words.noon).held)
        limiter.sweep(now: Words.later(600))
        #expect(limiter.countOfSubjects == 1)
        _ = limiter.settle(held, .used(TokenUsage(output: 110), cost: .zero), now: Words.later(600))
        #expect(limiter.report(plan, now: Words.later(600)).map(\.status.remaining) == [0])
        limiter.sweep(now: Words.later(900))
        #expect(limiter.countOfSubjects == 0)
    }

    @Test("sweeps, decisions and settlements at once lose no count and free none")
    func sweptInParallel() async {
        let limiter = Limiter(capacity: 1000, lease: .hour)
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var random = SeededRandom(seed: UInt64(worker))
                    for round in 0..<2000 {
                        let key = "k\(Int.random(in: 0..<5, using: &random))"
                        let plan = Words.plan(
                            Words.concurrency(3), Words.tokens(1000, per: .second, level: .tenant), key: key)
                        let now = Words.later(Double(round))
                        if let held = limiter.admit(plan, cost: AdmissionCost(inputTokens: 1), now: now).held {
                            _ = limiter.settle(held, .asReserved, now: now)
                        }
                        if round % 50 == 0 { limiter.sweep(now: now) }
                    }
                }
            }
        }
        #expect(limiter.countOfReservations == 0)
        for number in 0..<5 {
            let plan = Words.plan(Words.concurrency(3), key: "k\(number)")
            #expect(limiter.report(plan, now: Words.later(5000)).map(\.status.remaining) == [3])
        }
        limiter.sweep(now: Words.later(9000))
        #expect(limiter.countOfSubjects == 0)
    }

    @Test("cached tokens count by their weight, rounded up once")
    func cached() throws {
        let limiter = Limiter()
        let measure = TokenMeasure(.total, cachedPermille: 100)
        let plan = Words.plan(.limit(LimitRule(1000, .tokens(measure, per: .minute), level: .key)))
        let held = try #require(limiter.admit(plan, cost: AdmissionCost(inputTokens: 500), now: Words.noon).held)
        let usage = TokenUsage(uncachedInput: 50, cacheRead: 441, output: 5)
        _ = limiter.settle(held, .used(usage, cost: .zero), now: Words.noon)
        #expect(limiter.report(plan, now: Words.noon).map(\.status.remaining) == [1000 - 50 - 45 - 5])
    }

    @Test("numbers from outside never trap", arguments: 0..<20)
    func hostile(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let extremes: [Int64] = [
            .min, .min + 1, -1, 0, 1, 59, LimitAmount.largest - 1, LimitAmount.largest, .max - 1, .max,
        ]
        func number() -> Int64 { extremes.randomElement(using: &random) ?? 0 }
        let limiter = Limiter(capacity: 100)
        var held: [Reservation] = []
        for _ in 0..<300 {
            let calendar = BudgetCalendar(BudgetPeriod.allCases.randomElement(using: &random) ?? .day)
            let plan = Words.plan(
                Words.requests(number()), Words.requests(number(), per: .day), Words.tokens(number()),
                Words.concurrency(number()),
                .budget(
                    BudgetRule(
                        NanoUSD(number()), per: calendar, level: .key, action: .warn,
                        alertPermille: [0, 500, 1000, .max])))
            let cost = AdmissionCost(inputTokens: number(), outputTokens: number(), money: NanoUSD(number()))
            let now = Moment(nanosecondsSince1970: number())
            let decision = limiter.admit(plan, cost: cost, now: now)
            _ = decision.refusal.map { ($0.message, RateLimitHeaders.retryAfter($0)) }
            if let reservation = decision.held { held.append(reservation) }
            if let reservation = held.popLast(), Bool.random(using: &random) {
                let usage = TokenUsage(uncachedInput: Int(number()), cacheRead: Int(number()), output: Int(number()))
                _ = limiter.settle(
                    reservation, .used(usage, cost: NanoUSD(number())), now: Moment(microsecondsSince1970: number()))
            }
            for report in limiter.report(plan, now: now) {
                #expect(report.status.remaining >= 0 && report.status.remaining <= max(0, report.status.limit))
            }
            _ = AdmissionCost.outputReservation(
                requested: number(), choices: number(), modelLimit: number(), usual: number())
        }
    }

    @Test("output is reserved as asked for, or as usual, within what the model can write")
    func outputReservation() {
        typealias Cost = AdmissionCost
        #expect(Cost.outputReservation(requested: 500, modelLimit: 4096, usual: 1000) == 500)
        #expect(Cost.outputReservation(requested: 99_999, modelLimit: 4096, usual: 1000) == 4096)
        #expect(Cost.outputReservation(requested: nil, modelLimit: nil, usual: 1000) == 1000)
        #expect(Cost.outputReservation(requested: 100, choices: 3, modelLimit: nil, usual: 1000) == 300)
        #expect(
            Cost.outputReservation(requested: .max, choices: .max, modelLimit: nil, usual: 0) == LimitAmount.largest)
    }
}
