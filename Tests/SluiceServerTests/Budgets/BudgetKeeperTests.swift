import Logging
import SluiceCore
import SluicePolicies
import SluiceTelemetry
import Synchronization
import Testing

@testable import SluiceServer

@Suite("Budgets that are kept", .timeLimit(.minutes(1)))
struct BudgetKeeperTests {
    private typealias Words = LimitWords

    private final class Alerts: Sendable {
        private let state = Mutex<[Int]>([])

        var all: [Int] { self.state.withLock { $0 } }

        func add(_ alert: BudgetAlert) { self.state.withLock { $0.append(alert.permille) } }
    }

    /// One process: a limiter whose budgets a store keeps.
    private struct Node {
        let limiter = Limiter()
        let keeper: BudgetKeeper
        let limits: KeptLimits

        init(_ store: FakeBalances, hasOthers: Bool = false, alerts: Alerts = Alerts(), capacity: Int = 100) {
            let limiter = self.limiter
            self.keeper = BudgetKeeper(
                store: store, hasOthers: hasOthers, capacity: capacity,
                onLearned: { _ = limiter.restore($0, now: $1) }, onAlert: { alerts.add($0) }, now: { Words.noon },
                metrics: SharedLimitMetrics(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            self.limits = KeptLimits(base: CountingHere(limiter: limiter), keeper: self.keeper)
        }

        /// Asks for what of a plan is not known, as ``BudgetKeeper/run()`` does when a request waits for it.
        func learn(_ plan: AdmissionPlan, now: Moment = Words.noon) async {
            await self.keeper.prepare(plan, now: now)
            await self.keeper.ask()
        }

        func admit(_ plan: AdmissionPlan, _ money: Int64, now: Moment = Words.noon) -> LimitTicket? {
            self.limits.admitNow(plan, cost: Words.cost(money), now: now, isDowngraded: false)?.held
        }

        func spend(_ plan: AdmissionPlan, _ money: Int64, now: Moment = Words.noon) throws {
            let ticket = try #require(self.admit(plan, money, now: now))
            self.limits.settle(ticket, Words.used(money), now: now)
        }
    }

    private struct CountingHere: LimitBackend {
        let limiter: Limiter

        func admitNow(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool)
            -> AdmissionDecision<LimitTicket>?
        {
            self.limiter.admit(plan, cost: cost, now: now, isDowngraded: isDowngraded).map(LimitTicket.local)
        }

        func admit(_ plan: AdmissionPlan, cost: AdmissionCost, now: Moment, isDowngraded: Bool) async
            -> AdmissionDecision<LimitTicket>
        {
            self.limiter.admit(plan, cost: cost, now: now, isDowngraded: isDowngraded).map(LimitTicket.local)
        }

        func settle(_ ticket: LimitTicket, _ settlement: Settlement, now: Moment) {
            guard case .local(let reservation) = ticket else { return }
            _ = self.limiter.settle(reservation, settlement, now: now)
        }
    }

    private let store = FakeBalances()
    private let plan = LimitWords.plan(LimitWords.budget(100, alerts: [500, 800, 1000]))

    private func account() throws -> String { try #require(self.plan.budgets.first).key.text }

    @Test("what was spent is there after a restart, before the first request is admitted")
    func restart() async throws {
        let before = Node(self.store)
        #expect(before.admit(self.plan, 1) == nil)
        await before.learn(self.plan)
        try before.spend(self.plan, 70)
        #expect(await before.keeper.save())
        #expect(self.store.spent(try self.account(), "2026-11-01") == 70)
        let after = Node(self.store)
        #expect(after.admit(self.plan, 1) == nil)
        await after.learn(self.plan)
        #expect(after.admit(self.plan, 31) == nil)
        #expect(after.admit(self.plan, 30) != nil)
    }

    @Test("plans without budgets never wait")
    func noBudgets() {
        #expect(Node(self.store).admit(Words.plan(Words.requests(1)), 1) != nil)
    }

    @Test("several processes add up, learn of each other, and alert once in a period")
    func several() async throws {
        let alerts = Alerts()
        let nodes = (0..<2).map { _ in Node(self.store, hasOthers: true, alerts: alerts) }
        for node in nodes {
            await node.learn(self.plan)
            try node.spend(self.plan, 45)
        }
        for node in nodes { #expect(await node.keeper.save()) }
        // Neither of them reached a part alone.
        #expect(alerts.all == [500, 800])
        #expect(nodes[1].admit(self.plan, 11) == nil)
        #expect(nodes[0].admit(self.plan, 11) != nil)
        for node in nodes { await node.keeper.askAgain() }
        #expect(nodes[0].admit(self.plan, 11) == nil)
        try nodes[1].spend(self.plan, 10)
        #expect(await nodes[1].keeper.save())
        #expect(alerts.all == [500, 800, 1000])
        let third = Node(self.store, alerts: alerts)
        await third.learn(self.plan)
        try third.spend(Words.plan(Words.budget(500, alerts: [500, 800, 1000])), 50)
        #expect(await third.keeper.save())
        #expect(alerts.all == [500, 800, 1000])
    }

    @Test("while the store is away requests go on, and what they spend is added later, once")
    func away() async throws {
        let node = Node(self.store)
        await node.learn(self.plan)
        try node.spend(self.plan, 20)
        self.store.failure = StoreError(.unavailable, "away")
        #expect(await node.keeper.save() == false)
        try node.spend(self.plan, 10)
        #expect(await node.keeper.save() == false)
        self.store.failure = nil
        #expect(await node.keeper.save())
        #expect(await node.keeper.save())
        #expect(self.store.spent(try self.account(), "2026-11-01") == 30)
        #expect(self.store.transactions == 1)
    }

    @Test("what may have been saved is not saved again")
    func unknownOutcome() async throws {
        let node = Node(self.store)
        await node.learn(self.plan)
        try node.spend(self.plan, 20)
        self.store.failure = StoreError(.outcomeUnknown, "broke")
        #expect(await node.keeper.save() == false)
        self.store.failure = nil
        try node.spend(self.plan, 5)
        #expect(await node.keeper.save())
        #expect(self.store.spent(try self.account(), "2026-11-01") == 5)
    }

    @Test("a request waits for a store that hangs, but not for long, and the next ones wait neither")
    func patience() async throws {
        let node = Node(self.store)
        self.store.hang()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await node.keeper.run() }
            let decision = await node.limits.admit(
                self.plan, cost: Words.cost(1), now: Words.noon, isDowngraded: false)
            #expect(decision.held != nil)
            group.cancelAll()
            self.store.release()
        }
        // Nobody answers any more: nobody waits.
        await node.keeper.prepare(Words.plan(Words.budget(5), key: "k2"), now: Words.noon)
    }

    @Test("a request waits until its balance is known")
    func waits() async throws {
        self.store.set(try self.account(), "2026-11-01", nanoUSD: 95)
        let node = Node(self.store)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await node.keeper.run() }
            var decision: AdmissionDecision<LimitTicket>?
            // The service may not run yet; then the request is admitted by what is known, and takes nothing.
            repeat {
                await Task.yield()
                decision = await node.limits.admit(
                    self.plan, cost: Words.cost(6), now: Words.noon, isDowngraded: false)
                if let held = decision?.held { node.limits.settle(held, .nothing, now: Words.noon) }
            } while decision?.held != nil
            #expect(decision?.refusal?.isBudget == true)
            group.cancelAll()
        }
    }

