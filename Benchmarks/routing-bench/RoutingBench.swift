import SluiceCore
import SluiceRouting

/// What a routing decision takes, for each strategy with 3, 10 and 100 targets: `routing-bench [seconds each]`.
///
/// A decision is what a request pays for it: the look at the health of all targets, the choice, the claim of a place, and giving
/// it back. The bar is 1 us.
@main
enum RoutingBench {
    static let barNanoseconds = 1000.0
    static let now = MonotonicTime(nanoseconds: 1_000_000_000_000)

    static func main() {
        let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 0.2
        let strategies: [(String, Strategy)] = [
            ("priority", .priority), ("weighted", .weighted), ("least_busy", .leastBusy),
            ("fastest", .fastest(.timeToFirstToken)), ("cheapest", .cheapest), ("sticky", .sticky),
            ("prefix", .prefix(PrefixSettings())),
        ]
        for (name, strategy) in strategies {
            for count in [3, 10, 100] {
                let table = self.table(count, strategy)
                guard let plan = table.resolve("m") else { continue }
                self.warm(plan, table)
                self.report("choose, \(name), \(count) targets", seconds) { random, round in
                    let request = self.request(strategy, round)
                    return plan.choose(for: request, now: self.now, random: &random)?.provider ?? -1
                }
            }
        }
        let table = self.table(3, .leastBusy)
        guard let plan = table.resolve("m") else { return }
        self.report("a whole request: plan, attempt, settle", seconds) { random, _ in
            var planner = AttemptPlanner(plan, table: table, request: RoutingRequest(), now: self.now)
            guard let attempt = planner.next(now: self.now, random: &random).attempt else { return -1 }
            planner.began(attempt, now: self.now)
            _ = planner.succeeded(attempt, now: self.now)
            return attempt.target.provider
        }
        let large = self.largeTable(10_000)
        let names = (0..<10_000).map { "model-\($0)" }
        self.report("resolve one of 10,000 names", seconds) { _, round in
            large.resolve(names[round % names.count])?.entry ?? -1
        }
        let prompt = Array(repeating: UInt8(ascii: "x"), count: 64 * 1024)
        self.report("hash a prompt of 64 KiB into blocks", seconds, bar: nil) { _, _ in
            var blocks = PrefixBlocks()
            blocks.append(prompt.span)
            return blocks.hashes.count
        }
    }

    /// Another key and another conversation each time, of a thousand.
    static func request(_ strategy: Strategy, _ round: Int) -> RoutingRequest {
        switch strategy {
        case .sticky: RoutingRequest(stickyKey: UInt64(truncatingIfNeeded: round) &* 0x9E37_79B9_7F4A_7C15)
        case .prefix: self.conversations[round % self.conversations.count]
        case .fastest: RoutingRequest(isStreaming: true)
        default: RoutingRequest(promptTokens: 1000, maximumOutputTokens: round & 4095)
        }
    }

    /// Prompts of 32 KiB with a beginning in common.
    static let conversations: [RoutingRequest] = (0..<100).map { conversation in
        var blocks = PrefixBlocks()
        let common = Array(repeating: UInt8(ascii: "s"), count: 8 * 1024)
        let own = (0..<24 * 1024).map { UInt8(truncatingIfNeeded: $0 &* conversation &+ conversation) }
        blocks.append(common.span)
        blocks.append(own.span)
        return RoutingRequest(prefix: blocks)
    }

    static func table(_ count: Int, _ strategy: Strategy) -> ModelTable {
        let entry = ModelTable.Entry(
            pattern: ModelPattern("m"),
            targets: (0..<count).map { index in
                ModelTable.EntryTarget(
                    .provider(index, model: nil), weight: Double(1 + index % 5),
                    price: TargetPrice(input: Int64(index % 7) * 1_000_000_000, output: 5_000_000_000))
            },
            strategy: strategy
        )
        return ModelTable(entries: [entry], providers: self.providers(count))
    }

    static func largeTable(_ count: Int) -> ModelTable {
        ModelTable(
            entries: (0..<count).map {
                ModelTable.Entry(
                    pattern: ModelPattern("model-\($0)"), targets: [ModelTable.EntryTarget(.provider(0, model: nil))])
            },
            providers: self.providers(1)
        )
    }

    static func providers(_ count: Int) -> [ModelTable.ProviderEntry] {
        (0..<count).map {
            ModelTable.ProviderEntry(name: "p\($0)", patterns: [], credentials: [UInt64($0 + 1)])
        }
    }

    /// Gives each target an average, and each conversation a target.
    static func warm(_ plan: AttemptPlan, _ table: ModelTable) {
        var random = RandomSource(seed: 1)
        for round in 0..<2000 {
            let request = self.request(plan.strategy, round)
            var planner = AttemptPlanner(plan, table: table, request: request, now: self.now)
            guard let attempt = planner.next(now: self.now, random: &random).attempt else { return }
            planner.began(attempt, now: self.now)
            _ = planner.succeeded(
                attempt, firstTokenNanoseconds: Int64(attempt.target.provider) * 1_000_000,
                perOutputTokenNanoseconds: 10_000_000, now: self.now)
        }
    }

    /// The best of many rounds, which is the one that the machine's other tenants disturbed least.
    static func report(
        _ name: String,
        _ seconds: Double,
        bar: Double? = Self.barNanoseconds,
        _ work: (inout RandomSource, Int) -> Int
    ) {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        var random = RandomSource(seed: 7)
        var best = Double.infinity
        var round = 0
        var sum = 0
        let calls = 500
        repeat {
            let start = clock.now
            for _ in 0..<calls {
                sum &+= work(&random, round)
                round &+= 1
            }
            let parts = (clock.now - start).components
            best = min(best, (Double(parts.seconds) * 1e9 + Double(parts.attoseconds) / 1e9) / Double(calls))
        } while clock.now < deadline
        // What is used is not optimised away.
        if sum == .min { print(sum) }
        var line = name + String(repeating: " ", count: max(1, 44 - name.utf8.count))
        line += "\(Int(best.rounded())) ns"
        if let bar { line += best <= bar ? "   bar \(Int(bar)) ns met" : "   bar \(Int(bar)) ns MISSED" }
        print(line)
    }
}

extension Step {
    /// The attempt, if it is one.
    var attempt: Attempt? {
        if case .attempt(let attempt) = self { attempt } else { nil }
    }
}
