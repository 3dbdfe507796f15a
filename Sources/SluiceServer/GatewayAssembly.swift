import Logging
import NIOCore
import SluiceConfig
import SluiceCore
import SluiceHTTP
import SluiceIdentity
import SluiceMock
import SluicePipeline
import SluiceRouting
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
    let logger: Logger
    let notice: StartNotice?
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
        let sink = LogSink()
        let logger = Logger(label: "sluice") { SluiceLogHandler(label: $0, sink: sink, settings: settings) }
        for warning in loaded.warnings { logger.warning("\(warning)") }

        let server = configuration.server
        let connector = UpstreamConnector(windowBytes: server.limits.relayWindow.bytes)
        let loops = LoopContexts(threads: server.threads ?? ProcessorCount.usable, connector: connector)
        let metrics = MetricsRegistry(shards: loops.count, version: Version.current)
        let telemetry = ExchangeTelemetry(metrics: metrics, loops: loops.count, sink: sink, settings: settings)
        Self.declare(configuration, in: metrics)

        let mock = SnapshotBuilder.needsMock(configuration) ? try await MockServer.start(group: loops.group) : nil
        let startKey = configuration.auth.keys.isEmpty && configuration.auth.isRequired ? KeyGenerator.make() : nil
        let builder = SnapshotBuilder(mockPort: mock?.port, startKey: startKey.map { Secret($0) })
        let status = GatewayStatus(version: Version.current)
        let path0 = RequestPath(
            local: LocalEndpoints(status: status, recorder: telemetry),
            bodyBudget: BodyBudget(limitBytes: server.limits.bufferedBodies.bytes),
            recorder: telemetry
        )
        let handler = GatewayHandler(path: path0, snapshot: builder.build(configuration))
        let tls = try server.tls.map { try ServerTLS(ServerTLS.Configuration($0)) }
        let events = ConnectionMetrics(metrics: metrics)
        let listener = try await HTTPServer.start(
            HTTPServer.Configuration(server, listen: server.listen, tls: tls),
            loops: loops,
            handler: handler,
            events: events
        )
        logger.notice(
            "listening",
            metadata: ["address": "\(listener.address)", "version": "\(Version.current)", "tls": "\(tls != nil)"]
        )
        status.becomeReady()
        return GatewayAssembly(
            server: listener,
            admin: nil,
            mock: mock,
            loops: loops,
            status: status,
            sink: sink,
            reloader: ConfigurationReloader(
                loaded: loaded,
                configuration: configuration,
                path: path,
                loader: loader,
                files: files,
                builder: builder,
                handler: handler,
                tls: tls,
                metrics: metrics,
                settings: settings,
                logger: logger
            ),
            logger: logger,
            notice: startKey.map { key in
                StartNotice(
                    address: listener.address,
                    isSecure: tls != nil,
                    key: key,
                    model: mock == nil ? nil : handler.snapshot.models.resolve("mock") == nil ? nil : "mock"
                )
            },
            grace: server.shutdownGrace
        )
    }

    /// Names that may become metric labels.
    static func declare(_ configuration: GatewayConfiguration, in metrics: MetricsRegistry) {
        metrics.declare(models: configuration.models.lazy.filter { $0.pattern.isExact }.map { $0.pattern.text })
        for provider in configuration.providers { metrics.declare(provider: provider.name, kind: provider.kind) }
    }

    /// Stops taking requests, lets running ones finish, and ends every thread.
    func stop() async throws {
        self.status.beginDraining()
        self.logger.notice("draining", metadata: ["connections": "\(self.server.openConnections)"])
        let cut = await self.server.drain(grace: TimeAmount(self.grace))
        if cut > 0 { self.logger.warning("connections cut at the end of the grace period", metadata: ["count": "\(cut)"]) }
        try await self.mock?.stop()
        self.logger.notice("stopped")
        _ = self.sink.close(timeout: .seconds(2))
        try await self.loops.shutdown()
    }
}
