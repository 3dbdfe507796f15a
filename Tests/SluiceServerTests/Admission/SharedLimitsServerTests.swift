import Glibc
import Logging
import NIOPosix
import SluiceCore
import SluicePolicies
import SluiceStores
import SluiceTelemetry
import Testing

@testable import SluiceServer

/// The Redis that `scripts/test-servers.sh run` started.
private enum TestRedis {
    static var location: String? {
        getenv("SLUICE_TEST_REDIS_URL").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Several nodes over one real Redis, which `scripts/test-servers.sh run` starts.
@Suite(
    "Shared limits over Redis",
    .enabled(if: TestRedis.location != nil, "skipped: no test servers; see scripts/test-servers.sh"),
    .timeLimit(.minutes(2)))
struct SharedLimitsServerTests {
    private typealias Words = LimitWords

    private struct Node {
        let client: RedisClient
        let limits: SharedLimits
    }

    /// Runs `body` with nodes of a deployment of its own.
    private func withNodes(
        _ count: Int,
        lease: LimitWindow = .minute,
        share: Int? = nil,
        _ body: ([SharedLimits]) async throws -> Void
    ) async throws {
        let location = try RedisLocation(try #require(TestRedis.location))
        let deployment = "t\(UInt64.random(in: 0 ... .max))"
        var settings = RedisSettings()
        settings.commandTimeout = .seconds(10)
        settings.commandsInFlight = 100_000
        let nodes = try (0..<count).map { number in
            let client = try RedisClient(location, settings: settings, group: MultiThreadedEventLoopGroup.singleton)
            let metrics = SharedLimitMetrics()
            let limits = SharedLimits(
                scripts: RedisScripts(client: client),
                counts: SharedCounts(deployment: deployment, lease: lease),
                fallback: LimitFallback(mode: .deny, replicas: count, metrics: metrics),
                start: "n\(number)",
                sharePermille: share,
                metrics: metrics,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            return Node(client: client, limits: limits)
        }
        do {
            try await body(nodes.map(\.limits))
        } catch {
            for node in nodes { await node.client.close() }
            throw error
        }
        for node in nodes { await node.client.close() }
    }

    /// How many of `count` requests at once are admitted; each is settled by `settlement` if there is one.
    private func admitted(
        of count: Int,
        _ nodes: [SharedLimits],
        _ plan: AdmissionPlan,
        cost: AdmissionCost = LimitWords.cost(),
        settlement: Settlement? = nil
    ) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                let limits = nodes[number % nodes.count]
                group.addTask {
                    let now = Moment(nanosecondsSince1970: Clock.nanosecondsSince1970())
                    let decision: AdmissionDecision<LimitTicket>
                    if let known = limits.admitNow(plan, cost: cost, now: now, isDowngraded: false) {
                        decision = known
                    } else {
                        decision = await limits.admit(plan, cost: cost, now: now, isDowngraded: false)
                    }
                    guard let held = decision.held else { return false }
                    if let settlement { limits.settle(held, settlement, now: now) }
                    return true
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    private func settled(_ nodes: [SharedLimits]) async {
        for limits in nodes { await SharedLimitsService(limits: limits).finish() }
    }

    @Test("of a hundred parallel requests at three nodes exactly ten pass")
    func exact() async throws {
        try await self.withNodes(3) { nodes in
            #expect(await self.admitted(of: 100, nodes, Words.plan(Words.requests(10))) == 10)
            let plan = Words.plan(Words.concurrency(10), key: "k2")
            #expect(await self.admitted(of: 100, nodes, plan) == 10)
        }
    }

    @Test("a thousand parallel requests never spend more than a budget that covers what they reserve")
    func budget() async throws {
        try await self.withNodes(3) { nodes in
            let plan = Words.plan(Words.budget(10_000))
            let spent =
                await self.admitted(of: 1000, nodes, plan, cost: Words.cost(100), settlement: Words.used(60)) * 60
            #expect(spent <= 10_000 && spent > 0)
            await self.settled(nodes)
            // All that is held was given back: the rest is spent one by one.
            var last = spent
            while await self.admitted(of: 1, nodes, plan, cost: Words.cost(100), settlement: Words.used(60)) == 1 {
                last += 60
                await self.settled(nodes)
            }
            #expect(last <= 10_000 && last > 10_000 - 100)
        }
    }

    @Test("what a node held that died is free when its lease ends, and what a living one holds is not")
    func leases() async throws {
        // Long enough for a busy machine: what is asked at once must not outlast it.
        let lease = try #require(LimitWindow(microseconds: 3_000_000))
        try await self.withNodes(2, lease: lease) { nodes in
            let begin = ContinuousClock.now
            let plan = Words.plan(Words.concurrency(2))
            #expect(await self.admitted(of: 1, [nodes[0]], plan) == 1)
            #expect(await self.admitted(of: 1, [nodes[1]], plan) == 1)
            #expect(await self.admitted(of: 1, nodes, plan) == 0)
            let service = SharedLimitsService(
                limits: nodes[1],
                now: { Moment(nanosecondsSince1970: Clock.nanosecondsSince1970() + 1_000_000_000) })
            // One of the two is never renewed. The other must not end: it is renewed more often than asked for.
            var admitted = 0
            while admitted == 0 {
                service.renew()
                admitted = await self.admitted(of: 1, [nodes[0]], plan)
            }
            #expect(ContinuousClock.now - begin >= .microseconds(lease.microseconds))
            service.renew()
            #expect(await self.admitted(of: 1, [nodes[0]], plan) == 0)
        }
    }

    @Test("nodes with shares go over a limit by no more than the shares, and under it by no more")
    func shares() async throws {
        try await self.withNodes(3, share: 100) { nodes in
            var admitted = 0
            for _ in 0..<20 { admitted += await self.admitted(of: 60, nodes, Words.plan(Words.requests(300))) }
            #expect(admitted <= 300 + 3 * 30 && admitted >= 300 - 3 * 30)
        }
    }

    @Test("a node finds out that there is no Redis, and decides by itself")
    func away() async throws {
        try await self.withNodes(1) { nodes in
            #expect(await nodes[0].scripts.check(nodes[0].counts.probe()) == nil)
        }
        let location = try RedisLocation("redis://127.0.0.1:1")
        let client = try RedisClient(location, group: MultiThreadedEventLoopGroup.singleton)
        #expect(await RedisScripts(client: client).check(SharedCounts().probe())?.kind == .unavailable)
        let answer = await RedisScripts(client: client).run(SharedCounts().probe())
        #expect(throws: StoreError.self) { try answer.get() }
        await client.close()
    }
}
