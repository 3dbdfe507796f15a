import Logging
import SluiceConfig
import SluiceHTTP
import SluicePipeline
import SluiceTelemetry
import Synchronization

/// Keeps the snapshot true to the configuration's files: looks at them twice a second, and when a signal asks for it.
///
/// A configuration with an error changes nothing but a log line and a metric. Certificates are read again as well.
final class ConfigurationReloader: Sendable {
    private let path: String?
    private let loader: ConfigurationLoader
    private let files: any FileReading
    private let builder: SnapshotBuilder
    private let handlers: [GatewayHandler]
    private let tls: ServerTLS?
    private let metrics: MetricsRegistry
    private let settings: LogSettings
    private let logger: Logger
    private let watcher: Mutex<ConfigurationWatcher>
    private let inForce: Mutex<GatewayConfiguration>
    /// Held while a snapshot is made and put in its place, so that none takes the place of a newer one. That happens seldom, and nobody
    /// waits for it but another who makes one.
    private let building = Mutex(())

    init(
        loaded: LoadResult,
        configuration: GatewayConfiguration,
        path: String?,
        loader: ConfigurationLoader,
        files: any FileReading,
        builder: SnapshotBuilder,
        handlers: [GatewayHandler],
        tls: ServerTLS?,
        metrics: MetricsRegistry,
        settings: LogSettings,
        logger: Logger
    ) {
        self.path = path
        self.loader = loader
        self.files = files
        self.builder = builder
        self.handlers = handlers
        self.tls = tls
        self.metrics = metrics
        self.settings = settings
        self.logger = logger
        self.watcher = Mutex(ConfigurationWatcher(loaded.stamps, files: files))
        self.inForce = Mutex(configuration)
    }

    /// Looks at the files until the task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(500))
            if self.watcher.withLock({ $0.changed() }) { self.reload(because: "a file changed") }
        }
    }

    /// Reads everything again.
    func reload(because reason: String) {
        let result = self.loader.load(path: self.path)
        self.watcher.withLock { $0.watch(result.stamps) }
        for warning in result.warnings { self.logger.warning("\(warning)") }
        guard let configuration = result.configuration, result.errors.isEmpty else {
            for error in result.errors { self.logger.error("configuration not taken: \(error)") }
            self.metrics.configurationReloaded(succeeded: false, at: Clock.nanosecondsSince1970())
            return
        }
        if let tls = self.tls, let files = configuration.server.tls {
            do {
                try tls.reload(ServerTLS.Configuration(files))
            } catch {
                self.logger.error("configuration not taken: the certificate cannot be read: \(error)")
                self.metrics.configurationReloaded(succeeded: false, at: Clock.nanosecondsSince1970())
                return
            }
        }
        let before = self.inForce.withLock { inForce in
            defer { inForce = configuration }
            return inForce
        }
        var needsRestart = Self.fixedAtStart(before, configuration)
        if SnapshotBuilder.needsMock(configuration), !self.builder.hasMock { needsRestart.append("the provider mock") }
        if !needsRestart.isEmpty {
            self.logger.warning("in force only after a restart: \(needsRestart.joined(separator: ", "))")
        }
        GatewayAssembly.declare(configuration, in: self.metrics)
        self.settings.apply(configuration.logging)
        self.rebuild()
        self.metrics.configurationReloaded(succeeded: true, at: Clock.nanosecondsSince1970())
        self.logger.notice("configuration in force", metadata: ["reason": "\(reason)"])
    }

    /// Makes a new snapshot of the configuration in force, and of what the store says over it.
    func rebuild() {
        self.building.withLock { _ in
            let snapshot = self.builder.build(self.inForce.withLock { $0 })
            for handler in self.handlers { handler.snapshot = snapshot }
        }
    }

    /// What a listener or the process takes once only.
    private static func fixedAtStart(_ old: GatewayConfiguration, _ new: GatewayConfiguration) -> [String] {
        var names: [String] = []
        if old.server.listen != new.server.listen { names.append("server.listen") }
        if old.server.admin != new.server.admin { names.append("server.admin") }
        if old.storage != new.storage { names.append("storage") }
        if old.limits.alertWebhook != new.limits.alertWebhook || old.limits.alertSecret != new.limits.alertSecret {
            names.append("limits (alert_webhook, alert_secret)")
        }
        if old.server.readyNeedsDatabase != new.server.readyNeedsDatabase {
            names.append("server.ready_needs_database")
        }
        if old.auth.whenClientLeaves != new.auth.whenClientLeaves, old.storage.database != nil {
            names.append("auth.when_client_leaves of stored keys")
        }
        if old.ledger != new.ledger { names.append("ledger") }
        if old.capture != new.capture { names.append("capture") }
        if old.server.shutdownGrace != new.server.shutdownGrace { names.append("server.shutdown_grace") }
        if old.server.threads != new.server.threads { names.append("server.threads") }
        if (old.server.tls == nil) != (new.server.tls == nil) { names.append("server.tls") }
        if old.server.proxyProtocol != new.server.proxyProtocol { names.append("server.proxy_protocol") }
        var oldLimits = old.server.limits
        // The one limit that each request reads anew.
        oldLimits.requestBody = new.server.limits.requestBody
        if oldLimits != new.server.limits { names.append("server.limits") }
        if old.server.timeouts.head != new.server.timeouts.head || old.server.timeouts.body != new.server.timeouts.body
            || old.server.timeouts.keepAlive != new.server.timeouts.keepAlive
        {
            names.append("server.timeouts (head, body, keep_alive)")
        }
        return names
    }
}
