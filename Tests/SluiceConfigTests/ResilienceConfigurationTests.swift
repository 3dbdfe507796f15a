import SluiceConfig
import SluiceCore
import Testing

@Suite("What keeps failures from spreading")
struct ResilienceConfigurationTests {
    private func provider(_ text: String) throws -> ProviderConfiguration {
        let result = loadYAML("providers: { mock: { \(text) } }")
        return try #require(result.configuration?.providers.first, "\(result.report)")
    }

    @Test("every setting of a provider is read")
    func settings() throws {
        let read = try provider(
            """
            max_concurrency: 4, queue: 8, retry_budget: 12.5%,
            breaker: { window: 1m, failures: 40%, minimum: 5, consecutive: 3, cool_down: 5s, cool_down_cap: 1m },
            probe: { every: 30s, path: /v1/models, timeout: 1s }
            """
        )
        let expected = ProviderConfiguration(
            name: "mock", maxConcurrency: 4, queue: 8,
            breaker: BreakerConfiguration(
                window: .seconds(60), failures: .percent(40), minimum: 5, consecutive: 3, coolDown: .seconds(5),
                coolDownCap: .seconds(60)),
            retryBudget: Percentage(basisPoints: 1250),
            probe: ProbeConfiguration(every: .seconds(30), path: "/v1/models", timeout: .seconds(1))
        )
        #expect(read == expected)
    }

    @Test("the breaker and the budget are on, probes are off, and a word switches each")
    func switches() throws {
        let plain = try provider("")
        #expect(plain.breaker == BreakerConfiguration())
        #expect(plain.retryBudget == .percent(20))
        #expect(plain.probe == nil && plain.queue == nil)
        let off = try provider("breaker: off, retry_budget: off, probe: off")
        #expect(off.breaker == nil && off.retryBudget == nil && off.probe == nil)
        let on = try provider("breaker: on, probe: on, retry_budget: 0%")
        #expect(on.breaker == BreakerConfiguration())
        #expect(on.probe == ProbeConfiguration())
        #expect(on.retryBudget == .zero)
        #expect(try provider("probe: {}").probe == ProbeConfiguration())
        // A longer cool-down than the default cap raises the cap.
        #expect(try provider("breaker: { cool_down: 10m }").breaker?.coolDownCap == .seconds(600))
    }

    @Test(
        "what is wrong is said with its place",
        arguments: [
            (
                "retry_budget: 20",
                "providers.mock.retry_budget: expected off, or a percentage from 0% to 100%, like 20%, found 20 (sluice.yaml:1:36)"
            ),
            (
                "retry_budget: 101%",
                "providers.mock.retry_budget: expected off, or a percentage from 0% to 100%, like 20%, found 101% (sluice.yaml:1:36)"
            ),
            (
                "breaker: { failures: 0% }",
                "providers.mock.breaker.failures: expected a percentage from 0.01% to 100%, like 20%, found 0% (sluice.yaml:1:43)"
            ),
            (
                "breaker: { cool_down: 1m, cool_down_cap: 5s }",
                "providers.mock.breaker.cool_down_cap: cannot be shorter than cool_down (1m) (sluice.yaml:1:63)"
            ),
            (
                "breaker: { windwo: 1m }",
                "providers.mock.breaker.windwo: unknown key; did you mean window? (sluice.yaml:1:33)"
            ),
            (
                "probe: 10s",
                "providers.mock.probe: expected on, off, or a map of its settings, found 10s (sluice.yaml:1:29)"
            ),
            (
                "probe: { path: health }",
                "providers.mock.probe.path: expected a path like /health, found health (sluice.yaml:1:37)"
            ),
            (
                "queue: -1, max_concurrency: 1",
                "providers.mock.queue: expected a whole number from 0 to 1000000, found -1 (sluice.yaml:1:29)"
            ),
        ]
    )
    func wrong(text: String, message: String) {
        let result = loadYAML("providers: { mock: { \(text) } }")
        #expect(result.diagnostics.map(\.description) == [message], "\(result.report)")
    }

    @Test("pings come every fifteen seconds, otherwise, or never")
    func ping() throws {
        func ping(_ text: String) throws -> Duration? {
            let result = loadYAML(text)
            return try #require(result.configuration, "\(result.report)").server.timeouts.ping
        }
        #expect(try ping("") == .seconds(15))
        #expect(try ping("server: { timeouts: { ping: 5s } }") == .seconds(5))
        #expect(try ping("server: { timeouts: { ping: off } }") == nil)
        #expect(
            loadYAML("server: { timeouts: { ping: 0s } }").report
                == "error: server.timeouts.ping: expected off, or a duration like 15s, found 0s (sluice.yaml:1:29)")
    }

    @Test("a client that leaves is answered for by its key, else by all keys' default")
    func departure() throws {
        let result = loadYAML(
            """
            auth:
              when_client_leaves: drain_most
              keys:
                - { name: a, key: 0123456789abcdef, when_client_leaves: drain }
                - { name: b, key: 0123456789abcdeg }
            """
        )
        let auth = try #require(result.configuration, "\(result.report)").auth
        #expect(auth.whenClientLeaves == .drainMost)
        #expect(auth.keys.map(\.whenClientLeaves) == [.drain, nil])
        #expect(loadYAML("").configuration?.auth.whenClientLeaves == .cancel)
        #expect(
            loadYAML("auth: { when_client_leaves: stay }").report
                == "error: auth.when_client_leaves: expected cancel, drain or drain_most, found stay (sluice.yaml:1:29)"
        )
    }
}
