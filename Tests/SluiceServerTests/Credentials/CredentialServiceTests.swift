import Logging
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluiceMock
import SluicePipeline
import SluiceProviders
import Synchronization
import Testing

@testable import SluiceServer

@Suite("CredentialService", .timeLimit(.minutes(1)))
struct CredentialServiceTests {
    /// Answers from a list, and keeps what was asked where.
    private final class ScriptedFetching: CredentialFetching {
        private let state: Mutex<(answers: [CredentialAnswer?], asked: [String])>

        init(_ answers: [CredentialAnswer?]) {
            self.state = Mutex((answers, []))
        }

        var asked: [String] { self.state.withLock { $0.asked } }

        func answer(to request: CredentialRequest, at origin: UpstreamOrigin) async -> CredentialAnswer? {
            self.state.withLock { state in
                state.asked.append(
                    "\(request.method) \(request.url) at \(origin.authority) proxy \(origin.proxy != nil)")
                return state.answers.isEmpty ? nil : state.answers.removeFirst()
            }
        }
    }

    private final class Time: Sendable {
        private let seconds = Mutex<Int64>(1_800_000_000)

        var now: Int64 { self.seconds.withLock { $0 } }

        func advance(_ by: Int64) { self.seconds.withLock { $0 += by } }
    }

    private static func answer(_ text: String) -> CredentialAnswer {
        CredentialAnswer(status: 200, body: Array(text.utf8))
    }

