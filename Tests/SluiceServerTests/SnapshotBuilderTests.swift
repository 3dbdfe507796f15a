import NIOCore
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceRouting
import Testing

@testable import SluiceServer

@Suite("SnapshotBuilder")
struct SnapshotBuilderTests {
    private static func base(_ text: String) throws -> BaseURL { try #require(BaseURL(text)) }

    private static func builder(mockPort: Int? = nil, startKey: String? = nil) -> SnapshotBuilder {
        SnapshotBuilder(mockPort: mockPort, startKey: startKey.map { Secret($0) })
    }

    @Test("providers that are on come in order, with where they are and what they serve")
    func providers() throws {
        let configuration = GatewayConfiguration(
            providers: [
                ProviderConfiguration(name: "openai", apiKeys: [Secret("k")]),
                ProviderConfiguration(name: "off", kind: "groq", isEnabled: false),
                ProviderConfiguration(name: "vllm-a", kind: "vllm", baseURL: try Self.base("http://vllm-a:8000/v1")),
                ProviderConfiguration(name: "nowhere", kind: "vllm"),
                ProviderConfiguration(name: "strange", kind: "nobody"),
            ]
        )
        let snapshot = Self.builder().build(configuration)
        #expect(snapshot.providers.map(\.provider.name) == ["openai", "vllm-a"])
        #expect(snapshot.providers[0].origin == UpstreamOrigin(isSecure: true, host: "api.openai.com", port: 443))
        #expect(snapshot.providers[1].origin == UpstreamOrigin(isSecure: false, host: "vllm-a", port: 8000))
        #expect(snapshot.providers[1].authority == "vllm-a:8000")
        #expect(snapshot.models.resolve("gpt-4o")?.targets == [Target(provider: 0, model: "gpt-4o")])
        #expect(snapshot.models.resolve("vllm-a/llama")?.targets == [Target(provider: 1, model: "llama")])
        let address = snapshot.providers[0].provider.address(surface: .chat, model: "m")
        #expect(address?.target == "/v1/chat/completions")
        #expect(address?.headers.first?.value == "Bearer k")
    }

    @Test("models lead to the providers that are there, with timeouts of their own")
    func models() throws {
        let configuration = GatewayConfiguration(
            server: ServerConfiguration(timeouts: Timeouts(firstEvent: .seconds(1), idle: .seconds(2))),
            providers: [
                ProviderConfiguration(
                    name: "openai", timeouts: TimeoutOverrides(connect: .seconds(3), idle: .seconds(4))),
                ProviderConfiguration(name: "off", kind: "groq", isEnabled: false),
            ],
            models: [
                ModelConfiguration(
                    pattern: ModelPattern("smart"),
                    targets: [
                        TargetConfiguration(provider: "off"), TargetConfiguration(provider: "openai", model: "gpt-4o"),
                    ],
                    timeouts: TimeoutOverrides(firstEvent: .seconds(20))
                ),
                ModelConfiguration(pattern: ModelPattern("lost"), targets: [TargetConfiguration(provider: "off")]),
            ]
        )
        let snapshot = Self.builder().build(configuration)
        let plan = try #require(snapshot.models.resolve("smart"))
        #expect(plan.targets == [Target(provider: 0, model: "gpt-4o", index: 0, entry: 0)])
        #expect(snapshot.models.resolve("lost") == nil)
        #expect(snapshot.models.resolve("gpt-4o") == nil)
        let provider = snapshot.providers[0].timeouts
        #expect(provider.connect == .seconds(3))
        #expect(provider.relay.idle == .seconds(4))
        #expect(provider.relay.firstEvent == .seconds(1))
        let entry = try #require(plan.entry)
        let model = try #require(snapshot.modelSettings[entry].timeouts?(provider))
        #expect(model.relay.firstEvent == .seconds(20))
        #expect(model.relay.idle == .seconds(4))
    }

    @Test("permits outlive a reload, and change with their number")
    func permits() throws {
        func configuration(_ count: Int?) throws -> GatewayConfiguration {
            GatewayConfiguration(
                providers: [
                    ProviderConfiguration(
                        name: "a", kind: "vllm", baseURL: try Self.base("http://a:1"), maxConcurrency: count),
                    ProviderConfiguration(
                        name: "b", kind: "vllm", baseURL: try Self.base("http://a:1"), maxConcurrency: count),
                ]
            )
        }
        let builder = Self.builder()
        let first = builder.build(try configuration(4))
        let second = builder.build(try configuration(4))
        let third = builder.build(try configuration(5))
        #expect(first.providers[0].permits != nil)
        #expect(first.providers[0].permits === second.providers[0].permits)
        #expect(first.providers[0].permits !== first.providers[1].permits)
        #expect(first.providers[0].permits !== third.providers[0].permits)
        #expect(builder.build(try configuration(nil)).providers[0].permits == nil)
        #expect(builder.build(try configuration(Int.max)).providers[0].permits != nil)
    }

    @Test("the built-in mock is where it listens, and a mock elsewhere is elsewhere")
    func mock() throws {
        let builtIn = GatewayConfiguration(providers: [ProviderConfiguration(name: "mock")])
        #expect(SnapshotBuilder.needsMock(builtIn))
        let snapshot = Self.builder(mockPort: 4321).build(builtIn)
        #expect(snapshot.providers.first?.origin == UpstreamOrigin(isSecure: false, host: "127.0.0.1", port: 4321))
        #expect(
            snapshot.providers.first?.provider.address(surface: .chat, model: "mock")?.target == "/v1/chat/completions")
        #expect(snapshot.models.resolve("mock")?.targets == [Target(provider: 0, model: "mock")])
        #expect(Self.builder().build(builtIn).providers.isEmpty)

        let elsewhere = GatewayConfiguration(
            providers: [ProviderConfiguration(name: "mock", baseURL: try Self.base("http://10.0.0.1:9/v1"))]
        )
        #expect(!SnapshotBuilder.needsMock(elsewhere))
        #expect(Self.builder().build(elsewhere).providers.first?.origin.host == "10.0.0.1")
        let off = GatewayConfiguration(providers: [ProviderConfiguration(name: "mock", isEnabled: false)])
        #expect(!SnapshotBuilder.needsMock(off))
    }

