import SluiceConfig
import SluiceCore
import SluiceWire
import Testing

@Suite("Credentials, places and capabilities of providers")
struct ProviderCredentialTests {
    private static func provider(
        _ text: String,
        environment: [String: String] = [:],
        files: [String: String] = [:]
    ) throws -> ProviderConfiguration {
        let result = loadYAML("providers: { \(text) }", environment: environment, files: files)
        return try #require(result.configuration?.providers.first, "\(result.report)")
    }

    @Test("keys that sign")
    func signing() throws {
        let provider = try Self.provider(
            "bedrock: { region: EU-west-1, access_key_id: AKIA1, secret_access_key: s, session_token: t, profile: p }")
        #expect(provider.region == "eu-west-1")
        #expect(provider.profile == "p")
        #expect(
            provider.signing
                == SigningKeys(accessKeyID: Secret("AKIA1"), secretAccessKey: Secret("s"), sessionToken: Secret("t")))
        #expect(provider.isEnabled)
        #expect(try Self.provider("bedrock: { region: eu-west-1 }").signing == nil)
    }

    @Test("the environment's key does not come between keys or a profile of the file")
    func bearer() throws {
        let environment = ["AWS_BEARER_TOKEN_BEDROCK": "b", "AWS_REGION": "eu-west-1"]
        #expect(try Self.provider("bedrock: {}", environment: environment).apiKeys == [Secret("b")])
        #expect(try Self.provider("bedrock: { profile: p }", environment: environment).apiKeys.isEmpty)
        let signing = "bedrock: { access_key_id: a, secret_access_key: s }"
        #expect(try Self.provider(signing, environment: environment).apiKeys.isEmpty)
    }

    @Test("a service account is a file or its content, and the file is watched")
    func serviceAccount() throws {
        let files = ["key.json": "{\"type\":\n\"service_account\"}"]
        let content = Secret(files["key.json"] ?? "")
        #expect(try Self.provider("vertex: { service_account: key.json }", files: files).serviceAccount == content)
        #expect(
            try Self.provider("vertex: { service_account: \"${file:key.json}\" }", files: files).serviceAccount
                == content)
        #expect(
            try Self.provider("vertex: {}", environment: ["GOOGLE_APPLICATION_CREDENTIALS": "key.json"], files: files)
                .serviceAccount == content)
        let result = loadYAML("providers: { vertex: { service_account: key.json } }", files: files)
        #expect(result.stamps.keys.contains("key.json"))
    }

    @Test("a project stands in the file, in the environment, or in a service account")
    func project() throws {
        #expect(try Self.provider("vertex: { project: p }").project == "p")
        #expect(try Self.provider("vertex: {}", environment: ["GOOGLE_CLOUD_PROJECT": "e"]).project == "e")
    }

    @Test("one dialect of a kind that can be told")
    func dialect() throws {
        #expect(try Self.provider("m: { kind: dialects, dialect: gemini }").dialect == "gemini")
    }

    @Test("facts about models, of a provider and of a target, as lists or with commas")
    func capabilities() throws {
        let result = loadYAML(
            """
            providers:
              mock: { capabilities: { efforts: [low, high], maximum_output_tokens: 4096, takes_top_k: true } }
            models:
              a: { targets: [{ provider: mock, model: b, capabilities: { thinking: "adaptive, effort" } }] }
            """,
            environment: ["SLUICE_PROVIDERS_MOCK_CAPABILITIES_MAXIMUM_TOOLS": "7"]
        )
        let configuration = try #require(result.configuration, "\(result.report)")
        var capabilities = ModelCapabilities()
        capabilities.apply(configuration.providers[0].capabilities)
        #expect(capabilities.efforts == [.low, .high])
        #expect(capabilities.maximumOutputTokens == 4096)
        #expect(capabilities.maximumTools == 7)
        #expect(capabilities.takesTopK)
        capabilities.apply(configuration.models[0].targets[0].capabilities)
        #expect(capabilities.thinking == [.adaptive, .effort])
    }

    @Test("what a conversion may lose, of models and routes of both forms")
    func conversion() throws {
        let result = loadYAML(
            """
            providers: { mock: {} }
            models:
              a: { targets: [mock], conversion: strict }
              b: { targets: [mock], conversion: default }
              c: mock
            routes:
              - { match: { path: /a }, use: { target: mock }, conversion: strict }
              - { path: /b, upstream: mock, conversion: strict }
              - { path: /c, upstream: mock }
            """
        )
        let configuration = try #require(result.configuration, "\(result.report)")
        #expect(configuration.models.map(\.conversion) == [.strict, .default, .default])
        #expect(configuration.routes.map(\.conversion) == [.strict, .strict, nil])
    }

    @Test("a key that seals thoughts")
    func carrierKey() throws {
        let text = "server: { carrier_key: \"${CARRIER}\" }"
        let result = loadYAML(text, environment: ["CARRIER": "0123456789abcdef"])
        #expect(result.configuration?.server.carrierKey == Secret("0123456789abcdef"))
        #expect(loadYAML("").configuration?.server.carrierKey == nil)
        #expect(loadYAML(text).report.contains("CARRIER is not set"))
    }

    @Test(
        "what is wrong is said, with the fix",
        arguments: [
            (
                "providers: { bedrock: {} }",
                "error: providers.bedrock.region: missing; a provider of kind bedrock is in a region; write it, or set AWS_REGION (sluice.yaml:1:14)"
            ),
            (
                "providers: { bedrock: { region: \"eu.example.com/\" } }",
                "error: providers.bedrock.region: expected a region like eu-west-1, found eu.example.com/ (sluice.yaml:1:33)"
            ),
            (
                "providers: { bedrock: { region: r, access_key_id: a } }",
                "error: providers.bedrock.secret_access_key: missing; access_key_id alone is not enough (sluice.yaml:1:23)"
            ),
            (
                "providers: { bedrock: { region: r, secret_access_key: a } }",
                "error: providers.bedrock.access_key_id: missing; secret_access_key alone is not enough (sluice.yaml:1:23)"
            ),
            (
                "providers: { mock: { profile: p } }",
                "error: providers.mock.profile: a provider of kind mock takes no profile; remove it (sluice.yaml:1:31)"
            ),
            (
                "providers: { mock: { dialect: gemini } }",
                "error: providers.mock.dialect: a provider of kind mock takes no dialect; remove it (sluice.yaml:1:31)"
            ),
            (
                "providers: { m: { kind: dialects, dialect: german } }",
                "error: providers.m.dialect: expected openai, anthropic or gemini, found german (sluice.yaml:1:44)"
            ),
            (
                "providers: { vertex: {} }",
                "error: providers.vertex.project: missing; a provider of kind vertex needs a project; write it, or set GOOGLE_CLOUD_PROJECT (sluice.yaml:1:14)"
            ),
            (
                "providers: { vertex: { service_account: none.json } }",
                "error: providers.vertex.service_account: the file none.json: not found (sluice.yaml:1:41)"
            ),
            (
                "providers: { mock: { capabilities: { maximum_tool: 1 } } }",
                "error: providers.mock.capabilities.maximum_tool: unknown key; did you mean maximum_tools? (sluice.yaml:1:38)"
            ),
            (
                "providers: { mock: { capabilities: { efforts: [low, huge] } } }",
                "error: providers.mock.capabilities.efforts: expected a list of none, minimal, low, medium, high, xhigh or max, found a list (sluice.yaml:1:47)"
            ),
            (
                "providers: { mock: {} }\nmodels: { a: { targets: [mock], conversion: lax } }",
                "error: models.a.conversion: expected default or strict, found lax (sluice.yaml:2:45)"
            ),
            (
                "server: { carrier_key: short }",
                "error: server.carrier_key: shorter than 16 characters; make a longer one (sluice.yaml:1:24)"
            ),
        ]
    )
    func wrong(text: String, report: String) {
        #expect(loadYAML(text).report == report)
    }

    @Test("the environment makes a provider that it has credentials and a place for")
    func ofEnvironment() throws {
        func names(_ environment: [String: String]) -> [String]? {
            loadYAML("", environment: environment, files: ["k.json": "{}"]).configuration?.providers.map(\.name)
        }
        #expect(names(["AWS_ACCESS_KEY_ID": "a", "AWS_REGION": "r"]) == ["mock", "bedrock"])
        #expect(names(["AWS_ACCESS_KEY_ID": "a"]) == ["mock"])
        #expect(names(["AWS_REGION": "r"]) == ["mock"])
        #expect(names(["AWS_BEARER_TOKEN_BEDROCK": "b", "AWS_REGION": "r"]) == ["mock", "bedrock"])
        #expect(names(["GOOGLE_APPLICATION_CREDENTIALS": "k.json"]) == ["mock", "vertex"])
    }

    @Test("it is printed without its secrets, and loads back")
    func printed() throws {
        let result = loadYAML(
            """
            server: { carrier_key: canary-canary-canary }
            providers:
              bedrock: { region: r, access_key_id: canary, secret_access_key: canary, session_token: canary, profile: p }
              vertex: { project: p, service_account: "{\\"canary\\":1}" }
              m: { kind: dialects, dialect: gemini, capabilities: { efforts: [], takes_top_k: true, thinking: [effort] } }
            models:
              a: { targets: [{ provider: m, capabilities: { maximum_tools: 3 } }], conversion: strict }
            routes:
              - { match: { path: /a }, use: { target: m/x }, conversion: strict }
              - { path: /b, input_format: openai, upstream: m, conversion: strict }
            """
        )
        var configuration = try #require(result.configuration, "\(result.report)")
        let text = ConfigurationPrinter().yaml(configuration)
        #expect(!text.contains("canary"))
        let again = loadYAML(text)
        let loaded = try #require(again.configuration, "\(again.report)\n\(text)")
        configuration.server.carrierKey = nil
        configuration.providers[0].signing = nil
        configuration.providers[1].serviceAccount = nil
        #expect(loaded == configuration, "\(text)")
    }
}