    private static func token(_ text: String, life: Int = 3600) -> CredentialAnswer {
        self.answer(#"{"access_token":"\#(text)","expires_in":\#(life)}"#)
    }

    private static func service(
        _ stores: CredentialStores, _ fetching: any CredentialFetching, _ time: Time, files: [String: String] = [:]
    ) -> CredentialService {
        CredentialService(
            stores: stores,
            fetching: fetching,
            readFile: { path in files[path].map { Array($0.utf8) } },
            now: { time.now },
            random: { 0 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func configuration(proxy: ProxyURL? = nil) -> GatewayConfiguration {
        GatewayConfiguration(
            outbound: OutboundConfiguration(proxy: proxy),
            providers: [ProviderConfiguration(name: "vertex", project: "p")]
        )
    }

    @Test("a provider's token is fetched, kept, replaced before its end, and kept when that fails")
    func refresh() async throws {
        let builder = SnapshotBuilder(mockPort: nil, startKey: nil)
        let snapshot = builder.build(Self.configuration(proxy: ProxyURL(host: "proxy", port: 1)))
        let provider = try #require(snapshot.providers.first?.provider)
        let fetching = ScriptedFetching([Self.token("a"), nil, Self.token("b")])
        let time = Time()
        let service = Self.service(builder.credentials, fetching, time)
        func header() -> String? {
            provider.address(surface: .generateContent, model: "m")?.headers.first?.value
        }
        #expect(header() == nil)
        await service.refresh()
        try await provider.prepareCredentials()
        #expect(header() == "Bearer a")
        await service.refresh()
        time.advance(3600 - 225)
        await service.refresh()
        #expect(header() == "Bearer a")
        time.advance(60)
        await service.refresh()
        #expect(header() == "Bearer b")
        let asked =
            "GET http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token at metadata.google.internal proxy false"
        #expect(fetching.asked == [asked, asked, asked])
    }

    @Test("what has expired when it comes counts as a failure, and so does a flow without an end")
    func expired() async throws {
        let builder = SnapshotBuilder(mockPort: nil, startKey: nil, environment: ["AWS_REGION": "eu-west-1"])
        let snapshot = builder.build(
            GatewayConfiguration(providers: [ProviderConfiguration(name: "bedrock", region: "eu-west-1")]))
        let provider = try #require(snapshot.providers.first?.provider)
        let keys = #"{"AccessKeyId":"a","SecretAccessKey":"s","Expiration":"2001-01-01T00:00:00Z"}"#
        let fetching = ScriptedFetching([Self.answer("T"), Self.answer("role"), Self.answer(keys)])
        await Self.service(builder.credentials, fetching, Time()).refresh()
        let error = await #expect(throws: GatewayError.self) { try await provider.prepareCredentials() }
        #expect(error?.kind == .upstreamCredentials)
        #expect(builder.credentials.entries.first?.store.lastFailure?.message.contains("expired already") == true)
        #expect(fetching.asked.count == 3)
    }

    @Test("STS is reached as the provider is, through its proxy")
    func proxy() async throws {
        let environment = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn", "AWS_REGION": "eu-west-1",
        ]
        let builder = SnapshotBuilder(mockPort: nil, startKey: nil, environment: environment)
        _ = builder.build(
            GatewayConfiguration(
                outbound: OutboundConfiguration(proxy: ProxyURL(host: "proxy", port: 1)),
                providers: [ProviderConfiguration(name: "bedrock", region: "eu-west-1")]))
        let fetching = ScriptedFetching([])
        await Self.service(builder.credentials, fetching, Time(), files: ["/token": "t"]).refresh()
        #expect(
            fetching.asked == ["POST https://sts.eu-west-1.amazonaws.com/ at sts.eu-west-1.amazonaws.com proxy true"])
    }

    @Test("a reload keeps what it has for a provider that did not change, and forgets the others")
    func reload() async throws {
        let builder = SnapshotBuilder(mockPort: nil, startKey: nil)
        let first = builder.build(Self.configuration())
        let fetching = ScriptedFetching([Self.token("a")])
        let service = Self.service(builder.credentials, fetching, Time())
        await service.refresh()
        let second = builder.build(Self.configuration())
        for snapshot in [first, second] {
            let address = snapshot.providers.first?.provider.address(surface: .generateContent, model: "m")
            #expect(address?.headers.first?.value == "Bearer a")
        }
        await service.refresh()
        #expect(fetching.asked.count == 1)
        _ = builder.build(GatewayConfiguration())
        #expect(builder.credentials.entries.isEmpty)
    }

    @Test("the service fetches when someone waits, and ends all waits when it stops")
    func run() async throws {
        let builder = SnapshotBuilder(mockPort: nil, startKey: nil)
        let fetching = ScriptedFetching([Self.token("a")])
        let service = Self.service(builder.credentials, fetching, Time())
        let running = Task { await service.run() }
        let snapshot = builder.build(Self.configuration())
        let provider = try #require(snapshot.providers.first?.provider)
        try await provider.prepareCredentials()
        #expect(provider.address(surface: .generateContent, model: "m")?.headers.first?.value == "Bearer a")
        running.cancel()
        await running.value
    }

    @Test("over the network: any method, body and status, and nothing when nobody is there")
    func network() async throws {
        let loops = LoopContexts(threads: 2, connector: UpstreamConnector(windowBytes: 65_536))
        let server = try await MockServer.start(group: loops.group)
        let fetching = UpstreamCredentialFetching(loops: loops)
        func ask(_ method: String, _ path: String, port: Int, _ body: [UInt8]?) async throws -> CredentialAnswer? {
            let url = try #require(CredentialURL("http://127.0.0.1:\(port)\(path)"))
            let request = CredentialRequest(
                method, url, headers: [("content-type", "application/json")], body: body, timeoutSeconds: 5)
            let origin = UpstreamOrigin(url, for: ProviderConfiguration(name: "p"), OutboundConfiguration())
            return await fetching.answer(to: request, at: origin)
        }
        let list = try await ask("GET", "/v1/models", port: server.port, nil)
        #expect(list?.status == 200)
        #expect(list.map { String(decoding: $0.body, as: UTF8.self).contains("mock") } == true)
        #expect(try await ask("POST", "/v1/chat/completions", port: server.port, Array("{".utf8))?.status == 400)
        #expect(try await ask("PUT", "/v1/models", port: server.port, [])?.status == 405)
        try await server.stop()
        #expect(try await ask("GET", "/v1/models", port: server.port, nil) == nil)
        try await loops.shutdown()
    }
}
