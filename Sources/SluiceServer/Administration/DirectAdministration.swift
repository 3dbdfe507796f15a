import Logging
import SluiceAdmin
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluicePipeline
import SluiceStores
import SluiceTelemetry

/// The admin API in the process of a command, on the configured database. The audit table says that it was a command.
struct DirectAdministration: Sendable {
    private let application: AdminApplication
    private let stores: SQLStores
    private let payloads: PayloadWriter?

    /// Opens the database. Throws ``StartFailure``, or what the store says.
    init(
        _ configuration: GatewayConfiguration,
        loader: ConfigurationLoader,
        files: any FileReading,
        loops: LoopContexts
    ) async throws {
        let logger = Logger(label: "sluice") { _ in SwiftLogNoOpLogHandler() }
        let metrics = MetricsRegistry(shards: 1, version: Version.current)
        let storage = try Storage(configuration.storage, health: StoreHealth(logger: logger))
        guard let stores = storage.stores else {
            throw StartFailure("storage.database is off in the configuration: there is nothing to administer")
        }
        self.stores = stores
        do {
            try await stores.migrate()
        } catch {
            await stores.close()
            throw StartFailure("cannot open the database: \(error.message)")
        }
        do {
            self.payloads = try configuration.canCapture ? PayloadWriter(configuration.capture, logger: logger) : nil
        } catch {
            await stores.close()
            throw error
        }
        let parts = GatewayParts(
            configuration: configuration, environment: loader.environment, loops: loops, metrics: metrics,
            storage: storage, identity: IdentityParts(configuration, storage), logger: logger)
        let prices = StoredPrices(stores.prices, logger: logger)
        await prices.load()
        let builder = SnapshotBuilder(
            // Nothing is sent, so that it is of no importance where the mock model listens.
            mockPort: SnapshotBuilder.needsMock(configuration) ? 1 : nil, startKey: nil,
            environment: loader.environment, readFile: { try? files.read($0, limit: .kibibytes(64)) },
            storedPrices: { prices.records })
        let recorder = ExchangeTelemetry(
            metrics: metrics, loops: loops.count, sink: LogSink(gathering: .milliseconds(25)), settings: LogSettings())
        let gateway = GatewayHandler(
            path: RequestPath(
                local: LocalEndpoints(status: GatewayStatus(version: Version.current), recorder: recorder),
                bodyBudget: BodyBudget(limitBytes: 0), recorder: recorder),
            snapshot: builder.build(configuration))
        prices.whenChanged { gateway.snapshot = builder.build(configuration) }
        let dependencies = AdminDependencies(parts, prices: prices, bootstrapKey: nil, recorder: recorder)
        self.application = AdminApplication(
            dependencies, gateway: gateway,
            routes: GatewayAssembly.ledgerRoutes(stores, dependencies, gateway) + [
                PayloadRoutes(self.payloads, audit: stores.audit)
            ])
    }

    func call(
        _ method: String,
        _ path: String,
        _ body: [UInt8],
        take: (@Sendable ([UInt8]) -> Bool)?
    ) async -> AdminApplication.Answer {
        let access = AdminAccess(
            scope: .all, actorKind: .command, actor: "sluice", source: nil, requestID: RequestIdentifier.make(),
            now: Clock.now)
        return await self.application.answer(method: method, path: path, body: body, as: access, take: take)
    }

    func close() async {
        await self.payloads?.close()
        await self.stores.close()
    }
}
