import SluiceCore

@testable import SluiceRouting

/// Providers `p0`, `p1`, ... and a table over them, for tests.
struct Gateway {
    static let millisecond: Int64 = 1_000_000
    static let second: Int64 = 1_000_000_000

    /// Breakers open for five seconds at first.
    static let health = HealthSettings(breaker: Self.breaker)
    static let breaker = BreakerSettings(
        coolDownNanoseconds: 5 * Self.second, coolDownLimitNanoseconds: 60 * Self.second)

    var table: ModelTable
    let board: HealthBoard

    /// A table with the entry `m`, whose targets are the providers in order.
    init(
        targets: Int,
        strategy: Strategy = .priority,
        weights: [Double] = [],
        prices: [TargetPrice?] = [],
        retry: RetryPolicy = RetryPolicy(),
        fallbacks: Fallbacks = Fallbacks(),
        credentials: Int = 1,
        health: HealthSettings = Self.health,
        more: [ModelTable.Entry] = [],
        board: HealthBoard = HealthBoard()
    ) {
        let entry = ModelTable.Entry(
            pattern: ModelPattern("m"),
            targets: (0..<targets).map { index in
                ModelTable.EntryTarget(
                    .provider(index, model: nil),
                    weight: index < weights.count ? weights[index] : 1,
                    price: index < prices.count ? prices[index] : nil
                )
            },
            strategy: strategy,
            retry: retry,
            fallbacks: fallbacks
        )
        self.board = board
        self.table = ModelTable(
            entries: [entry] + more,
            providers: Self.providers(targets, credentials: credentials, health: health),
            board: board
        )
    }

    static func providers(
        _ count: Int,
        credentials: Int = 1,
        health: HealthSettings = Self.health
    ) -> [ModelTable.ProviderEntry] {
        (0..<count).map { index in
            ModelTable.ProviderEntry(
                name: "p\(index)", patterns: [], credentials: (0..<credentials).map { UInt64(index * 100 + $0 + 1) },
                health: health)
        }
    }

    /// An entry whose targets are providers, with further settings.
    static func entry(_ name: String, _ providers: [Int], fallbacks: Fallbacks = Fallbacks()) -> ModelTable.Entry {
        ModelTable.Entry(
            pattern: ModelPattern(name), targets: providers.map { ModelTable.EntryTarget(.provider($0, model: nil)) },
            fallbacks: fallbacks)
    }

    func plan(_ model: String = "m") throws -> AttemptPlan {
        guard let plan = self.table.resolve(model) else { throw Missing() }
        return plan
    }

    func planner(
        _ request: RoutingRequest = RoutingRequest(),
        model: String = "m",
        deadline: MonotonicTime = .distantFuture,
        now: MonotonicTime = .at(0)
    ) throws -> AttemptPlanner {
        AttemptPlanner(try self.plan(model), table: self.table, request: request, deadline: deadline, now: now)
    }

    /// The states of the targets of `m`.
    func health() throws -> [TargetHealth] { try self.plan().tree.leaves.map(\.health) }

    struct Missing: Error {}
}

extension MonotonicTime {
    /// So many milliseconds after a beginning that is not zero.
    static func at(_ milliseconds: Int64) -> Self {
        Self(nanoseconds: 1_000_000_000_000 + milliseconds * Gateway.millisecond)
    }
}

extension Step {
    /// The attempt, if it is one.
    var attempt: Attempt? {
        if case .attempt(let attempt) = self { attempt } else { nil }
    }
}