    @Test("keys of the file and the one of this start are known")
    func keys() {
        let configuration = GatewayConfiguration(
            auth: AuthConfiguration(
                isRequired: true,
                keys: [
                    StaticKeyConfiguration(
                        name: "ci", key: Secret("key-ci"), models: [ModelPattern("gpt-*")], tenant: "acme")
                ]
            )
        )
        let snapshot = Self.builder().build(configuration)
        let principal = snapshot.authenticator.known("key-ci", from: nil, at: UnixTime(milliseconds: 0))
        #expect(principal?.keyName == "ci")
        #expect(principal?.tenant == "acme")
        #expect(principal?.mayUse(model: "gpt-4o") == true)
        #expect(principal?.mayUse(model: "claude") == false)
        #expect(snapshot.authenticator.known("other", from: nil, at: UnixTime(milliseconds: 0)) == nil)
        #expect(snapshot.isAuthenticationRequired)
    }

    @Test("the key of this start is known as long as the file has none")
    func startKey() {
        let builder = Self.builder(startKey: "key-start")
        let none = builder.build(GatewayConfiguration(auth: AuthConfiguration(isRequired: true)))
        #expect(none.authenticator.known("key-start", from: nil, at: UnixTime(milliseconds: 0))?.keyName == "start")
        let keys = [StaticKeyConfiguration(name: "ci", key: Secret("key-ci"))]
        let some = builder.build(GatewayConfiguration(auth: AuthConfiguration(isRequired: true, keys: keys)))
        #expect(some.authenticator.known("key-start", from: nil, at: UnixTime(milliseconds: 0)) == nil)
        #expect(some.authenticator.known("key-ci", from: nil, at: UnixTime(milliseconds: 0))?.keyName == "ci")
    }

