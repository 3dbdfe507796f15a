import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("PrefixBalancer")
struct PrefixBalancerTests {
    private func blocks(_ pieces: [[UInt8]]) -> PrefixBlocks {
        var blocks = PrefixBlocks()
        for piece in pieces { blocks.append(piece.span) }
        return blocks
    }

    private func text(_ seed: UInt64, _ count: Int) -> [UInt8] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    @Test("any split of the bytes gives the same blocks")
    func splits() {
        let bytes = self.text(1, 9000)
        let whole = self.blocks([bytes])
        #expect(whole.hashes.count == 33)
        var random = RandomSource(seed: 2)
        for _ in 0..<50 {
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(random.index(below: 40) + (random.index(below: 10) == 0 ? 1000 : 0))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(self.blocks(pieces).hashes == whole.hashes)
        }
    }

    @Test("blocks name beginnings: a change makes all from its block on others")
    func beginnings() {
        let bytes = self.text(1, 8192)
        var changed = bytes
        changed[256 * 10 + 3] ^= 1
        let one = self.blocks([bytes]).hashes
        let other = self.blocks([changed]).hashes
        #expect(one.count == 32)
        #expect(one[..<10] == other[..<10])
        for (left, right) in zip(one[10...], other[10...]) { #expect(left != right) }
    }

    @Test("blocks grow, and there are at most 160")
    func bounded() {
        #expect(self.blocks([self.text(1, 248 * 1024)]).hashes.count == 160)
        #expect(self.blocks([self.text(1, 400 * 1024)]).isFull)
        #expect(self.blocks([self.text(1, 255)]).hashes.isEmpty)
        #expect(self.blocks([[]]).hashes.isEmpty)
    }

    /// The leaf that a prompt goes to, and that it was sent there.
    private func send(
        _ gateway: Gateway,
        _ blocks: PrefixBlocks,
        at now: MonotonicTime,
        _ random: inout RandomSource
    ) throws -> (provider: Int, reason: ChoiceReason, attempt: Attempt) {
        var planner = try gateway.planner(RoutingRequest(prefix: blocks), now: now)
        let attempt = try #require(planner.next(now: now, random: &random).attempt)
        planner.began(attempt, now: now)
        _ = planner.succeeded(attempt, now: now)
        return (attempt.target.provider, attempt.reason, attempt)
    }

    @Test("turns of a conversation stay where they began, and other conversations spread")
    func follows() throws {
        let gateway = Gateway(targets: 4, strategy: .prefix(PrefixSettings()))
        var random = RandomSource(seed: 1)
        var providers: Set<Int> = []
        for conversation in 0..<40 as Range<UInt64> {
            let prompt = self.text(conversation, 20_000)
            let first = try self.send(gateway, self.blocks([Array(prompt[..<4000])]), at: .at(0), &random)
            #expect(first.reason == .coldPrefix)
            providers.insert(first.provider)
            for turn in 1...4 {
                let next = try self.send(
                    gateway, self.blocks([Array(prompt[..<(4000 + turn * 4000)])]), at: .at(Int64(turn) * 1000), &random
                )
                #expect(next.provider == first.provider)
                #expect(next.reason == .warmPrefix)
            }
        }
        #expect(providers == [0, 1, 2, 3])
    }

    @Test("the longest beginning wins over a shorter one that others share")
    func longest() throws {
        let gateway = Gateway(targets: 3, strategy: .prefix(PrefixSettings()))
        let health = try gateway.health()
        let plan = try gateway.plan()
        let index = try #require(plan.tree.groups[0].prefixes)
        let common = self.text(9, 4096)
        let long = self.blocks([common, self.text(10, 4096)])
        index.record(self.blocks([common]), target: health[0].id, now: .at(0), expiredBefore: .at(-1000))
        index.record(long, target: health[2].id, now: .at(1), expiredBefore: .at(-1000))
        index.record(self.blocks([common]), target: health[1].id, now: .at(2), expiredBefore: .at(-1000))
        var random = RandomSource(seed: 4)
        for _ in 0..<20 {
            #expect(try self.send(gateway, long, at: .at(10), &random).provider == 2)
        }
    }

    @Test("what was not used for ten minutes is cold, and prompts below 1 KiB always are")
    func expiry() throws {
        let gateway = Gateway(targets: 3, strategy: .prefix(PrefixSettings()))
        var random = RandomSource(seed: 1)
        let prompt = self.blocks([self.text(1, 3000)])
        #expect(try self.send(gateway, prompt, at: .at(0), &random).reason == .coldPrefix)
        #expect(try self.send(gateway, prompt, at: .at(599_000), &random).reason == .warmPrefix)
        #expect(try self.send(gateway, prompt, at: .at(1_200_000), &random).reason == .coldPrefix)
        let short = self.blocks([self.text(2, 1000)])
        for _ in 0..<3 { #expect(try self.send(gateway, short, at: .at(1_200_000), &random).reason == .coldPrefix) }
    }

    @Test("a beginning that all share spreads once its target is busy, and then counts as warm there too")
    func spreads() throws {
        let gateway = Gateway(targets: 4, strategy: .prefix(PrefixSettings()))
        let common = self.text(1, 5000)
        var random = RandomSource(seed: 1)
        var loads = [0, 0, 0, 0]
        var spread = 0
        // All still run: the planners are kept.
        let plan = try gateway.plan()
        var planners = PlannerShelf()
        for request in 0..<200 as Range<UInt64> {
            let blocks = self.blocks([common, self.text(1000 + request, 600)])
            var planner = AttemptPlanner(
                plan, table: gateway.table, request: RoutingRequest(prefix: blocks), now: .at(0))
            let attempt = try #require(planner.next(now: .at(0), random: &random).attempt)
            planner.began(attempt, now: .at(0))
            loads[attempt.target.provider] += 1
            if attempt.reason == .spreadPrefix { spread += 1 }
            planners.keep(planner)
        }
        #expect(spread > 0)
        #expect(spread < 20, "most requests find their beginning")
        // Three of four run one and a third times the mean, which is within the bound.
        #expect((loads.max() ?? 0) <= 80)
        #expect(loads.count { $0 >= 40 } >= 3)
    }

    @Test("a target that cannot be tried is passed over for another that is warm")
    func unavailable() throws {
        let gateway = Gateway(targets: 3, strategy: .prefix(PrefixSettings()))
        let health = try gateway.health()
        let index = try #require(try gateway.plan().tree.groups[0].prefixes)
        let common = self.text(9, 4096)
        let long = self.blocks([common, self.text(10, 4096)])
        index.record(long, target: health[2].id, now: .at(0), expiredBefore: .at(-1000))
        index.record(self.blocks([common]), target: health[1].id, now: .at(0), expiredBefore: .at(-1000))
        var eligible = LeafSet(upTo: 3)
        eligible.remove(2)
        var random = RandomSource(seed: 4)
        for _ in 0..<20 {
            let choice = Balancer.choose(
                try gateway.plan().tree, among: eligible, for: RoutingRequest(prefix: long), now: .at(1),
                random: &random)
            #expect(choice?.leaf == 1)
            #expect(choice?.reason == .warmPrefix)
        }
    }

    @Test("memory is bounded: what was used last stays, what was used longest ago goes")
    func lru() {
        let index = PrefixIndex(memoryBytes: 4096 * 32)
        for prompt in 0..<2000 as Range<UInt64> {
            index.record(
                self.blocks([self.text(prompt, 2048)]), target: UInt32(prompt + 1), now: .at(Int64(prompt)),
                expiredBefore: .at(-100_000))
        }
        func isKnown(_ prompt: UInt64) -> Bool {
            index.longest(
                of: self.blocks([self.text(prompt, 2048)]), atLeast: 4, expiredBefore: .at(-100_000),
                { $0[0] == UInt32(prompt + 1) ? true : nil }) ?? false
        }
        // 512 prompts of eight blocks fill the table.
        #expect((1700..<2000).count { isKnown($0) } >= 290)
        #expect((0..<1000).count { isKnown($0) } <= 50)
    }
}

/// Keeps planners alive, which cannot be copied into an array.
struct PlannerShelf {
    final class Box {
        let planner: AttemptPlanner
        init(_ planner: consuming AttemptPlanner) { self.planner = planner }
    }

    private var boxes: [Box] = []

    mutating func keep(_ planner: consuming AttemptPlanner) { self.boxes.append(Box(planner)) }
}
