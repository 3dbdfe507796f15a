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
        return result
    }

    @Test("the text loads back as the same configuration but for the secrets")
    func loadsBack() throws {
        let result = loadYAML(
            #"""
            server:
              listen: "[::1]:1"
              admin: 127.0.0.1:2
              threads: 2
              tls: { certificate: "a b.crt", private_key: "k#.key", client_ca: c, client_certificate: optional }
              cors: { allowed_origins: ["*"] }
              trusted_proxies: ["::1", 10.0.0.0/8]
            outbound: { proxy: "http://us%3Aer:pass@proxy:3128", no_proxy: ["*.x"], ca: c }
            providers:
              openai: { api_key: secret, headers: { x-a: secret }, forward_headers: [a], timeouts: { idle: 1m30s } }
              azure: { base_url: "https://a.example.com", api_keys: [s1, s2], api_version: 2026-05-01, proxy: "http://o:1" }
              anthropic: {}
              "1.5": { kind: mock, region: "true", proxy: off }
            models:
              gpt-4.1: openai
              "*": { targets: [{ provider: "1.5", model: "$${x} \"quoted\" \\ ü: #" }, azure/y], timeouts: { total: 1h } }
              "null": openai
            routes:
              - { path: /a, input_format: openai, upstream: openai }
              - { match: { path: "/b*" }, use: { target: "1.5/m" } }
            auth: { keys: [{ name: ci, key: secret-secret-secret, tenant: t, models: ["gpt-*"] }, { name: x, key: other-other-other-1 }] }
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
