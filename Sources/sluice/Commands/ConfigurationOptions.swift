import ArgumentParser
import SluiceConfig
import SluiceServer

/// Where the configuration is, for every command that reads it.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The configuration file: YAML or TOML.")
    var config: String?

    var loader: ConfigurationLoader {
        ConfigurationLoader(
            environment: ProcessEnvironment.all, files: SystemFiles(), knownKinds: KnownKinds.all,
            rules: KnownRules.check)
    }

    /// Loads the configuration; prints what is wrong with it and exits with 78 (EX_CONFIG) when it has errors.
    func load() throws -> (result: LoadResult, configuration: GatewayConfiguration) {
        let result = self.loader.load(path: self.config)
        guard let configuration = result.configuration, result.errors.isEmpty else {
            for diagnostic in result.diagnostics {
                StandardError.print("\(diagnostic.severity.rawValue): \(diagnostic)")
            }
            throw ExitCode(78)
        }
        return (result, configuration)
    }
}
