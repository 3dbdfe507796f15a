import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceProviders
import SluiceRouting
import SluiceWire
import Testing

@testable import SluiceServer

@Suite("What a configuration says of vendors reaches the snapshot")
struct VendorSnapshotTests {
    private static func build(
        _ configuration: GatewayConfiguration, environment: [String: String] = [:]
    ) -> Snapshot {
        SnapshotBuilder(mockPort: 9, startKey: nil, environment: environment).build(configuration)
    }

    @Test("regions are part of the address, and a project of the path")
    func regions() throws {
        let account = #"""
            {"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","quota_project_id":"q"}
            """#
        let snapshot = Self.build(
            GatewayConfiguration(
                providers: [
                    ProviderConfiguration(name: "bedrock", region: "eu-west-1"),
                    ProviderConfiguration(name: "vertex", region: "europe-west4", project: "p"),
                    ProviderConfiguration(name: "v2", kind: "vertex", serviceAccount: Secret(account)),
                ]))
        #expect(
            snapshot.providers.map(\.authority) == [
                "bedrock-runtime.eu-west-1.amazonaws.com", "europe-west4-aiplatform.googleapis.com",
                "aiplatform.googleapis.com",
            ])
        let target = snapshot.providers[2].provider.address(surface: .generateContent, model: "m")?.target
        #expect(target == "/v1/projects/q/locations/global/publishers/google/models/m:generateContent")
    }

    @Test("the mock model serves the dialect that it is told to")
    func mock() throws {
        let snapshot = Self.build(
            GatewayConfiguration(providers: [ProviderConfiguration(name: "m", kind: "mock", dialect: "bedrock")]))
        let provider = try #require(snapshot.providers.first?.provider)
        #expect(provider.dialect == .bedrock)
        #expect(provider.address(surface: .converse, model: "m")?.target == "/model/m/converse")
        #expect(provider.address(surface: .chat, model: "m") == nil)
    }

    @Test("capabilities of providers and targets, and what a conversion may lose")
    func conversion() throws {
        let configuration = GatewayConfiguration(
            providers: [
                ProviderConfiguration(
                    name: "a", kind: "mock", capabilities: [try CapabilityOverride("maximum_tools", ["3"])]),
                ProviderConfiguration(name: "off", kind: "groq", isEnabled: false),
            ],
            models: [
                ModelConfiguration(
                    pattern: ModelPattern("x"),
                    targets: [
                        TargetConfiguration(provider: "off"),
                        TargetConfiguration(
                            provider: "a", model: "b",
                            capabilities: [try CapabilityOverride("maximum_output_tokens", ["5"])]),
                    ],
                    conversion: .strict),
                ModelConfiguration(pattern: ModelPattern("y"), targets: [TargetConfiguration(provider: "a")]),
            ],
            routes: [
                RouteConfiguration(
                    match: RouteMatch(path: "/r"), use: .target(TargetConfiguration(provider: "a")), conversion: .strict
                )
            ]
        )
        let snapshot = Self.build(configuration)
        #expect(snapshot.modelSettings.map(\.convertsStrictly) == [true, false])
        #expect(snapshot.strictRoutes == [true])
        let plan = try #require(snapshot.models.resolve("x"))
        let target = try #require(plan.targets.first)
        let own = snapshot.providers[target.provider].provider.capabilities(of: target.model)
        #expect(own.maximumTools == 3)
        let overrides = snapshot.modelSettings[try #require(plan.entry)].capabilityOverrides
        #expect(overrides[try #require(target.index)](own).maximumOutputTokens == 5)
        #expect(snapshot.modelSettings.map(\.capabilityOverrides.count) == [1, 1])
    }

    @Test("the key that seals thoughts: configured, made of the credentials, or the process's own")
    func seal() {
        func tag(_ configuration: GatewayConfiguration) -> [UInt8] {
            Self.build(configuration).seal.tag(over: Array("x".utf8).span)
        }
        let key = ServerConfiguration(carrierKey: Secret("0123456789abcdef"))
        let providers = [ProviderConfiguration(name: "openai", apiKeys: [Secret("k")])]
        #expect(tag(GatewayConfiguration(server: key)) == tag(GatewayConfiguration(server: key, providers: providers)))
        #expect(tag(GatewayConfiguration(providers: providers)) == tag(GatewayConfiguration(providers: providers)))
        #expect(tag(GatewayConfiguration(providers: providers)) != tag(GatewayConfiguration(server: key)))
        #expect(tag(GatewayConfiguration()) != tag(GatewayConfiguration()))
        let builder = SnapshotBuilder(mockPort: nil, startKey: nil)
        let bytes = Array("x".utf8)
        #expect(
            builder.build(GatewayConfiguration()).seal.tag(over: bytes.span)
                == builder.build(GatewayConfiguration()).seal.tag(over: bytes.span))
    }

    @Test("a file and an environment of the vendors' own names load, with what the kinds say of themselves")
    func kinds() throws {
        let loader = ConfigurationLoader(
            environment: [
                "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "CO_API_KEY": "c",
                "GOOGLE_API_KEY": "g", "ANTHROPIC_API_KEY": "k", "OLLAMA_BASE_URL": "http://ollama:11434",
                "GOOGLE_CLOUD_PROJECT": "p",
            ], files: SystemFiles(), knownKinds: KnownKinds.all)
        let result = loader.load(text: "", format: .yaml, source: "none")
        let names = try #require(result.configuration).providers.map(\.name)
        #expect(Set(names) == ["mock", "bedrock", "cohere", "gemini", "anthropic", "ollama"])
        let wrong = loader.load(text: "providers: { mock: { dialect: german } }", format: .yaml, source: "f")
        #expect(wrong.errors.map(\.message).first?.hasPrefix("expected openai, openai-responses, anthropic") == true)
        let told = loader.load(
            text: "providers: { mock: { dialect: openai-responses }, vertex: {} }", format: .yaml, source: "f")
        #expect(told.configuration?.providers.first?.dialect == "openai-responses")
        #expect(told.configuration?.providers.last?.project == "p")
    }
}
