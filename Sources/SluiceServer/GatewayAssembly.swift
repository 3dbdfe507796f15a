import Logging
import NIOCore
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluiceIdentity
import SluiceMock
import SluicePipeline
import SluiceRouting
import SluiceStores
import SluiceTelemetry

/// Puts a gateway together from a configuration, and takes it down again in order.
struct GatewayAssembly: Sendable {
    let server: HTTPServer
    let admin: HTTPServer?
    let mock: MockServer?
    let loops: LoopContexts
    let status: GatewayStatus
    let sink: LogSink
    let reloader: ConfigurationReloader
    let work: BackgroundWork
    let logger: Logger
    let grace: Duration

    /// Binds the listeners and starts everything. Throws when a listener, a certificate or the mock model cannot start.
    static func start(
        _ loaded: LoadResult,
        configuration: GatewayConfiguration,
        path: String?,
        loader: ConfigurationLoader,
        files: any FileReading
    ) async throws -> GatewayAssembly {
        let settings = LogSettings()
        settings.apply(configuration.logging)
        // Waking the writer less often costs a line at most this much of its freshness.
        let sink = LogSink(gathering: .milliseconds(25))
        let logger = Logger(label: "sluice") { SluiceLogHandler(label: $0, sink: sink, settings: settings) }
        for warning in loaded.warnings { logger.warning("\(warning)") }

        let server = configuration.server
        let connector = UpstreamConnector(windowBytes: server.limits.relayWindow.bytes)
        let threads = server.threads ?? ProcessorCount.usable
        let metrics = MetricsRegistry(shards: threads, version: Version.current)
        let gauges = UpstreamPoolMetrics(metrics: metrics)
        let loops = LoopContexts(threads: threads, connector: connector, gauges: gauges)
        let telemetry = ExchangeTelemetry(metrics: metrics, loops: loops.count, sink: sink, settings: settings)
        Self.declare(configuration, in: metrics)
        let storage = try Storage(configuration.storage, health: StoreHealth(logger: logger))
        var parts = GatewayParts(
            configuration: configuration,
            environment: loader.environment,
            loops: loops,
            metrics: metrics,
            storage: storage,
            identity: IdentityParts(configuration, storage),
            logger: logger
        )
        let announcement = StartAnnouncement()
        try await Self.openStorage(&parts, announcement)
        let recorder = try Self.openLedger(&parts, telemetry: telemetry)
        loops.runOnEach { loop in
            let index = loop.index
            loop.onCommit { recorder.commit(loop: index) }
        }
        let capture = try Self.openPayloads(&parts)

        let mock = SnapshotBuilder.needsMock(configuration) ? try await MockServer.start(group: loops.group) : nil
        // Without a database a key lasts as long as the process.
        let startKey = storage.stores == nil && Self.needsKeys(configuration.auth) ? KeyGenerator.make() : nil
        if let startKey { announcement.has(.inMemory(startKey)) }
        let readFile: @Sendable (String) -> [UInt8]? = { try? files.read($0, limit: .kibibytes(64)) }
        let limits = try Self.openLimits(&parts)
        let prices = await Self.openPrices(&parts)
        let builder = SnapshotBuilder(
            mockPort: mock?.port,
            startKey: startKey.map { Secret($0) },
            environment: loader.environment,
            readFile: readFile,
            limits: limits,
            storedPrices: { prices?.records ?? [] },
            capture: capture,
            memory: parts.identity.memory,
            verifiers: parts.identity.verifiers,
            tokens: Self.tokens(&parts, readFile: readFile),
            accounts: Self.accounts(parts)
        )
        let status = GatewayStatus(version: Version.current)
        let requestPath = RequestPath(
            local: LocalEndpoints(
                status: status, recorder: recorder, dependencies: parts.dependencies,
                usage: parts.storage.stores?.usage),
            bodyBudget: BodyBudget(limitBytes: server.limits.bufferedBodies.bytes),
            recorder: recorder
        )
        let snapshot = builder.build(configuration)
        let handler = GatewayHandler(path: requestPath, snapshot: snapshot)
        let adminHandler = GatewayHandler(path: requestPath.forAdministration, snapshot: snapshot)
        let tls = try server.tls.map { try Self.certificate($0) }
        let events = ConnectionMetrics(metrics: metrics)
        let listener = try await Self.listen(server, at: server.listen, tls, loops, handler, events)
        let reloader = ConfigurationReloader(
            loaded: loaded,
            configuration: configuration,
            path: path,
            loader: loader,
            files: files,
            builder: builder,
            handlers: [handler, adminHandler],
            tls: tls,
            metrics: metrics,
            settings: settings,
            logger: logger
        )
        prices?.whenChanged { reloader.rebuild() }
        var admin: HTTPServer?
        if let address = server.admin {
            let administration = Self.administration(
                parts, gateway: adminHandler, prices: prices, recorder: recorder)
            admin = try await Self.listen(server, at: address, nil, loops, administration, events)
        }
        logger.notice(
            "listening",
            metadata: ["address": "\(listener.address)", "version": "\(Version.current)", "tls": "\(tls != nil)"]
        )
        if let admin { logger.notice("administration listening", metadata: ["address": "\(admin.address)"]) }
        parts.work.run(
            CredentialService(
                stores: builder.credentials,
                fetching: UpstreamCredentialFetching(loops: loops),
                readFile: readFile,
                logger: logger
            )
        )
        parts.work.run(
            ProbeService(targets: { builder.probeTargets }, health: builder.health, loops: loops, logger: logger))
        Self.followChanges(&parts)
        status.becomeReady()
        announcement.listens(
            at: listener.address, isSecure: tls != nil, model: Self.modelToShow(configuration, in: handler.snapshot))
        return GatewayAssembly(
            server: listener,
            admin: admin,
            mock: mock,
            loops: loops,
            status: status,
            sink: sink,
            reloader: reloader,
            work: parts.work,
            logger: logger,
            grace: server.shutdownGrace
        )
    }

    /// A model for requests to paste: the mock model, else the first of the table that stands for itself.
    private static func modelToShow(_ configuration: GatewayConfiguration, in snapshot: Snapshot) -> String? {
        let names = configuration.models.lazy.filter { $0.pattern.isExact }.map { $0.pattern.text }
        return (["mock"] + names).first { snapshot.models.resolve($0) != nil }
    }

    /// Names that may become metric labels.
    static func declare(_ configuration: GatewayConfiguration, in metrics: MetricsRegistry) {
        metrics.declare(models: configuration.models.lazy.filter { $0.pattern.isExact }.map { $0.pattern.text })
        for provider in configuration.providers { metrics.declare(provider: provider.name, kind: provider.kind) }
    }

    /// Stops taking requests, and lets running ones finish.
    func drain() async {
        self.status.beginDraining()
        self.logger.notice("draining", metadata: ["connections": "\(self.server.openConnections)"])
        let cut = await self.server.drain(grace: TimeAmount(self.grace))
        if cut > 0 {
            self.logger.warning("connections cut at the end of the grace period", metadata: ["count": "\(cut)"])
        }
        _ = await self.admin?.drain(grace: .seconds(1))
    }

    /// Closes what is left and ends every thread. No exchange and no service runs any more.
    func close() async throws {
        await self.work.close()
        try await self.mock?.stop()
        self.logger.notice("stopped")
        _ = self.sink.close(timeout: .seconds(2))
        try await self.loops.shutdown()
    }
}
