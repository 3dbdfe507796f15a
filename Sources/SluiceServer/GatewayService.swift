public import ServiceLifecycle
public import SluiceConfig
import UnixSignals

/// The gateway as a long-running service: starts, reloads on SIGHUP and file changes, drains when told to stop.
public struct GatewayService: Service {
    private let loaded: LoadResult
    private let configuration: GatewayConfiguration
    private let path: String?
    private let loader: ConfigurationLoader
    private let files: any FileReading

    /// Makes the service of a configuration that was loaded without errors.
    public init(
        loaded: LoadResult,
        configuration: GatewayConfiguration,
        path: String?,
        loader: ConfigurationLoader,
        files: any FileReading
    ) {
        self.loaded = loaded
        self.configuration = configuration
        self.path = path
        self.loader = loader
        self.files = files
    }

    public func run() async throws {
        let gateway = try await GatewayAssembly.start(
            self.loaded,
            configuration: self.configuration,
            path: self.path,
            loader: self.loader,
            files: self.files
        )
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await gateway.reloader.watch() }
            group.addTask {
                for await _ in hangups { gateway.reloader.reload(because: "SIGHUP") }
            }
            gateway.work.start(in: &group, logger: gateway.logger)
            // Ends when the service group asks for it.
            try? await gracefulShutdown()
            // Running exchanges need what runs beside them until their end.
            await gateway.drain()
            group.cancelAll()
        }
        try await gateway.close()
    }
}
