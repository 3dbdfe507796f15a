import NIOCore
import NIOEmbedded
import NIOHTTP1
import SluiceCore
import SluiceProviders
import SluiceRouting
import SluiceWire

@testable import SluiceHTTP
@testable import SluicePipeline

/// A client's connection whose requests go down the real path, on an embedded loop: everything but an upstream's socket.
final class PipelineHarness {
    let eventLoop = EmbeddedEventLoop()
    let loop: LoopContext
    let channel: EmbeddedChannel
    let recorder = MemoryRecorder()
    let budget = BodyBudget(limitBytes: 1 << 20)
    let status = GatewayStatus(version: "1.2.3")
    private let recording: HandlerBox

    /// Hands exchanges to the gateway, or keeps them for the test.
    private final class HandlerBox: ExchangeHandler, @unchecked Sendable {
        var gateway: GatewayHandler?
        var exchanges: [ServerExchange] = []

        func handle(_ exchange: ServerExchange) {
            if let gateway = self.gateway { gateway.handle(exchange) } else { self.exchanges.append(exchange) }
        }

        func refuse(_ exchange: ServerExchange, _ error: GatewayError) {
            self.gateway?.refuse(exchange, error)
        }
    }

    private struct NoEvents: ServerEvents {
        func connectionOpened(loop: Int) {}
        func connectionClosed(loop: Int) {}
        func connectionRefused(loop: Int) {}
        func handshakeFailed(loop: Int) {}
    }

    init(_ snapshot: Snapshot? = nil, dependencies: Dependencies = Dependencies()) throws {
        self.eventLoop.advanceTime(by: .hours(1))
        self.loop = LoopContext(index: 0, eventLoop: self.eventLoop, connector: UpstreamConnector(windowBytes: 65_536))
        self.channel = EmbeddedChannel(loop: self.eventLoop)
        self.recording = HandlerBox()
        if let snapshot {
            self.recording.gateway = GatewayHandler(
                path: RequestPath(
                    local: LocalEndpoints(
                        status: self.status, recorder: self.recorder, dependencies: dependencies),
                    bodyBudget: self.budget,
                    recorder: self.recorder
                ),
                snapshot: snapshot
            )
        }
        let server = ServerContext(
            handler: self.recording,
            limits: ServerLimits(),
            timeouts: ServerTimeouts(),
            usesProxyProtocol: false,
            events: NoEvents()
        )
        try self.channel.connect(to: SocketAddress(ipAddress: "192.0.2.7", port: 40_000)).wait()
        try ConnectionSetup(
            server: server,
            loop: self.loop,
            connection: ClientConnection(
                peer: try SocketAddress(ipAddress: "192.0.2.7", port: 40_000), isSecure: false),
            date: HTTPDate()
        ).addHTTP1(to: self.channel)
    }

    func receive(_ text: String) {
        _ = try? self.channel.writeInbound(ByteBuffer(string: text))
        self.eventLoop.run()
    }

    func disconnect() {
        self.channel.pipeline.fireChannelInactive()
        self.eventLoop.run()
    }

    /// What was flushed to the client since the last call.
    func sent() throws -> String {
        var text = ""
        while let piece = try self.channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text
    }

    /// The one answer that was flushed since the last call.
    func answer() throws -> Answer {
        Answer(try self.sent())
    }

    /// The state of an exchange whose request the test reads itself.
    func state(_ request: String, _ snapshot: Snapshot = .test()) throws -> ExchangeState {
        self.receive(request)
        guard let exchange = self.recording.exchanges.last else { throw NoExchange() }
        return ExchangeState(exchange: exchange, snapshot: snapshot, recorder: self.recorder)
    }

    struct NoExchange: Error {}

    /// An answer, taken apart.
    struct Answer {
        let status: Int
        let fields: [(name: String, value: String)]
        let body: String

        init(_ text: String) {
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            var lines = (parts.first ?? "").split(separator: "\r\n")
            let first = lines.isEmpty ? "" : lines.removeFirst()
            self.status = Int(first.split(separator: " ").dropFirst().first ?? "") ?? 0
            self.fields = lines.map { line in
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                return (line[..<colon].lowercased(), String(line[colon...].dropFirst(2)))
            }
            self.body = parts.count > 1 ? String(parts[1]) : ""
        }

        subscript(_ name: String) -> String? { self.fields.first { $0.name == name }?.value }
    }
}

