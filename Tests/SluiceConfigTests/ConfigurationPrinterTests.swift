import SluiceConfig
import SluiceCore
import Testing

@Suite("Printing a configuration")
struct ConfigurationPrinterTests {
    /// What is left of `configuration` once nobody knows the secrets.
    private func withoutSecrets(_ configuration: GatewayConfiguration) -> GatewayConfiguration {
        var result = configuration
        for index in result.providers.indices {
            if !result.providers[index].apiKeys.isEmpty { result.providers[index].isEnabled = false }
            result.providers[index].apiKeys = []
            result.providers[index].headers = []
        }
        result.outbound.proxy?.password = nil
        result.auth.keys = []
        result.storage.database = StorageConfiguration().database
        return result
    }

    @Test("the text loads back as the same configuration but for the secrets")
    func loadsBack() throws {
        let result = loadYAML(
            #"""
            server:
              listen: "[::1]:1"
              timeouts: { ping: off }
              expose_target_model: on
              admin: 127.0.0.1:2
              threads: 2
              tls: { certificate: "a b.crt", private_key: "k#.key", client_ca: c, client_certificate: optional }
              cors: { allowed_origins: ["*"] }
              trusted_proxies: ["::1", 10.0.0.0/8]
              ready_needs_database: on
            storage: { database: "postgres://u:secret@d/x", redis: "redis://r", when_redis_fails: local, replicas: 2, redis_share: 2.5%, known_keys: 5s }
            ledger: { directory: "a b", fsync: none, journal_limit: 16MiB, when_disk_full: refuse, retention: off, rollup_retention: 90d }
            outbound: { proxy: "http://us%3Aer:pass@proxy:3128", no_proxy: ["*.x"], ca: c }
            providers:
              openai: { api_key: secret, headers: { x-a: secret }, forward_headers: [a], timeouts: { idle: 1m30s } }
              azure: { base_url: "https://a.example.com", api_keys: [s1, s2], api_version: 2026-05-01, proxy: "http://o:1" }
              anthropic: { breaker: off, retry_budget: off, max_concurrency: 2, queue: 0 }
              groq: { retry_budget: 7.5%, breaker: { window: 1m, failures: 33.33% }, probe: { path: /healthz } }
              "1.5": { kind: mock, region: "true", proxy: off }
            models:
              gpt-4.1: openai
              "*": { targets: [{ provider: "1.5", model: "$${x} \"quoted\" \\ ü: #" }, azure/y], timeouts: { total: 1h } }
              "null": openai
              other: "null"
              "a-*": { alias: gpt-4.1 }
              full:
                strategy: { kind: sticky, by: header, header: x-session }
                targets:
                  - { provider: openai, model: "1.50", weight: 95, capabilities: { efforts: [low] }, price: { input: 1.25, output: 10 } }
                  - { model: other, weight: 0 }
                retry: { attempts: 3, on: [429, cut], backoff: 1s, within: 3s, retry_after_cap: 0s }
                fallback: { default: [other, openai/x], context_window: [azure] }
                hold: { events: 2, time: 10ms }
                hedge: { after: 800ms }
                mirror: { to: azure/z, percent: 0.5% }
                expose_target_model: off
                capture: true
              never: { targets: [openai], retry: { on: [] } }
              b1: { strategy: weighted, targets: [openai, azure] }
              b2: { strategy: least_busy, targets: [openai, azure] }
              b3: { strategy: { kind: fastest, by: output_token, probe: 3% }, targets: [openai, azure] }
              b4: { strategy: cheapest, targets: [openai, azure] }
              b5: { strategy: { kind: sticky, by: user }, targets: [openai, azure] }
              b6: { strategy: sticky, targets: [openai, azure] }
              b7: { strategy: { kind: prefix, load: 1.25, memory: 1MiB, expiry: 2m }, targets: [openai, azure] }
            routes:
              - { path: /a, input_format: openai, upstream: openai }
              - { match: { path: "/b*" }, use: { target: "1.5/m" } }
              - { match: { path: /c, header: { X-A: "a*", x-b: "1" }, surface: [chat, converse] }, use: { model: full } }
              - { match: { header: { x-a: "true" } }, use: { model: openai/m }, conversion: default }
              - { match: { surface: messages }, use: { model_prefix: "a-" }, conversion: strict }
            prices:
              "*": { input: 0.25, cached_input: 0, cache_write: 1, cache_write_1h: 2, output: 3, reasoning: 4, audio_input: 5, audio_output: 6, request: 0.01, image: 0.04 }
              openai/gpt-*: { output: 0.000000001 }
            auth: { when_client_leaves: drain, registration: { a.com: t, b.com: default }, keys: [{ name: ci, key: secret-secret-secret, tenant: t, models: ["gpt-*"], when_client_leaves: drain_most, capture: false }, { name: x, key: other-other-other-1 }] }
            """#,
            files: ["a b.crt": "", "k#.key": "", "c": ""]
        )
        let configuration = try #require(result.configuration, "\(result.report)")
        let text = ConfigurationPrinter().yaml(configuration)
        let again = loadYAML(text, files: ["a b.crt": "", "k#.key": "", "c": ""])
        let loaded = try #require(again.configuration, "\(again.report)\n\(text)")
        #expect(loaded == withoutSecrets(configuration), "\(text)")
        #expect(again.warnings.contains { $0.message.contains("stands for a hidden secret") })
        #expect(ConfigurationPrinter().yaml(configuration) == text)
    }

    @Test("the defaults are printed in full")
    func defaults() throws {
        let configuration = try #require(load([:]).configuration)
        let text = ConfigurationPrinter().yaml(configuration)
        for line in [
            "listen: 127.0.0.1:8080", "threads: auto", "request_body: 32MiB", "first_content: 5m",
            "shutdown_grace: 30s", "required: true",
        ] {
            #expect(text.contains(line), "\(text)")
        }
        #expect(loadYAML(text).configuration == configuration)
    }

    @Test("no secret is printed")
    func secrets() throws {
        let result = loadYAML(
            "providers: { openai: { api_key: canary } }\nauth: { keys: [{ name: a, key: canary-canary-canary }] }")
        let text = ConfigurationPrinter().yaml(try #require(result.configuration))
        #expect(!text.contains("canary"))
        #expect(text.contains("***"))
    }
}
