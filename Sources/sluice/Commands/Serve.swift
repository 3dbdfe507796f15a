import ArgumentParser
import Logging
import ServiceLifecycle
import SluiceConfig
import SluiceServer
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the gateway.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let (result, configuration) = try self.options.load()
        MemoryArenas.bound()
        FileDescriptors.raiseLimit()
        let service = GatewayService(
            loaded: result,
            configuration: configuration,
            path: self.options.config,
            loader: self.options.loader,
            files: SystemFiles()
        )
        // The group's own lines are of no use to an operator; the gateway logs its start and its end itself. Without a name, the
        // group would print the service with the whole configuration and keep the text: half of the work of a start.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, serviceName: "gateway")],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "sluice") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        do {
            try await group.run()
        } catch {
            StandardError.print("error: the gateway could not start or ended badly: \(error)")
            throw ExitCode.failure
        }
    }
}
