import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceRouting
import SluiceStores
import SluiceWire
import Synchronization
import Testing

@testable import SluiceAdmin

/// The admin API over a database of its own, with two tenants that know nothing of each other.
final class AdminHarness: Sendable {
    let stores: SQLStores
    let dependencies: AdminDependencies
    let gateway: GatewayHandler
    let api: AdminAPI
    let recorder = MemoryRecorder()
    let clock: TestClock
    let authenticator = TestAuthenticator()
    /// How often the stored prices were put into force.
    let refreshes = TestCounter()

    /// The operator of the deployment.
    static let deployment = TenantScope.all
    static let alpha = TenantScope.tenant(TenantID("alpha"))
    static let beta = TenantScope.tenant(TenantID("beta"))

    private init(_ stores: SQLStores, _ loops: LoopContexts, _ extra: [any AdminRoutes]) {
        self.stores = stores
        let clock = TestClock()
        let refreshes = self.refreshes
        self.clock = clock
        self.dependencies = AdminDependencies(
            stores: AdminStores(
                tenants: stores.tenants, teams: stores.teams, users: stores.users, keys: stores.keys,
                rules: stores.rules, prices: stores.prices, audit: stores.audit),
            minting: TestMint(),
            passwords: TestPasswords(),
            bootstrapKey: Secret("bootstrap-key-of-the-test-0123456789"),
            checkLimits: { $0.contains("requests") ? nil : "expected requests" },
            checkBudget: { $0.contains("USD") ? nil : "expected an amount" },
            refreshPrices: {
                refreshes.add()
                return true
            },
            recorder: self.recorder,
            loops: loops,
            now: { clock.now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            version: "1.2.3"
        )
        self.gateway = GatewayHandler(
            path: RequestPath(
                local: LocalEndpoints(status: GatewayStatus(version: "1.2.3"), recorder: self.recorder),
                bodyBudget: BodyBudget(limitBytes: 1 << 20), recorder: self.recorder
            ).forAdministration,
            snapshot: .test(self.authenticator)
        )
        self.api = AdminAPI(AdminAPI.routes(self.dependencies, self.gateway) + extra, version: "1.2.3")
    }

    /// Makes a harness with its two tenants, calls `body`, and takes everything down whatever happens.
    static func run(_ extra: [any AdminRoutes] = [], _ body: (AdminHarness) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/sluice-admin-" + UUID().uuidString
        var settings = StoreSettings()
        // Two threads a database: many tests run at once.
        settings.connections = 2
        let stores = try SQLStores(.sqlite(path: folder + "/sluice.db"), settings: settings)
        let loops = LoopContexts(threads: 1, connector: UpstreamConnector(windowBytes: 65_536))
        do {
            try await stores.migrate()
            let harness = AdminHarness(stores, loops, extra)
            for tenant in ["alpha", "beta"] {
                let made = try await harness.call(
                    .post, "/tenants", #"{"id":"\#(tenant)","name":"Tenant \#(tenant)"}"#)
                try #require(made.status == 201)
            }
            try await body(harness)
        } catch {
            await Self.close(stores, loops, folder)
            throw error
        }
        await Self.close(stores, loops, folder)
    }

    private static func close(_ stores: SQLStores, _ loops: LoopContexts, _ folder: String) async {
        await stores.close()
        try? await loops.shutdown()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Calls a route as somebody.
    func call(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        as scope: TenantScope = deployment,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        let now = self.clock.tick()
        let buffer = body.map { ByteBuffer(string: $0) } ?? ByteBuffer()
        let access = AdminAccess(
            scope: scope, actorKind: .key, actor: "actor-\(scope)", source: "192.0.2.7",
            requestID: "req-\(now.milliseconds)",
            now: now)
        let context = AdminContext(
            source: AdminContext.Source(access: access, body: buffer, logger: self.dependencies.logger))
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: nil, authority: nil, path: "/admin/v1" + path, headerFields: headers),
            body: RequestBody(buffer: buffer))
        do {
            let response = try await self.api.respond(to: request, context)
            let collected = CollectedBody(length: response.body.contentLength ?? 0)
            try await response.body.write(collected.writer)
            return try Answer(response.status.code, response.headers, Array(collected.bytes.readableBytesView))
        } catch {
            let failure = AdminError(error)
            return try Answer(failure.status, [:], failure.body)
        }
    }

    /// Makes a record and gives its id.
    @discardableResult
    func make(_ path: String, _ body: String, as scope: TenantScope = deployment) async throws -> String {
        let answer = try await self.call(.post, path, body, as: scope)
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer["id"]?.stringValue)
    }
}

/// An answer, taken apart.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String
    let root: JSONNode?

    init(_ status: Int, _ headers: HTTPFields, _ body: [UInt8]) throws {
        self.status = status
        self.headers = headers
        self.text = String(decoding: body, as: UTF8.self)
        self.root = body.isEmpty ? nil : try JSONDocument(parsing: body).root
    }

    subscript(_ name: String) -> JSONNode? { self.root?[name] }

    var code: String? { self.root?["error"]?["code"]?.stringValue }
    var parameter: String? { self.root?["error"]?["param"]?.stringValue }
    var message: String? { self.root?["error"]?["message"]?.stringValue }
    /// The ids of a list.
    var ids: [String] { (self["data"]?.elements).map { $0.compactMap { $0["id"]?.stringValue } } ?? [] }
}

/// A clock that goes on by a millisecond with each call.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_790_000_000_000)

    var now: UnixTime { UnixTime(milliseconds: self.milliseconds.withLock { $0 }) }

    func tick(_ milliseconds: Int64 = 1) -> UnixTime {
        UnixTime(
            milliseconds: self.milliseconds.withLock { now in
                now += milliseconds
                return now
            })
    }
}

/// A number that is counted up.
final class TestCounter: Sendable {
    private let number = Mutex(0)

    var count: Int { self.number.withLock { $0 } }

    func add() { self.number.withLock { $0 += 1 } }
}
