import NIOCore
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceRouting
import Testing

@testable import SluiceServer

@Suite("RoutingBuilder")
struct RoutingBuilderTests {
    private static func model(_ name: String, _ targets: [ModelReference]) -> ModelConfiguration {
        ModelConfiguration(pattern: ModelPattern(name), targets: targets.map { TargetConfiguration($0) })
    }

    private static func alias(_ name: String, of other: String) -> ModelConfiguration {
        ModelConfiguration(pattern: ModelPattern(name), alias: other)
    }

    /// The providers `a` (place 0) and `b` (place 1); `off` is none of them.
    private static func builder(
        _ models: [ModelConfiguration],
        routes: [RouteConfiguration] = []
    ) -> RoutingBuilder {
        RoutingBuilder(
            GatewayConfiguration(models: models, routes: routes),
            providers: [
                RoutingBuilder.Provider(place: 0, name: "a", kind: "openai"),
                RoutingBuilder.Provider(place: 1, name: "b", kind: "vllm"),
            ],
            now: 1_793_000_000_000_000_000
        )
    }

    private static func table(_ builder: RoutingBuilder) -> ModelTable {
        ModelTable(
            entries: builder.entries,
            providers: ["a", "b"].map { ModelTable.ProviderEntry(name: $0, patterns: []) })
    }

    @Test("an alias is a name of the entry that it leads to, whose settings it has, also through other aliases")
    func aliases() throws {
        var fast = Self.model("fast", [.provider("a", model: "gpt-4o-mini")])
        fast.hedgeAfter = .milliseconds(300)
        let builder = Self.builder([
            Self.alias("quickest", of: "quick"), Self.alias("quick", of: "fast"), fast,
            Self.alias("fa*", of: "fast"), Self.alias("wild", of: "fab"),
        ])
        let table = Self.table(builder)
        #expect(table.problems.isEmpty)
        let settings = builder.settings(in: table)
        for name in ["fast", "quick", "quickest", "fabulous", "wild"] {
            let plan = try #require(table.resolve(name), "\(name)")
            #expect(plan.entry == 2)
            #expect(plan.targets.map(\.model) == ["gpt-4o-mini"])
            #expect(settings[try #require(plan.entry)].hedgeAfter == .milliseconds(300))
        }
        #expect(Set(table.listedNames) == ["fast", "quick", "quickest", "wild"])
    }

    @Test("aliases that lead in a circle serve nothing, and harm nothing", .timeLimit(.minutes(1)))
    func aliasCircle() throws {
        let builder = Self.builder([
            Self.alias("x", of: "y"), Self.alias("y", of: "x"), Self.alias("z", of: "z"),
            Self.model("fine", [.provider("a", model: nil)]),
        ])
        let table = Self.table(builder)
        #expect(table.resolve("x") == nil)
        #expect(table.resolve("z") == nil)
        #expect(table.resolve("fine") != nil)
    }

    @Test("10,000 models and as many aliases are a table at once", .timeLimit(.minutes(1)))
    func many() throws {
        let models = (0..<10_000).map { Self.model("model-\($0)", [.provider("a", model: "m-\($0)")]) }
        let aliases = (0..<10_000).map { Self.alias("alias-\($0)", of: "model-\($0)") }
        let builder = Self.builder(aliases + models)
        let table = Self.table(builder)
        #expect(table.resolve("alias-7777")?.targets.map(\.model) == ["m-7777"])
        #expect(builder.settings(in: table).count == 20_000)
    }

    @Test("nested models keep their own strategies, and targets of providers that are off are left out")
    func nested() throws {
        var smart = Self.model(
            "smart", [.provider("off", model: "x"), .provider("a", model: "gpt-4o"), .model("either")])
        smart.strategy = .weighted
        smart.targets[2].weight = 5
        let builder = Self.builder([
            smart, Self.model("either", [.provider("b", model: "llama"), .provider("a", model: "small")]),
            Self.model("lost", [.provider("off", model: nil)]),
        ])
        let table = Self.table(builder)
        let plan = try #require(table.resolve("smart"))
        #expect(plan.targets.map(\.model) == ["gpt-4o", "llama", "small"])
        #expect(plan.strategy == .weighted)
        #expect(table.entries[0].targets.map(\.weight) == [1, 5])
        #expect(table.resolve("lost") == nil)
    }