    @Test("a new period begins at nothing, and what the old one spent is still saved for it")
    func rollover() async throws {
        let node = Node(self.store)
        await node.learn(self.plan)
        try node.spend(self.plan, 90)
        let december = Words.later(13 * 3600)
        #expect(node.admit(self.plan, 1, now: december) == nil)
        await node.learn(self.plan, now: december)
        try node.spend(self.plan, 95, now: december)
        #expect(await node.keeper.save())
        #expect(self.store.spent(try self.account(), "2026-11-01") == 90)
        #expect(self.store.spent(try self.account(), "2026-12-01") == 95)
    }

    @Test("what finds no room is counted as lost, and what is there goes on")
    func bounded() async throws {
        let metrics = MetricsRegistry(shards: 1)
        let keeper = BudgetKeeper(
            store: self.store, hasOthers: false, capacity: 2, now: { Words.noon }, metrics: metrics.sharedLimits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for number in 0..<5 {
            let plan = Words.plan(Words.budget(100), key: "k\(number)")
            let charge = try #require(
                SharedReservation(id: "1", plan: plan, cost: Words.cost(7)).charges(of: .asReserved).first)
            keeper.spent([charge], now: Words.noon)
        }
        var bytes: [UInt8] = []
        metrics.scrape(into: &bytes, process: nil)
        #expect(String(decoding: bytes, as: UTF8.self).contains("sluice_budget_charges_lost_total 1"))
        #expect(await keeper.save())
        #expect(self.store.transactions == 1)
    }
}
