import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("StickyBalancer")
struct StickyBalancerTests {
    private static let keys = 20_000

    private func choices(_ gateway: Gateway, without: Set<Int> = []) throws -> [Int] {
        let tree = try gateway.plan().tree
        var eligible = LeafSet(upTo: tree.leaves.count)
        for leaf in without { eligible.remove(leaf) }
        var random = RandomSource(seed: 1)
        return (0..<Self.keys).map { key in
            let request = RoutingRequest(stickyKey: RandomSource.mix(UInt64(key) &+ 1))
            return Balancer.choose(tree, among: eligible, for: request, now: .at(0), random: &random)?.leaf ?? -1
        }
    }

    @Test("losing one of N targets moves only its keys, evenly, and they come back", arguments: [3, 10, 100])
    func loss(targets: Int) throws {
        let gateway = Gateway(targets: targets, strategy: .sticky)
        let before = try self.choices(gateway)
        let lost = targets / 2
        let after = try self.choices(gateway, without: [lost])
        var moved = 0
        for (old, new) in zip(before, after) where old != new {
            #expect(old == lost)
            moved += 1
        }
        let share = 1 / Double(targets)
        let mean = Double(Self.keys) * share
        #expect(abs(Double(moved) - mean) <= 3.5 * (mean * (1 - share)).squareRoot())
        #expect(moved == before.count { $0 == lost })
        let again = try self.choices(gateway)
        #expect(again == before)
    }

    @Test("weights are honoured, and losing a target moves only its keys")
    func weights() throws {
        let gateway = Gateway(targets: 3, strategy: .sticky, weights: [5, 3, 2])
        let before = try self.choices(gateway)
        for (leaf, share) in [0.5, 0.3, 0.2].enumerated() {
            let mean = Double(Self.keys) * share
            let count = Double(before.count { $0 == leaf })
            #expect(abs(count - mean) <= 3 * (mean * (1 - share)).squareRoot())
        }
        let after = try self.choices(gateway, without: [0])
        for (old, new) in zip(before, after) where old != 0 { #expect(old == new) }
    }

    @Test("a reload that changes the order of targets moves no key")
    func reload() throws {
        func table(_ order: [Int]) -> ModelTable {
            let entry = ModelTable.Entry(
                pattern: ModelPattern("m"), targets: order.map { .init(.provider($0, model: "x")) }, strategy: .sticky)
            return ModelTable(entries: [entry], providers: Gateway.providers(5))
        }
        var random = RandomSource(seed: 1)
        let one = try #require(table([0, 1, 2, 3, 4]).resolve("m"))
        let other = try #require(table([4, 2, 0, 1, 3]).resolve("m"))
        for key in 0..<1000 as Range<UInt64> {
            let request = RoutingRequest(stickyKey: RandomSource.mix(key))
            let leaves = LeafSet(upTo: 5)
            let first = Balancer.choose(one.tree, among: leaves, for: request, now: .at(0), random: &random)
            let second = Balancer.choose(other.tree, among: leaves, for: request, now: .at(0), random: &random)
            #expect(one.target(first?.leaf ?? 0).provider == other.target(second?.leaf ?? 0).provider)
        }
    }

    @Test("the logarithm is right to seven digits")
    func logarithm() {
        // Powers of two are exact, and log2(a * b) = log2(a) + log2(b).
        for exponent in 1...52 {
            #expect(abs(StickyBalancer.logarithm(1 / Double(UInt64(1) << UInt64(exponent))) + Double(exponent)) < 1e-12)
        }
        var random = RandomSource(seed: 2)
        for _ in 0..<1000 {
            let a = max(1e-9, random.unit())
            let b = max(1e-9, random.unit())
            let sum = StickyBalancer.logarithm(a) + StickyBalancer.logarithm(b)
            #expect(abs(sum - StickyBalancer.logarithm(a * b)) < 1e-6)
        }
        #expect(abs(StickyBalancer.logarithm(0.1) + 3.321_928_094_887_362) < 1e-7)
    }
}
