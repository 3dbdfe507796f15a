import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("Balancers")
struct BalancerTests {
    /// How often each leaf is chosen.
    private func counts(
        _ gateway: Gateway,
        _ rounds: Int,
        without: Set<Int> = [],
        seed: UInt64 = 1,
        _ request: (Int) -> RoutingRequest = { _ in RoutingRequest() }
    ) throws -> [Int] {
        let tree = try gateway.plan().tree
        var eligible = LeafSet(upTo: tree.leaves.count)
        for leaf in without { eligible.remove(leaf) }
        var random = RandomSource(seed: seed)
        var counts = Array(repeating: 0, count: tree.leaves.count)
        for round in 0..<rounds {
            let choice = try #require(
                Balancer.choose(tree, among: eligible, for: request(round), now: .at(0), random: &random))
            counts[choice.leaf] += 1
        }
        return counts
    }

    /// Whether a count lies within three standard deviations of what its share says.
    private func isFair(_ count: Int, of rounds: Int, share: Double) -> Bool {
        let mean = Double(rounds) * share
        return abs(Double(count) - mean) <= 3 * (mean * (1 - share)).squareRoot()
    }

    @Test("nothing is chosen of nothing, and one of one, whatever the strategy", arguments: strategies)
    func edges(strategy: Strategy) throws {
        let tree = try Gateway(targets: 3, strategy: strategy).plan().tree
        var random = RandomSource(seed: 1)
        let none = Balancer.choose(tree, among: LeafSet(), for: RoutingRequest(), now: .at(0), random: &random)
        #expect(none == nil)
        for leaf in 0..<3 {
            var one = LeafSet()
            one.insert(leaf)
            for key in [nil, 7 as UInt64] {
                let request = RoutingRequest(stickyKey: key, isStreaming: true)
                let choice = Balancer.choose(tree, among: one, for: request, now: .at(0), random: &random)
                #expect(choice?.leaf == leaf)
            }
        }
    }

    static let strategies: [Strategy] = [
        .priority, .weighted, .leastBusy, .fastest(.timeToFirstToken), .fastest(.timePerOutputToken), .cheapest,
        .sticky,
        .prefix(PrefixSettings()),
    ]

    @Test("priority takes the first that can be tried")
    func priority() throws {
        let gateway = Gateway(targets: 3)
        #expect(try self.counts(gateway, 10) == [10, 0, 0])
        #expect(try self.counts(gateway, 10, without: [0]) == [0, 10, 0])
    }

    @Test("weights are kept within three sigma over ten thousand requests, also when a target is lost")
    func weighted() throws {
        let gateway = Gateway(targets: 3, strategy: .weighted, weights: [95, 4, 1])
        let counts = try self.counts(gateway, 10_000)
        for (count, weight) in zip(counts, [0.95, 0.04, 0.01]) {
            #expect(self.isFair(count, of: 10_000, share: weight))
        }
        let rest = try self.counts(gateway, 10_000, without: [0])
        #expect(rest[0] == 0)
        #expect(self.isFair(rest[1], of: 10_000, share: 0.8))
    }

    @Test("weight 0 is chosen only when nothing else is left")
    func weightZero() throws {
        let gateway = Gateway(targets: 3, strategy: .weighted, weights: [0, 0, 1])
        #expect(try self.counts(gateway, 1000) == [0, 0, 1000])
        let rest = try self.counts(gateway, 1000, without: [2])
        #expect(self.isFair(rest[0], of: 1000, share: 0.5))
    }

    @Test("the healthy ones keep their proportions when others are found not to be", arguments: [0, 1, 2])
    func unhealthy(broken: Int) throws {
        let gateway = Gateway(targets: 4, strategy: .weighted, weights: [4, 3, 2, 1])
        let health = try gateway.health()
        for _ in 0..<5 {
            _ = health[broken].failed(isProbe: false, waitedNanoseconds: nil, now: .at(0), Gateway.health)
            _ = health[3].failed(isProbe: false, waitedNanoseconds: nil, now: .at(0), Gateway.health)
        }
        let tree = try gateway.plan().tree
        var random = RandomSource(seed: 2)
        var counts = [0, 0, 0, 0]
        for _ in 0..<10_000 {
            var left = LeafSet(upTo: 4)
            let choice = tree.choose(among: &left, for: RoutingRequest(), now: .at(1), random: &random)
            counts[choice?.leaf ?? 3] += 1
        }
        #expect(counts[broken] == 0)
        #expect(counts[3] == 0)
        let total = [4.0, 3, 2].enumerated().filter { $0.offset != broken }.map(\.element).reduce(0, +)
        for (leaf, weight) in [4.0, 3, 2].enumerated() where leaf != broken {
            #expect(self.isFair(counts[leaf], of: 10_000, share: weight / total))
        }
        var none = LeafSet()
        none.insert(broken)
        let nothing = tree.choose(among: &none, for: RoutingRequest(), now: .at(1), random: &random)
        #expect(nothing == nil)
    }

    @Test("least busy never takes the busiest of three, and all alike when they are alike")
    func leastBusy() throws {
        let gateway = Gateway(targets: 3, strategy: .leastBusy)
        for count in try self.counts(gateway, 9000) { #expect(self.isFair(count, of: 9000, share: 1 / 3.0)) }
        let health = try gateway.health()
        for _ in 0..<5 { _ = health[1].begin(now: .at(0), isLastResort: false, BreakerSettings()) }
        let counts = try self.counts(gateway, 9000)
        #expect(counts[1] == 0)
        #expect(counts[0] > 4000)
        #expect(counts[2] > 4000)
    }

    @Test("least busy keeps loads within one of each other when nothing ends")
    func leastBusyFills() throws {
        let gateway = Gateway(targets: 10, strategy: .leastBusy)
        let tree = try gateway.plan().tree
        var random = RandomSource(seed: 5)
        for _ in 0..<10_000 {
            let choice = try #require(
                Balancer.choose(
                    tree, among: LeafSet(upTo: 10), for: RoutingRequest(), now: .at(0), random: &random))
            _ = tree.leaves[choice.leaf].health.begin(now: .at(0), isLastResort: false, BreakerSettings())
        }
        let loads = tree.leaves.map { $0.health.liveCount }
        #expect(loads.reduce(0, +) == 10_000)
        // The gap of two choices is of the order of log log n; of one choice it would be about a hundred.
        #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 10)
    }

    @Test("fastest takes the best average, and tries others with one request in a hundred")
    func fastest() throws {
        let gateway = Gateway(targets: 3, strategy: .fastest(.timeToFirstToken))
        let settings = HealthSettings()
        for (health, milliseconds) in zip(try gateway.health(), [300, 100, 200] as [Int64]) {
            _ = health.begin(now: .at(0), isLastResort: false, BreakerSettings())
            _ = health.answered(
                isProbe: false, firstTokenNanoseconds: milliseconds * Gateway.millisecond, now: .at(0), settings)
            health.end(hadAnswered: true)
        }
        let stream = { (_: Int) in RoutingRequest(isStreaming: true) }
        let counts = try self.counts(gateway, 10_000, stream)
        #expect(self.isFair(counts[0] + counts[2], of: 10_000, share: 0.01))
        #expect(counts[0] > 0)
        #expect(counts[2] > 0)
        let rest = try self.counts(gateway, 10_000, without: [1], stream)
        #expect(rest[2] > 9800)
    }

    @Test("fastest measures each target first, then those that want no stream by the time for each token")
    func fastestUnmeasured() throws {
        let gateway = Gateway(targets: 3, strategy: .fastest(.timeToFirstToken))
        for count in try self.counts(gateway, 3000, seed: 2) {
            #expect(self.isFair(count, of: 3000, share: 1 / 3.0))
        }
        for (health, nanoseconds) in zip(try gateway.health(), [10, 20, 5] as [Int64]) {
            health.measured(perOutputTokenNanoseconds: nanoseconds, now: .at(0))
        }
        #expect(try self.counts(gateway, 1000)[2] > 950)
    }

    @Test("fastest leaves a target that has fallen silent")
    func fastestSilent() throws {
        let gateway = Gateway(targets: 2, strategy: .fastest(.timeToFirstToken))
        let health = try gateway.health()
        for (health, milliseconds) in zip(health, [10, 500] as [Int64]) {
            _ = health.begin(now: .at(0), isLastResort: false, BreakerSettings())
            _ = health.answered(
                isProbe: false, firstTokenNanoseconds: milliseconds * Gateway.millisecond, now: .at(0), HealthSettings()
            )
            health.end(hadAnswered: true)
        }
        _ = health[0].begin(now: .at(0), isLastResort: false, BreakerSettings())
        let tree = try gateway.plan().tree
        var random = RandomSource(seed: 3)
        let request = RoutingRequest(isStreaming: true)
        func choice(_ milliseconds: Int64, _ random: inout RandomSource) -> Int? {
            Balancer.choose(
                tree, among: LeafSet(upTo: 2), for: request, now: .at(milliseconds), random: &random)?.leaf
        }
        #expect(choice(1000, &random) == 0)
        #expect(choice(2500, &random) == 1)
    }

    @Test("cheapest compares what this request costs, and takes unknown prices last")
    func cheapest() throws {
        let dollar: Int64 = 1_000_000_000
        let gateway = Gateway(
            targets: 4, strategy: .cheapest,
            prices: [
                nil, TargetPrice(input: 3 * dollar, output: 1 * dollar),
                TargetPrice(input: 1 * dollar, output: 10 * dollar),
                TargetPrice(input: 3 * dollar, cachedInput: 0, output: 4 * dollar),
            ])
        let long = { (_: Int) in RoutingRequest(promptTokens: 100_000, maximumOutputTokens: 100) }
        let short = { (_: Int) in RoutingRequest(promptTokens: 100, maximumOutputTokens: 1000) }
        let cached = { (_: Int) in
            RoutingRequest(promptTokens: 100_000, cachedPromptTokens: 200_000, maximumOutputTokens: 100)
        }
        #expect(try self.counts(gateway, 5, long) == [0, 0, 5, 0])
        #expect(try self.counts(gateway, 5, short) == [0, 5, 0, 0])
        #expect(try self.counts(gateway, 5, cached) == [0, 0, 0, 5])
        #expect(try self.counts(gateway, 5, without: [1, 2, 3], short) == [5, 0, 0, 0])
        let extreme = { (_: Int) in RoutingRequest(promptTokens: .max, maximumOutputTokens: .max) }
        #expect(try self.counts(gateway, 1, extreme).reduce(0, +) == 1)
    }

    @Test("nested groups choose by their own strategies", arguments: [1, 2, 3] as [UInt64])
    func nested(seed: UInt64) throws {
        let inner = ModelTable.Entry(
            pattern: ModelPattern("inner"),
            targets: [.init(.provider(1, model: nil), weight: 3), .init(.provider(2, model: nil), weight: 1)],
            strategy: .weighted
        )
        let outer = ModelTable.Entry(
            pattern: ModelPattern("outer"),
            targets: [.init(.provider(0, model: nil), weight: 1), .init(.model("inner"), weight: 1)],
            strategy: .weighted
        )
        let table = ModelTable(entries: [inner, outer], providers: Gateway.providers(3))
        let tree = try #require(table.resolve("outer")).tree
        var random = RandomSource(seed: seed)
        var counts = [0, 0, 0]
        for _ in 0..<10_000 {
            let choice = Balancer.choose(
                tree, among: LeafSet(upTo: 3), for: RoutingRequest(), now: .at(0), random: &random)
            counts[choice?.leaf ?? 0] += 1
            #expect(choice?.reason == .weighted)
        }
        for (count, share) in zip(counts, [0.5, 0.375, 0.125]) {
            #expect(self.isFair(count, of: 10_000, share: share))
        }
    }
}
