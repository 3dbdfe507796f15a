import SluiceConfig
import SluiceCore
import Testing

@Suite("Secrets")
struct SecretTests {
    private let canary = "sk-canary-7f3a9c"

    @Test("a secret is printed by none of the ways there are")
    func isNotPrinted() {
        let secret = Secret(canary)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), dumped, "\([secret])"] {
            #expect(!text.contains("canary"))
        }
    }

    @Test("a whole configuration can be dumped without its secrets")
    func isNotPrintedInside() throws {
        let result = loadYAML(
            """
            outbound: { proxy: "http://user:\(canary)@proxy:3128" }
            providers:
              openai: { api_key: \(canary), headers: { x-key: \(canary) } }
              azure: { base_url: "https://a.example.com", api_keys: [\(canary)1, \(canary)2] }
            auth: { keys: [{ name: ci, key: \(canary) }] }
            """
        )
        let configuration = try #require(result.configuration, "\(result.report)")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("canary"))
        #expect(!"\(configuration)".contains("canary"))
        #expect(!ConfigurationPrinter().yaml(configuration).contains("canary"))
        #expect(configuration.providers.first?.apiKeys.first?.expose() == canary)
    }

    @Test(
        "no message holds a secret, whatever is wrong with it",
        arguments: [
            "providers: { openai: { api_key: \"sk-canary\\n\" } }",
            "providers: { openai: { api_key: [sk-canary] } }",
            "providers: { openai: { api_key: { a: sk-canary } } }",
            "providers: { mock: { api_key: sk-canary } }",
            "providers: { openai: { api_key: \"sk-canary\", api_keys: [sk-canary] } }",
            "providers: { openai: { api_key: k, base_url: \"https://user:sk-canary@h\" } }",
            "outbound: { proxy: \"socks5://user:sk-canary@h\" }",
            "auth: { keys: [{ name: a, key: \"sk-canary 1\" }] }",
            "auth: sk-canary",
            "providers: { openai: sk-canary }",
            "providers: { openai: { api_keys: sk-canary } }",
            "providers: { openai: { api_key: k, base_url: \"https://h/?key=sk-canary\" } }",
            "outbound: { proxy: \"user:sk-canary@h:x\" }",
            "auth: { keys: [{ name: a, key: sk-canary }, { name: b, key: sk-canary }] }",
            "server: { listen: \"${CANARY}\" }",
            "server: { timeouts: { idle: \"${file:secret}\" } }",
            "providers: { openai: { api_key: k, headers: { x: \"sk-canary\\r\\n\" } } }",
        ]
    )
    func isInNoMessage(text: String) {
        let result = loadYAML(text, environment: ["CANARY": "sk-canary"], files: ["secret": "sk-canary\n"])
        #expect(!result.diagnostics.isEmpty)
        #expect(!result.report.contains("canary"), "\(result.report)")
    }

    @Test("secrets are equal by their bytes")
    func equality() {
        #expect(Secret("a") == Secret(bytes: [0x61]))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("a") != Secret("aa"))
        #expect(Secret("").isEmpty)
    }
}