    @Test("models that lead back to themselves serve nothing")
    func cycle() {
        let builder = Self.builder([Self.model("x", [.model("y")]), Self.model("y", [.model("x")])])
        let table = Self.table(builder)
        #expect(table.resolve("x") == nil)
        #expect(
            table.problems.contains {
                if case .cycle = $0 { true } else { false }
            })
        // What needs what is known all the same.
        #expect(builder.settings(in: table).count == 2)
    }

    @Test("retries, fallbacks, hold, mirror and what clients see are as configured")
    func settings() throws {
        var model = Self.model("m", [.provider("a", model: "gpt-4o")])
        model.retry = RetryConfiguration(
            attempts: 4, causes: [.connect, .serverError], backoff: .milliseconds(1) ... .milliseconds(2),
            within: .seconds(3), retryAfterCap: .seconds(4))
        model.fallback = FallbackConfiguration(
            default: [.model("n")], contextWindow: [.provider("b", model: "long")],
            contentPolicy: [.provider("b", model: nil)])
        model.hold = HoldConfiguration(events: 3, bytes: ByteSize(bytes: 4), time: .milliseconds(5))
        model.mirror = MirrorConfiguration(to: .provider("b", model: "shadow"), share: .percent(25))
        model.exposesTargetModel = true
        let builder = Self.builder([model, Self.model("n", [.provider("b", model: nil)])])
        let table = Self.table(builder)
        let entry = table.entries[0]
        #expect(entry.retry.attempts == 4)
        #expect(entry.retry.conditions == [.connect, .serverError])
        #expect(entry.retry.backoffNanoseconds == 1_000_000)
        #expect(entry.retry.backoffLimitNanoseconds == 2_000_000)
        #expect(entry.retry.withinNanoseconds == 3_000_000_000)
        #expect(entry.retry.retryAfterLimitNanoseconds == 4_000_000_000)
        #expect(entry.fallbacks.default == [.model("n")])
        #expect(entry.fallbacks.contextWindow == [.provider(1, model: "long")])
        #expect(entry.fallbacks.contentPolicy == [.provider(1, model: nil)])
        let settings = builder.settings(in: table)
        #expect(settings[0].mirror?.model == "b/shadow")
        #expect(settings[0].mirror?.share == 0.25)
        #expect(settings[0].exposesTargetModel)
        #expect(!settings[1].exposesTargetModel)
        let base = AttemptTimeouts(queue: .seconds(1), connect: .seconds(1), relay: .init())
        let hold = try #require(settings[0].timeouts?(base)).relay.hold
        #expect(hold.events == 3)
        #expect(hold.bytes == 4)
        #expect(hold.time == .milliseconds(5))
    }

    @Test("prices of targets are the target's own, the file's, or the book's")
    func prices() throws {
        let builder = Self.builder([
            Self.model("m", [.provider("a", model: "gpt-4o"), .provider("b", model: "nobody's")])
        ])
        let targets = builder.entries[0].targets
        #expect(targets[0].price != nil)
        #expect(targets[1].price == nil)
    }

    @Test(
        "rules for providers that are off are left out; the others keep their order, and know their place in the file")
    func routes() {
        let builder = Self.builder(
            [],
            routes: [
                RouteConfiguration(match: RouteMatch(path: "/x"), use: .target(TargetConfiguration(provider: "off"))),
                RouteConfiguration(
                    match: RouteMatch(headers: [RouteMatch.Header(name: "X-Tenant", value: "a*")]),
                    use: .modelPrefix("acme-"), conversion: .strict),
                RouteConfiguration(match: RouteMatch(surfaces: [.chat]), use: .model(.provider("b", model: "m"))),
            ])
        let routes = builder.routes
        #expect(routes.map(\.rule.use) == [.modelPrefix("acme-"), .model("b/m")])
        #expect(routes.map(\.rule.place) == [1, 2])
        #expect(routes.map(\.isStrict) == [true, false])
    }
}

