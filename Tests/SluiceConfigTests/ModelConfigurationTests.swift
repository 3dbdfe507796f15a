import SluiceConfig
import SluiceCore
import SluiceWire
import Testing

@Suite("The model table of a configuration")
struct ModelConfigurationTests {
    private static let providers = "providers: { mock: {}, ollama: {} }\n"

    private func models(_ text: String) throws -> [ModelConfiguration] {
        let result = loadYAML(Self.providers + text)
        return try #require(result.configuration, "\(result.report)").models
    }

    @Test("every setting of a model is read")
    func everySetting() throws {
        let text = """
            models:
              other: mock/other
              smart:
                strategy: weighted
                targets:
                  - { provider: mock, model: a, weight: 95, price: { input: 0.20, output: 1 } }
                  - { model: other, weight: 5 }
                  - ollama/llama
                retry: { attempts: 4, on: [5xx, 429, connect], backoff: 100ms..2s, within: 3s, retry_after_cap: 1m }
                fallback: { default: [other, ollama/x], context_window: [ollama], content_policy: other }
                hold: { events: 3, bytes: 4KiB, time: 50ms }
                hedge: { after: 800ms }
                mirror: { to: ollama/shadow, percent: 10 }
                expose_target_model: on
                timeouts: { first_event: 20s }
                conversion: strict
            """
        let expected = ModelConfiguration(
            pattern: ModelPattern("smart"),
            targets: [
                TargetConfiguration(
                    provider: "mock", model: "a", weight: 95,
                    price: ModelPrice(
                        rates: TokenRates(
                            input: TokenPrice(perMillion: NanoUSD(200_000_000)),
                            output: TokenPrice(perMillion: NanoUSD(1_000_000_000))))),
                TargetConfiguration(.model("other"), weight: 5),
                TargetConfiguration(provider: "ollama", model: "llama"),
            ],
            strategy: .weighted,
            retry: RetryConfiguration(
                attempts: 4, causes: [.connect, .rateLimited, .serverError],
                backoff: .milliseconds(100) ... .seconds(2), within: .seconds(3), retryAfterCap: .seconds(60)),
            fallback: FallbackConfiguration(
                default: [.model("other"), .provider("ollama", model: "x")],
                contextWindow: [.provider("ollama", model: nil)],
                contentPolicy: [.model("other")]),
            hold: HoldConfiguration(events: 3, bytes: .kibibytes(4), time: .milliseconds(50)),
            hedgeAfter: .milliseconds(800),
            mirror: MirrorConfiguration(to: .provider("ollama", model: "shadow"), share: .percent(10)),
            exposesTargetModel: true,
            timeouts: TimeoutOverrides(firstEvent: .seconds(20)),
            conversion: .strict
        )
        #expect(try models(text).last == expected)
    }

    @Test("a model that says nothing of itself has the defaults")
    func defaults() throws {
        let model = try #require(try models("models: { a: { targets: [mock] } }").first)
        #expect(model.strategy == .priority)
        #expect(model.retry == RetryConfiguration())
        #expect(model.retry.attempts == nil)
        #expect(model.retry.backoff == .milliseconds(200) ... .seconds(5))
        #expect(model.fallback.isEmpty)
        #expect(model.hold == nil && model.hedgeAfter == nil && model.mirror == nil)
        #expect(model.exposesTargetModel == nil)
        #expect(try models("models: { a: { targets: [mock], hold: {} } }").first?.hold == nil)
    }

    @Test(
        "a strategy is a name or a map of its settings",
        arguments: [
            ("priority", .priority), ("weighted", .weighted), ("least_busy", .leastBusy), ("cheapest", .cheapest),
            ("fastest", .fastest(by: .firstToken, probe: .percent(1))), ("sticky", .sticky(by: .conversation)),
            ("prefix", .prefix(PrefixConfiguration())),
            ("{ kind: sticky, by: user }", .sticky(by: .user)),
            ("{ kind: sticky, by: header, header: X-Session }", .sticky(by: .header("x-session"))),
            ("{ kind: sticky, header: x-session }", .sticky(by: .header("x-session"))),
            (
                "{ kind: fastest, by: output_token, probe: 2.5% }",
                .fastest(by: .outputToken, probe: Percentage(basisPoints: 250))
            ),
            (
                "{ kind: prefix, load: 2, memory: 1MiB, expiry: 5m }",
                .prefix(PrefixConfiguration(load: 2, memory: .mebibytes(1), expiry: .seconds(300)))
            ),
        ] as [(String, StrategyConfiguration)]
    )
    func strategy(text: String, expected: StrategyConfiguration) throws {
        let model = try #require(try models("models: { a: { strategy: \(text), targets: [mock, ollama] } }").first)
        #expect(model.strategy == expected)
    }