/// Keeps what is recorded.
final class MemoryRecorder: ExchangeRecorder, @unchecked Sendable {
    private(set) var started: [Surface] = []
    private(set) var allowed: [Bool] = []
    private(set) var records: [ExchangeRecord] = []

    func started(_ surface: Surface, method: String, loop: Int) { self.started.append(surface) }
    func authenticated(allowed: Bool, loop: Int) { self.allowed.append(allowed) }
    func settled(_ record: borrowing ExchangeRecord, loop: Int) { self.records.append(copy record) }
    func scrape() -> [UInt8] { Array("metrics_of_the_test 1\n".utf8) }
}

/// Seals with a checksum.
struct TestSeal: CarrierSeal {
    func tag(over bytes: Span<UInt8>) -> [UInt8] {
        var sum: UInt8 = 17
        for index in bytes.indices { sum = sum &* 31 &+ bytes[index] }
        return [UInt8](repeating: sum, count: 16)
    }
}

/// Knows the keys `good`, `narrow` and `chat-only`, accepts `later` when it is asked to verify it, and has an answer of each sort for others.
struct TestAuthenticator: Authenticator {
    func known(_ credential: Substring, from source: String?, at now: UnixTime) -> Principal? {
        switch credential {
        case "good": Principal(keyID: "good", keyName: "good")
        case "narrow": Principal(keyID: "narrow", keyName: "narrow", models: [ModelPattern("allowed-*")])
        case "chat-only": Principal(keyID: "chat-only", keyName: "chat-only", surfaces: ["chat"])
        default: nil
        }
    }

    func verify(_ credential: String, from source: String?, at now: UnixTime) async -> Verification {
        switch credential {
        case "later": .accepted(Principal(proof: .storedKey, keyID: "later", keyName: "later"))
        case "elsewhere": .wrongNetwork
        case "undecided": .unavailable("the database is away")
        case "hammering": .throttled(retryAfterSeconds: 7)
        default: .refused
        }
    }
}

extension Snapshot {
    /// A snapshot with one provider, whose upstream is never reached.
    static func test(
        kind: String = "openai-compatible",
        keys: [String] = ["upstream-key-123456"],
        forwarded: [String] = [],
        fixedHeaders: [(name: String, value: Secret)] = [],
        models: [String] = [],
        authenticator: any Authenticator = TestAuthenticator(),
        identityHeaders: IdentityHeaders = IdentityHeaders(),
        isAuthenticationRequired: Bool = true,
        bodyLimitBytes: Int = 4096,
        crossOrigin: CrossOrigin? = nil,
        isCompressionEnabled: Bool = true,
        servesMetrics: Bool = true,
        admission: (any AdmissionControl)? = nil,
        accounts: (any AccountService)? = nil
    ) -> Snapshot {
        Snapshot(
            models: ModelTable(
                entries: models.map { ModelTable.Entry(pattern: ModelPattern($0), targets: [(0, nil)]) },
                providers: [ModelTable.ProviderEntry(name: "up", patterns: [])]
            ),
            providers: [.test(kind: kind, keys: keys, forwarded: forwarded, fixedHeaders: fixedHeaders)],
            authenticator: authenticator,
            identityHeaders: identityHeaders,
            isAuthenticationRequired: isAuthenticationRequired,
            bodyLimitBytes: bodyLimitBytes,
            crossOrigin: crossOrigin,
            isCompressionEnabled: isCompressionEnabled,
            servesMetrics: servesMetrics,
            isTrustedProxy: { _ in false },
            seal: TestSeal(),
            admission: admission,
            accounts: accounts
        )
    }
}

extension Snapshot.ProviderEntry {
    static func test(
        kind: String = "openai-compatible",
        keys: [String] = ["upstream-key-123456"],
        forwarded: [String] = [],
        fixedHeaders: [(name: String, value: Secret)] = []
    ) -> Snapshot.ProviderEntry {
        let settings = ProviderSettings(
            name: "up",
            kind: kind,
            endpoint: Endpoint(isSecure: false, host: "up.example", port: 8000, path: "/v1"),
            keys: keys.map { Secret($0) },
            headers: fixedHeaders,
            forwardedHeaders: forwarded
        )
        guard let provider = ProviderRegistry.make(settings) else { preconditionFailure("The test names no kind.") }
        return Snapshot.ProviderEntry(
            provider: provider,
            origin: UpstreamOrigin(isSecure: false, host: "up.example", port: 8000),
            permits: nil,
            timeouts: AttemptTimeouts(queue: .seconds(1), connect: .seconds(1), relay: RelayTimeouts())
        )
    }
}