@Suite("SignalGraph")
struct SignalGraphTests {
    private static func signals(_ models: [ModelConfiguration]) -> [(needs: SignalNeeds, stickyBy: StickyBy?)] {
        let builder = RoutingBuilder(
            GatewayConfiguration(models: models),
            providers: [RoutingBuilder.Provider(place: 0, name: "a", kind: "openai")], now: 0)
        let table = ModelTable(
            entries: builder.entries,
            providers: [ModelTable.ProviderEntry(name: "a", patterns: [])])
        let graph = SignalGraph(models, in: table)
        return models.indices.map { graph.signals(of: $0) }
    }

    private static func model(
        _ name: String, _ strategy: StrategyConfiguration, to targets: [ModelReference] = [.provider("a", model: "x")],
        fallback: FallbackConfiguration = FallbackConfiguration()
    ) -> ModelConfiguration {
        ModelConfiguration(
            pattern: ModelPattern(name), targets: targets.map { TargetConfiguration($0) }, strategy: strategy,
            fallback: fallback)
    }

    @Test("an entry needs what its own strategy needs")
    func own() {
        let signals = Self.signals([
            Self.model("plain", .weighted), Self.model("cheap", .cheapest),
            Self.model("prefix", .prefix(PrefixConfiguration())), Self.model("user", .sticky(by: .user)),
            Self.model("header", .sticky(by: .header("x-session"))),
        ])
        #expect(signals.map(\.needs) == [[], .size, .prefix, .stickyKey, .stickyKey])
        #expect(signals.map(\.stickyBy) == [nil, nil, nil, .user, .header("x-session")])
    }

    @Test("and what those need that it leads to, as targets and as fallbacks, through patterns too")
    func reached() {
        let signals = Self.signals([
            Self.model(
                "outer", .weighted, to: [.model("inner"), .provider("a", model: "x")],
                fallback: FallbackConfiguration(contextWindow: [.model("long-one")])),
            Self.model("inner", .cheapest, to: [.model("inmost")]),
            Self.model("inmost", .sticky(by: .conversation)),
            Self.model("long-*", .prefix(PrefixConfiguration())),
        ])
        #expect(signals[0].needs == [.size, .stickyKey, .prefix])
        #expect(signals[0].stickyBy == .conversation)
        #expect(signals[1].needs == [.size, .stickyKey])
        #expect(signals[3].needs == .prefix)
    }

    @Test("fallbacks that lead to each other know what each of them leads to", .timeLimit(.minutes(1)))
    func mutual() {
        let signals = Self.signals([
            Self.model(
                "x", .priority, to: [.model("inner")], fallback: FallbackConfiguration(default: [.model("y")])),
            Self.model("y", .priority, fallback: FallbackConfiguration(default: [.model("x")])),
            Self.model("inner", .sticky(by: .user)),
        ])
        #expect(signals.map(\.needs) == [.stickyKey, .stickyKey, .stickyKey])
        #expect(signals.map(\.stickyBy) == [.user, .user, .user])
    }

    @Test("of several sticky strategies the outermost says what is followed")
    func outermost() {
        let signals = Self.signals([
            Self.model("outer", .sticky(by: .user), to: [.model("inner")]),
            Self.model("inner", .sticky(by: .conversation)),
        ])
        #expect(signals.map(\.stickyBy) == [.user, .conversation])
    }

    @Test("fallbacks that lead to each other end", .timeLimit(.minutes(1)))
    func circle() {
        let signals = Self.signals([
            Self.model("x", .cheapest, fallback: FallbackConfiguration(default: [.model("y")])),
            Self.model("y", .prefix(PrefixConfiguration()), fallback: FallbackConfiguration(default: [.model("x")])),
        ])
        #expect(signals.allSatisfy { $0.needs == [.size, .prefix] })
    }
}
