import SluiceCore
import Testing

@testable import SluiceConfig

@Suite("Limits in the configuration")
struct LimitConfigurationTests {
    private static let providers = "providers: { mock: {} }\n"

    @Test("levels are kept as they are written, several together too")
    func levels() throws {
        let result = loadYAML(
            """
            limits:
              key: { requests: 60/minute, tokens: [100000/minute, 5/second], budget: { amount: 25 USD/month, alerts: [80%] } }
              key+model: { concurrency: 20 }
              output_tokens_default: 512
              time_zone: Europe/Berlin
              alert_webhook: https://hooks.example.com/budgets?token=s3cret
            """)
        let limits = try #require(result.configuration, "\(result.report)").limits
        #expect(limits.levels.map(\.name) == ["key", "key+model"])
        #expect(
            limits.levels.first?.rules
                == .map([
                    .init("requests", .text("60/minute")),
                    .init("tokens", .list([.text("100000/minute"), .text("5/second")])),
                    .init(
                        "budget",
                        .map([.init("amount", .text("25 USD/month")), .init("alerts", .list([.text("80%")]))])),
                ]))
        #expect(limits.outputTokensDefault == 512)
        #expect(limits.timeZone == "Europe/Berlin")
        #expect(limits.alertWebhook == Secret("https://hooks.example.com/budgets?token=s3cret"))
    }

    @Test("nothing is limited by default")
    func defaults() throws {
        let limits = try #require(loadYAML("").configuration).limits
        #expect(limits == LimitsConfiguration())
        #expect(limits.levels.isEmpty)
        #expect(limits.timeZone == "UTC")
    }

    @Test("keys, models and providers have limits of their own")
    func ownLimits() throws {
        let result = loadYAML(
            """
            providers: { mock: { limits: { requests: 1/second } } }
            models: { m: { targets: [mock], limits: { requests: 2/second } } }
            auth: { keys: [{ name: ci, key: 0123456789abcdef, limits: { budget: 1 USD/day } }] }
            """)
        let configuration = try #require(result.configuration, "\(result.report)")
        #expect(configuration.providers.first?.limits == .map([.init("requests", .text("1/second"))]))
        #expect(configuration.models.first?.limits == .map([.init("requests", .text("2/second"))]))
        #expect(configuration.auth.keys.first?.limits == .map([.init("budget", .text("1 USD/day"))]))
    }

    @Test("what is wrong with a rule is reported with its line and its key")
    func problems() {
        let result = loadYAML(
            """
            limits:
              key:
                requests: bad
                tokens:
                  - 1/second
                  - bad too
              keys: { requests: 60/minute }
              time_zone: Mars/Olympus
            auth:
              keys:
                - { name: ci, key: 0123456789abcdef, limits: { concurrency: bad } }
            """)
        #expect(result.configuration == nil)
        for expected in [
            "limits.key.requests: not this (sluice.yaml:3", "limits.key.tokens[1]: not this (sluice.yaml:6",
            "limits.keys: no level (sluice.yaml:7", "limits.time_zone: expected a time zone",
            "auth.keys[0].limits.concurrency: not this (sluice.yaml:11",
        ] {
            #expect(result.report.contains(expected), "\(expected)\n\(result.report)")
        }
    }

    @Test("a single value is reported at itself where a list is meant")
    func singleValue() {
        let result = loadYAML("limits: { key: { tokens: bad } }")
        #expect(result.report.contains("limits.key.tokens: not this"), "\(result.report)")
    }

    @Test("unknown keys within a level are errors")
    func unknownKeys() {
        let result = loadYAML("limits: { key: { request: 60/minute } }")
        #expect(result.report.contains("limits.key.request: unknown key; did you mean requests?"), "\(result.report)")
    }

    @Test("a webhook is a URL, and no message shows it")
    func webhook() {
        let result = loadYAML("limits: { alert_webhook: hooks.example.com/s3cret }")
        #expect(result.report.contains("limits.alert_webhook: expected a URL"), "\(result.report)")
        #expect(!result.report.contains("s3cret"))
    }

    @Test("variables set limits")
    func environment() throws {
        let result = loadYAML(
            "limits: { key: { requests: 60/minute } }",
            environment: ["SLUICE_LIMITS_KEY_REQUESTS": "5/second", "SLUICE_LIMITS_OUTPUT_TOKENS_DEFAULT": "7"])
        let limits = try #require(result.configuration, "\(result.report)").limits
        #expect(limits.levels.first?.rules == .map([.init("requests", .text("5/second"))]))
        #expect(limits.outputTokensDefault == 7)
    }

    @Test("what is printed reads back as the same, without the webhook")
    func printing() throws {
        let text = """
            providers: { mock: { limits: { requests: 1/second } } }
            models: { m: { targets: [mock], limits: { tokens: [2/second, "3/minute, cached 10%"] } } }
            auth: { keys: [{ name: ci, key: 0123456789abcdef, models: [m], limits: { budget: { amount: 1 USD/day, action: soft } } }] }
            limits: { key+model: { concurrency: 3 }, time_zone: Europe/Berlin, alert_webhook: https://h.example/x }
            """
        let first = try #require(loadYAML(text).configuration)
        let printed = ConfigurationPrinter().yaml(first)
        #expect(!printed.contains("h.example"))
        let second = try #require(loadYAML(printed).configuration, "\(printed)")
        #expect(second.limits.levels == first.limits.levels)
        #expect(second.limits.timeZone == "Europe/Berlin")
        #expect(second.providers.first?.limits == first.providers.first?.limits)
        #expect(second.models.first?.limits == first.models.first?.limits)
    }
}