    @Test(
        "a proxy leads HTTPS upstreams, with its password in base 64",
        arguments: [
            (nil, nil, nil), ("u", nil, "Basic dTo="), ("u", "p", "Basic dTpw"), ("user", "pass", "Basic dXNlcjpwYXNz"),
            ("us", "pw", "Basic dXM6cHc="), ("ü", "ß", "Basic w7w6w58="), ("a", "???>>>", "Basic YTo/Pz8+Pj4="),
            ("", "", "Basic Og=="),
        ] as [(String?, String?, String?)])
    func proxies(username: String?, password: String?, authorization: String?) throws {
        let proxy = ProxyURL(host: "proxy", port: 3128, username: username, password: password.map { Secret($0) })
        let configuration = GatewayConfiguration(
            outbound: OutboundConfiguration(proxy: proxy, certificateAuthorities: "/ca.pem"),
            providers: [
                ProviderConfiguration(name: "openai"),
                ProviderConfiguration(name: "plain", kind: "vllm", baseURL: try Self.base("http://a:1")),
                ProviderConfiguration(name: "direct", kind: "groq", certificateAuthorities: "/own.pem", proxy: .off),
                ProviderConfiguration(
                    name: "own", kind: "vllm", baseURL: try Self.base("http://b:1"), proxy: .through(proxy)),
            ]
        )
        let origins = Self.builder().build(configuration).providers.map(\.origin)
        let expected = UpstreamOrigin.Proxy(host: "proxy", port: 3128, authorization: authorization)
        #expect(origins.map(\.proxy) == [expected, nil, nil, expected])
        #expect(origins.map(\.authorityFile) == ["/ca.pem", "/ca.pem", "/own.pem", "/ca.pem"])
    }

    @Test("fixed routes, limits, browsers and trusted proxies are as configured")
    func rest() throws {
        let configuration = GatewayConfiguration(
            server: ServerConfiguration(
                metrics: .admin,
                limits: ServerLimits(requestBody: .kibibytes(3)),
                trustedProxies: [try #require(CIDR("10.0.0.0/8"))],
                cors: CORSConfiguration(allowedOrigins: .only(["https://a.example"]), maxAge: .seconds(7)),
                compression: false
            ),
            providers: [ProviderConfiguration(name: "openai")],
            routes: [
                RouteConfiguration(
                    match: RouteMatch(path: "/chat*"),
                    use: .target(TargetConfiguration(provider: "openai", model: "gpt-4o"))),
                RouteConfiguration(
                    match: RouteMatch(path: "/gone"), use: .target(TargetConfiguration(provider: "nobody"))),
            ],
            auth: AuthConfiguration(isRequired: false)
        )
        let snapshot = Self.builder().build(configuration)
        #expect(snapshot.bodyLimitBytes == 3072)
        #expect(!snapshot.servesMetrics)
        #expect(!snapshot.isCompressionEnabled)
        #expect(!snapshot.isAuthenticationRequired)
        #expect(snapshot.crossOrigin?.allows("https://a.example") == true)
        #expect(snapshot.crossOrigin?.allows("https://b.example") == false)
        #expect(snapshot.crossOrigin?.maxAgeSeconds == 7)
        #expect(snapshot.isTrustedProxy("10.1.2.3"))
        #expect(!snapshot.isTrustedProxy("192.0.2.1"))
        #expect(!snapshot.isTrustedProxy("no address"))
        #expect(snapshot.routes.rules.count == 1)
        #expect(snapshot.routes.firstMatch(path: "/chatty", surface: .chat, hasField: { _, _ in false }) == 0)
        #expect(snapshot.routes.rules.first?.use == .target(provider: 0, model: "gpt-4o"))
    }
}
