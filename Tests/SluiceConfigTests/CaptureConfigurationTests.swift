import SluiceCore
import SluiceWire
import Testing

@testable import SluiceConfig

@Suite("The configuration of capture")
struct CaptureConfigurationTests {
    private func configuration(_ text: String) throws -> GatewayConfiguration {
        let result = loadYAML(text)
        return try #require(result.configuration, "\(result.report)")
    }

    @Test("nothing written is off, and every key is read")
    func everyKey() throws {
        let none = try self.configuration("")
        #expect(none.capture == CaptureConfiguration() && !none.canCapture && none.captureSummary == nil)
        let text = """
            capture:
              enabled: true
              directory: /var/lib/sluice/payloads
              max_bytes: 64KiB
              retention: 1h
              disk_limit: 2GiB
              queue_bytes: 1MiB
              sample: 12.5%
              redact:
                patterns: [email, phone]
                fields: [password, user.email]
            """
        let all = try self.configuration(text)
        var expected = CaptureConfiguration(
            isEnabled: true, directory: "/var/lib/sluice/payloads", bodyLimit: .kibibytes(64),
            retention: .seconds(3600),
            diskLimit: .mebibytes(2048), queueLimit: .mebibytes(1), sample: Percentage(basisPoints: 1250))
        expected.redaction = RedactionRules(
            patterns: [.email, .phone],
            fields: [RedactedField("password"), RedactedField("user.email")].compactMap { $0 })
        #expect(all.capture == expected && all.canCapture)
        #expect(try self.configuration("capture: { redact: { patterns: [] } }").capture.redaction.isEmpty)
        #expect(
            try self.configuration(ConfigurationPrinter().yaml(all)).capture == expected,
            "as it is shown it is read again")
    }

    @Test(
        "values out of bounds are errors",
        arguments: [
            "enabled: perhaps", "directory: ''", "max_bytes: 5MiB", "retention: off", "retention: 1s",
            "disk_limit: 1KiB",
            "queue_bytes: 1KiB", "sample: 101%", "redact: { patterns: [emails] }", "redact: { fields: ['a..b'] }",
            "max_bytes: 4MiB, queue_bytes: 8MiB", "unknown: 1",
        ]
    )
    func bounds(line: String) {
        #expect(loadYAML("capture: { \(line) }").configuration == nil)
    }

    @Test("keys and models say whether they are captured, and the summary names them")
    func whom() throws {
        let text = """
            capture: { enabled: true, sample: 50% }
            providers: { openai: { api_key: sk-1 } }
            models:
              smart: { targets: [openai/gpt-4o], capture: true }
              other: { targets: [openai/gpt-4o] }
            auth:
              keys:
                - { name: one, key: sk-test-0123456789abcdef, capture: true }
                - { name: two, key: sk-test-0123456789abcdeg, capture: false }
                - { name: three, key: sk-test-0123456789abcdeh }
            """
        let configuration = try self.configuration(text)
        #expect(configuration.models.map(\.isCaptured) == [true, false])
        #expect(configuration.auth.keys.map(\.isCaptured) == [true, false, nil])
        #expect(
            configuration.captureSummary
                == "prompts and answers are captured: 50% of those of the models smart, of the keys one, of stored keys that say so; "
                + "kept for 7d in ./data/payloads")
        #expect(loadYAML(text).warnings.isEmpty, "\(loadYAML(text).report)")
    }

    @Test("what has no effect is a warning")
    func withoutEffect() {
        let rest = """
            providers: { openai: { api_key: sk-1 } }
            models: { smart: { targets: [openai/gpt-4o], capture: true } }
            auth: { keys: [{ name: one, key: sk-test-0123456789abcdef, capture: true }] }
            """
        for text in [
            "", "capture: { enabled: true }\nledger: { enabled: false }",
            "capture: { enabled: true }\nstorage: { database: off }",
        ] {
            let paths = Set(loadYAML(text + "\n" + rest).warnings.map(\.path))
            #expect(paths.isSuperset(of: ["models.smart.capture", "auth.keys[0].capture"]), "\(text)")
        }
        #expect(loadYAML("capture: { max_bytes: 1KiB }").warnings.contains { $0.path == "capture.max_bytes" })
    }
}
