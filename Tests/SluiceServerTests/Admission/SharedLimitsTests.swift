import Logging
import SluiceCore
import SluicePolicies
import SluiceTelemetry
import Testing

@testable import SluiceServer

@Suite("Shared limits", .timeLimit(.minutes(1)))
struct SharedLimitsTests {
    private typealias Words = LimitWords

    private let redis = FakeScripts()
    private let metrics = MetricsRegistry(shards: 1)
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let away = StoreError(.unavailable, "away")

    private func limits(
        _ mode: LimitFallback.Mode = .allow,
        replicas: Int = 1,
        share: Int? = nil,
        keeper: BudgetKeeper? = nil,
        queue: Int = 100
    ) -> SharedLimits {
        SharedLimits(
            scripts: self.redis,
            counts: SharedCounts(deployment: "test", lease: .minute),
            fallback: LimitFallback(mode: mode, replicas: replicas, metrics: self.metrics.sharedLimits),
            start: "s",
            sharePermille: share,
            keeper: keeper,
            unsent: SettlementQueue(capacity: queue),
            metrics: self.metrics.sharedLimits,
            logger: Self.logger
        )
    }

    private func metric(_ name: String) -> Substring? {
        var bytes: [UInt8] = []
        self.metrics.scrape(into: &bytes, process: nil)
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }?.split(separator: " ").last
    }

    private func admit(
        _ limits: SharedLimits, _ plan: AdmissionPlan, _ cost: AdmissionCost = Words.cost(), at now: Moment = Words.noon
    )
        async -> AdmissionDecision<LimitTicket>
    {
        if let decision = limits.admitNow(plan, cost: cost, now: now, isDowngraded: false) { return decision }
        return await limits.admit(plan, cost: cost, now: now, isDowngraded: false)
    }

    @Test("a request is decided by one script and settled by another, under an id of its own")
    func decided() async throws {
        let limits = self.limits()
        let plan = Words.plan(Words.requests(10), Words.concurrency(5))
        let first = try #require(await self.admit(limits, plan).held)
        let second = try #require(await self.admit(limits, plan).held)
        #expect(limits.running.count == 2)
        limits.settle(first, .nothing, now: Words.noon)
        limits.settle(second, .asReserved, now: Words.noon)
        #expect(limits.running.count == 0)
        let ids = self.redis.admissions.map { $0.arguments[1] }
        #expect(Set(ids).count == 2 && self.redis.settlements.map { $0.arguments[1] } == ids)
        #expect(self.redis.admissions[0].keys.allSatisfy { $0.hasPrefix("{test}:limits:") })
        #expect(limits.availability.outage == nil)
        #expect(self.metric("sluice_limits_fallback_total") == "0")
    }

    @Test("what is not limited asks nobody, and limits of requests alone leave nothing to settle")
    func nothingToSettle() async throws {
        let limits = self.limits()
        let free = try #require(
            limits.admitNow(Words.plan(), cost: Words.cost(), now: Words.noon, isDowngraded: false)?.held)
        let counted = try #require(await self.admit(limits, Words.plan(Words.requests(5))).held)
        limits.settle(free, .nothing, now: Words.noon)
        limits.settle(counted, .nothing, now: Words.noon)
        #expect(self.redis.admissions.count == 1 && self.redis.settlements.isEmpty && limits.running.count == 0)
    }

    @Test("a refusal is told as it was decided")
    func refused() async throws {
        let limits = self.limits()
        self.redis.answer = [0, 1, 5_000_000, 1, 0, 7_000_000, 0]
        let refusal = try #require(await self.admit(limits, Words.plan(Words.requests(5))).refusal)
        #expect(refusal.wait == .after(5_000_000) && refusal.requests?.reset == 7_000_000)
    }

    @Test(
        "while Redis is away the configured way decides at once, and Redis is not asked before it is found well",
        arguments: [LimitFallback.Mode.allow, .deny, .local])
    func away(mode: LimitFallback.Mode) async throws {
        let limits = self.limits(mode, replicas: 3)
        let service = SharedLimitsService(limits: limits)
        let plan = Words.plan(Words.concurrency(6))
        self.redis.failure = Self.away
        let decisions = [
            await self.admit(limits, plan), await self.admit(limits, plan), await self.admit(limits, plan),
        ]
        #expect(self.redis.admissions.count == 1)
        switch mode {
        case .allow: #expect(decisions.allSatisfy { $0.held != nil })
        case .deny:
            #expect(decisions.allSatisfy { $0.refusal?.cause == .countsUnavailable })
            #expect(decisions[0].refusal?.retryAfterMilliseconds == 1000)
        case .local:
            // A third of six.
            #expect(decisions.map { $0.held != nil } == [true, true, false])
        }
        #expect(limits.availability.outage?.error == Self.away)
        #expect(self.metric("sluice_limits_fallback_total") == "3")
        await service.check()
        #expect(!limits.availability.isUp)
        self.redis.failure = nil
        await service.check()
        #expect(limits.availability.isUp && limits.availability.outage == nil)
        _ = await self.admit(limits, plan)
        #expect(self.redis.admissions.count == 2)
        // What the first request may have taken in Redis is given back.
        #expect(self.redis.settlements.map { $0.arguments[1] } == [self.redis.admissions[0].arguments[1]])
    }

    @Test("what was reserved in one way is settled in that way")
    func settledWhereReserved() async throws {
        let limits = self.limits(.local)
        let service = SharedLimitsService(limits: limits)
        let plan = Words.plan(Words.concurrency(1))
        let shared = try #require(await self.admit(limits, plan).held)
        self.redis.failure = Self.away
        let local = try #require(await self.admit(limits, plan).held)
        #expect(await self.admit(limits, plan).held == nil)
        limits.settle(shared, .nothing, now: Words.noon)
        self.redis.failure = nil
        await service.check()
        let sent = self.redis.settlements.count
        limits.settle(local, .nothing, now: Words.noon)
        #expect(self.redis.settlements.count == sent)
        #expect(limits.fallback.limiter.countOfReservations == 0)
        #expect(self.redis.settlements.contains { $0.arguments[1] == self.redis.admissions[0].arguments[1] })
    }

    @Test("settlements wait for Redis, in a bounded queue")
    func waiting() async throws {
        let limits = self.limits(queue: 3)
        let plan = Words.plan(Words.concurrency(100))
        var held: [LimitTicket] = []
        for _ in 0..<5 { held.append(try #require(await self.admit(limits, plan).held)) }
        self.redis.failure = StoreError(.timeout, "late")
        for ticket in held { limits.settle(ticket, .nothing, now: Words.noon) }
        #expect(limits.unsent.count == 3)
        #expect(self.metric("sluice_limits_settlements_lost_total") == "2")
        // The first found out; the others were not sent.
        #expect(self.redis.settlements.count == 1)
        self.redis.failure = nil
        await SharedLimitsService(limits: limits).check()
        #expect(limits.unsent.count == 0 && self.redis.settlements.count == 4)
    }

    @Test("a Redis with too much to do is not away")
    func busy() async throws {
        let limits = self.limits(.deny)
        self.redis.failure = StoreError(.busy, "busy")
        #expect(await self.admit(limits, Words.plan(Words.concurrency(1))).refusal?.cause == .countsUnavailable)
        #expect(limits.availability.isUp)
    }

    @Test("an answer that is none counts as a failure")
    func misread() async throws {
        let limits = self.limits()
        self.redis.answer = [1, 2]
        #expect(await self.admit(limits, Words.plan(Words.concurrency(1))).held != nil)
        #expect(!limits.availability.isUp)
    }

    @Test("leases of requests that have run for a third of one begin anew, in parts")
    func renewed() async throws {
        let limits = self.limits()
        let plan = Words.plan(Words.concurrency(2000))
        for _ in 0..<700 { _ = await self.admit(limits, plan) }
        let late = try #require(await self.admit(limits, plan, at: Words.later(15)).held)
        SharedLimitsService(limits: limits, now: { Words.later(19) }).renew()
        #expect(self.redis.renewals.isEmpty)
        SharedLimitsService(limits: limits, now: { Words.later(21) }).renew()
        #expect(self.redis.renewals.map { $0.arguments.count - 2 } == [500, 200])
        limits.settle(late, .nothing, now: Words.later(22))
        SharedLimitsService(limits: limits, now: { Words.later(90_000) }).renew()
        #expect(limits.running.count == 0)
    }

    @Test("with shares most requests are admitted at once")
    func shares() async throws {
        let limits = self.limits(share: 100)
        let plan = Words.plan(Words.requests(100))
        #expect(limits.admitNow(plan, cost: Words.cost(), now: Words.noon, isDowngraded: false) == nil)
        #expect(self.redis.admissions.map { $0.arguments[1] } == [""])
        for _ in 0..<50 {
            let ticket = try #require(
                limits.admitNow(plan, cost: Words.cost(), now: Words.noon, isDowngraded: false)?.held)
            limits.settle(ticket, .asReserved, now: Words.noon)
        }
        #expect(self.redis.admissions.count < 12 && self.redis.settlements.isEmpty)
        self.redis.failure = Self.away
        while limits.availability.isUp {
            _ = limits.admitNow(plan, cost: Words.cost(), now: Words.noon, isDowngraded: false)
        }
        #expect(limits.availability.outage?.error == Self.away)
    }

    @Test("what a store kept goes with each decision, and stands against this process's part while Redis is away")
    func kept() async throws {
        let store = FakeBalances()
        let plan = Words.plan(Words.budget(900))
        let key = try #require(plan.budgets.first?.key)
        store.set(key.text, "2026-11-01", nanoUSD: 600)
        let keeper = BudgetKeeper(
            store: store, hasOthers: false, now: { Words.noon }, metrics: self.metrics.sharedLimits,
            logger: Self.logger)
        let limits = self.limits(.local, replicas: 3, keeper: keeper)
        await keeper.prepare(plan, now: Words.noon)
        await keeper.ask()
        let ticket = try #require(await self.admit(limits, plan, Words.cost(50)).held)
        #expect(self.redis.admissions[0].arguments[10].hasSuffix(",600,0"))
        limits.settle(ticket, Words.used(60), now: Words.noon)
        #expect(await keeper.save())
        #expect(store.spent(key.text, "2026-11-01") == 660)
        self.redis.failure = Self.away
        // 900 / 3 less 660 / 3 is 80.
        #expect(await self.admit(limits, plan, Words.cost(81)).refusal?.isBudget == true)
        let local = try #require(await self.admit(limits, plan, Words.cost(80)).held)
        limits.settle(local, Words.used(70), now: Words.noon)
        #expect(await self.admit(limits, plan, Words.cost(11)).refusal?.isBudget == true)
        #expect(await keeper.save())
        #expect(store.spent(key.text, "2026-11-01") == 730)
    }
}
