/// Finds the configuration file: `--config`, else `SLUICE_CONFIG`, else `config/<GATEWAY_ENV>`, else `sluice.yaml` and
/// its like in the working directory and in `/etc/sluice`.
struct ConfigurationLookup {
    /// What the search came to.
    enum Outcome: Equatable {
        /// The file at this path; `ignored` lies beside it and is not read.
        case file(String, ignored: [String])
        /// There is none, and none was asked for.
        case none
        /// One was asked for and is not there.
        case failure(String)
    }

    private static let endings = ["yaml", "yml", "toml"]

    /// Searches; every path that was looked at is remembered in `files`.
    static func find(argument: String?, environment: [String: String], files: inout FileAccess) -> Outcome {
        if let argument { return .file(argument, ignored: []) }
        for name in ["SLUICE_CONFIG", "GATEWAY_CONFIG"] {
            if let path = environment[name], !path.isEmpty { return .file(path, ignored: []) }
        }
        if let name = environment["GATEWAY_ENV"], !name.isEmpty {
            guard name.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "/") }), !name.hasPrefix(".") else {
                return .failure("GATEWAY_ENV must be a word like production, found \(FoundText.sanitized(name))")
            }
            let paths = ["toml", "yaml", "yml"].map { "config/\(name).\($0)" }
            return first(of: paths, &files)
                ?? .failure("GATEWAY_ENV is \(name), and there is no config/\(name).toml or config/\(name).yaml")
        }
        for folder in ["", "/etc/sluice/"] {
            if let found = first(of: endings.map { "\(folder)sluice.\($0)" }, &files) { return found }
        }
        return .none
    }

    private static func first(of paths: [String], _ files: inout FileAccess) -> Outcome? {
        var present: [String] = []
        for path in paths where files.exists(path) { present.append(path) }
        return present.first.map { .file($0, ignored: Array(present.dropFirst())) }
    }
}
