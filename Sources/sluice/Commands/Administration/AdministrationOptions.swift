import ArgumentParser
import SluiceConfig
import SluiceCore
import SluiceServer

/// How a command reaches the admin API, and how it prints what it is told.
struct AdministrationOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions

    @Option(
        help: "The admin address of a running gateway, as http://127.0.0.1:8081; by default that of the configuration.")
    var url: String?

    @Option(
        help:
            "The key to use; by default SLUICE_ADMIN_KEY. A key on the command line can be seen by others on the machine."
    )
    var adminKey: String?

    @Flag(
        help:
            "Work on the configured database directly, without a gateway. The default where server.admin is not configured."
    )
    var direct = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard !self.direct || self.url == nil else { throw ValidationError("--direct and --url exclude each other.") }
    }

    /// Opens the connection, calls `body`, and closes it. Exits with 69 (EX_UNAVAILABLE) when there is nobody to talk to.
    func withConnection(_ body: (AdminSession) async throws -> Void) async throws {
        let connection: AdminSession
        do {
            connection = try await self.open()
        } catch let failure as AdminSession.Failure {
            StandardError.print("\(failure)")
            throw ExitCode(69)
        }
        do {
            try await body(connection)
        } catch {
            await connection.close()
            guard let failure = error as? AdminSession.Failure else { throw error }
            StandardError.print("\(failure)")
            throw ExitCode(69)
        }
        await connection.close()
    }

    private func open() async throws -> AdminSession {
        if let url { return try AdminSession.network(url, key: try self.key()) }
        let (_, configuration) = try self.options.load()
        guard !self.direct, let admin = configuration.server.admin else {
            return try await AdminSession.direct(
                configuration, loader: self.options.loader, files: SystemFiles())
        }
        let host = ["0.0.0.0", "::"].contains(admin.host) ? HostPort(host: "127.0.0.1", port: admin.port) : admin
        return try AdminSession.network("http://\(host)", key: try self.key())
    }

    private func key() throws -> Secret {
        if let key = self.adminKey ?? ProcessEnvironment.all["SLUICE_ADMIN_KEY"], !key.isEmpty { return Secret(key) }
        StandardError.print("no admin key: set SLUICE_ADMIN_KEY, or use --direct on the machine of the gateway")
        throw ExitCode(77)
    }
}
