/// The notation of a configuration file.
public enum ConfigurationFormat: Sendable {
    /// YAML, and with it JSON.
    case yaml
    case toml

    /// The notation of the file at `path`, by its name: TOML if it ends in `.toml`, else YAML.
    public init(path: String) {
        self = path.lowercased().hasSuffix(".toml") ? .toml : .yaml
    }
}