    @Test("a name is a provider before it is a model, and a model by its pattern too")
    func references() throws {
        let table = try models(
            """
            models:
              mock: mock/named-like-its-provider
              "llama-*": ollama
              fast: llama-3
              same: mock
              quick: { alias: fast }
              list: [llama-3, mock, mock/llama-3]
              after: { targets: [mock], fallback: { default: [mock, llama-3, ollama/llama-3] } }
              vendor/thing: ollama
              slashed: vendor/thing
            """
        )
        let byName = Dictionary(uniqueKeysWithValues: table.map { ($0.pattern.text, $0) })
        #expect(byName["fast"]?.alias == "llama-3")
        #expect(byName["same"]?.targets == [TargetConfiguration(provider: "mock")])
        #expect(byName["same"]?.alias == nil)
        #expect(byName["quick"] == ModelConfiguration(pattern: ModelPattern("quick"), alias: "fast"))
        #expect(
            byName["list"]?.targets == [
                TargetConfiguration(.model("llama-3")), TargetConfiguration(provider: "mock"),
                TargetConfiguration(provider: "mock", model: "llama-3"),
            ])
        // A fallback is the name of a model first.
        #expect(
            byName["after"]?.fallback.default
                == [.model("mock"), .model("llama-3"), .provider("ollama", model: "llama-3")])
        #expect(byName["slashed"]?.alias == "vendor/thing")
    }

    @Test(
        "what is wrong in a model is said with its place",
        arguments: [
            ("a: { alias: nobody }", "models.a.alias: there is no model called nobody (sluice.yaml:2:23)"),
            (
                "abc: mock, b: { alias: abd }",
                "models.b.alias: there is no model called abd; did you mean abc? (sluice.yaml:2:34)"
            ),
            (
                "a: { alias: ollama/x }",
                "models.a.alias: ollama/x is no model of the table but leads to a provider; write it as a target (sluice.yaml:2:23)"
            ),
            (
                "a: mock, b: { alias: a, retry: {} }",
                "models.b.retry: not together with alias: another name has all that the model has; remove one of them (sluice.yaml:2:35)"
            ),
            (
                "a: { targets: [{ model: x }] }",
                "models.a.targets[0].model: there is no model called x (sluice.yaml:2:35)"
            ),
            (
                "a: { targets: [{ model: b, price: { input: 1 } }] }, b: mock",
                "models.a.targets[0].price: of no use without a provider: the targets of the other model have their own; remove it (sluice.yaml:2:45)"
            ),
            (
                "a: { targets: [mock], fallback: { default: [smrat] } }, smart: mock",
                "models.a.fallback.default[0]: there is no provider and no model called smrat; did you mean smart? (sluice.yaml:2:55)"
            ),
            (
                "a: { targets: [mock], fallback: { default: [opnai/x] } }",
                "models.a.fallback.default[0]: there is no provider called opnai; known providers: mock, ollama (sluice.yaml:2:55)"
            ),
            (
                "a: { targets: [mock], strategy: {} }",
                "models.a.strategy.kind: missing; write which strategy this is, like sticky (sluice.yaml:2:43)"
            ),
            (
                "a: { targets: [mock], strategy: { kind: prefix, probe: 1% } }",
                "models.a.strategy.probe: belongs to the strategy fastest, not to prefix; remove it (sluice.yaml:2:59)"
            ),
            (
                "a: { targets: [mock], strategy: { kind: weighted, by: user } }",
                "models.a.strategy.by: belongs to the strategy sticky or fastest, not to weighted; remove it (sluice.yaml:2:61)"
            ),
            (
                "a: { targets: [mock], strategy: { kind: sticky, by: header } }",
                "models.a.strategy.header: missing; write the header that tells requests apart, like x-session (sluice.yaml:2:43)"
            ),
            (
                "a: { targets: [mock], strategy: { kind: sticky, by: user, header: x-a } }",
                "models.a.strategy.header: counts only with by: header; remove one of them (sluice.yaml:2:77)"
            ),
            (
                "a: { targets: [mock], strategy: { kind: fastest, probe: 51% } }",
                "models.a.strategy.probe: expected a percentage from 0% to 50%, like 20%, found 51% (sluice.yaml:2:67)"
            ),
            (
                "a: { targets: [mock], strategy: { kind: prefix, load: nan } }",
                "models.a.strategy.load: expected a factor from 1 to 100, like 1.5, found nan (sluice.yaml:2:65)"
            ),
            (
                "a: { targets: [mock], retry: { on: [5xx, 4xx] } }",
                "models.a.retry.on[1]: expected connect, timeout, 429, 5xx, cut or malformed, found 4xx (sluice.yaml:2:52)"
            ),
            (
                "a: { targets: [mock], retry: { backoff: 5s..1s } }",
                "models.a.retry.backoff: expected a range of durations like 200ms..5s, found 5s..1s (sluice.yaml:2:51)"
            ),
            (
                "a: { targets: [mock], retry: { attempts: 0 } }",
                "models.a.retry.attempts: expected a whole number from 1 to 100, found 0 (sluice.yaml:2:52)"
            ),
            (
                "a: { targets: [mock], retry: { atempts: 2 } }",
                "models.a.retry.atempts: unknown key; did you mean attempts? (sluice.yaml:2:42)"
            ),
            (
                "a: { targets: [mock], hedge: {} }",
                "models.a.hedge.after: missing; write after how long without content a second attempt begins, like 800ms (sluice.yaml:2:40)"
            ),
            (
                "a: { targets: [mock], mirror: { percent: 10 } }",
                "models.a.mirror.to: missing; write the model that gets the copies (sluice.yaml:2:41)"
            ),
            (
                "a: { targets: [mock], mirror: { to: mock, percent: 101 } }",
                "models.a.mirror.percent: expected a percentage from 0 to 100, like 10, found 101 (sluice.yaml:2:62)"
            ),
            (
                "a: { targets: [mock], hold: { bytes: 1GiB } }",
                "models.a.hold.bytes: expected a size from 1B to 16MiB, found 1GiB (sluice.yaml:2:48)"
            ),
            (
                "a: { strategy: weighted, targets: [{ provider: mock, weight: 0 }, { provider: ollama, weight: 0 }] }",
                "models.a.targets: every target has the weight 0; give one of them more (sluice.yaml:2:14)"
            ),
        ]
    )
    func wrong(model: String, message: String) {
        let result = loadYAML(Self.providers + "models: { \(model) }")
        #expect(result.errors.map(\.description) == [message], "\(result.report)")
    }

    @Test(
        "a model that leads back to itself is an error that shows the way",
        arguments: [
            ("a: a", "models.a: leads back to itself: a -> a (sluice.yaml:2:11)"),
            ("a: b, b: { alias: a }", "models.a: leads back to itself: a -> b -> a (sluice.yaml:2:11)"),
            (
                "x: a, a: { targets: [mock, b] }, b: { targets: [{ model: c }] }, c: a",
                "models.a: leads back to itself: a -> b -> c -> a (sluice.yaml:2:17)"
            ),
            (
                "\"gpt-*\": { targets: [{ model: gpt-4o }] }",
                "models.gpt-*: leads back to itself: gpt-* -> gpt-* (sluice.yaml:2:11)"
            ),
        ]
    )
    func circles(models: String, message: String) {
        let result = loadYAML(Self.providers + "models: { \(models) }")
        #expect(result.errors.map(\.description) == [message], "\(result.report)")
    }

    @Test("models may be nested, though not without end; two ways to one model are no circle")
    func depth() throws {
        func chain(_ count: Int) -> String {
            "models: { m0: mock, " + (1...count).map { "m\($0): [m\($0 - 1), ollama]" }.joined(separator: ", ") + " }"
        }
        #expect(try models(chain(7)).count == 8)
        let result = loadYAML(Self.providers + chain(12))
        #expect(result.errors.map(\.path) == ["models.m8"], "\(result.report)")
        #expect(try models("models: { a: [b, c], b: [d, mock], c: [d, ollama], d: mock/x }").count == 4)
    }

    @Test(
        "a table of ten thousand models in one chain is refused and does not exhaust the stack", .timeLimit(.minutes(1))
    )
    func longChain() {
        let lines = (1...10_000).map { "  m\($0): { targets: [{ model: m\($0 - 1) }] }" }.joined(separator: "\n")
        let result = loadYAML(Self.providers + "models:\n  m0: mock\n\(lines)")
        #expect(result.errors.map(\.path) == ["models.m8"])
        let circle = loadYAML(Self.providers + "models:\n  m0: { targets: [{ model: m10000 }] }\n\(lines)")
        #expect(circle.errors.count == 1)
        #expect(circle.errors.first?.message.hasPrefix("leads back to itself: m0 -> m10000 -> m9999") ?? false)
    }
}
