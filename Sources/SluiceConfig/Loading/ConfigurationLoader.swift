/// Loads the configuration of a gateway from a file and the environment.
///
/// Of two sources that say the same thing the first of these wins: variables with the prefix `SLUICE_`, those with
/// `GATEWAY_`, the file, variables that other programs share (`PORT`, `OPENAI_API_KEY`, `HTTPS_PROXY`), the defaults.
///
/// ```swift
/// let loader = ConfigurationLoader(environment: environment, files: SystemFiles(), knownKinds: kinds)
/// let result = loader.load(path: options.config)
/// for diagnostic in result.diagnostics { print("\(diagnostic.severity): \(diagnostic)") }
/// ```
///
/// Reads files and so blocks: not for an event loop. Keeps no state: load again for a reload.
public struct ConfigurationLoader: Sendable {
    /// The longest configuration file that is read.
    public static let fileLimit = ByteSize.mebibytes(4)

    /// The environment of the process.
    public let environment: [String: String]
    private let files: any FileReading
    private let kinds: [ProviderKind]
    private let rules: RuleCheck

    /// Makes a loader.
    ///
    /// - Parameters:
    ///   - environment: the environment of the process.
    ///   - files: where files are read from.
    ///   - knownKinds: the rows of the provider catalogue, in the order in which providers of the environment come.
    ///   - rules: says what is wrong with limits and budgets.
    public init(
        environment: [String: String],
        files: any FileReading,
        knownKinds: [ProviderKind],
        rules: RuleCheck = .none
    ) {
        self.environment = environment
        self.files = files
        self.kinds = knownKinds
        self.rules = rules
    }

    /// Loads the file at `path`, or the one that the environment or the usual places have.
    public func load(path: String? = nil) -> LoadResult {
        var files = FileAccess(files)
        switch ConfigurationLookup.find(argument: path, environment: environment, files: &files) {
        case .none:
            return decode([], format: .yaml, source: "defaults", folder: "", path: nil, files: files)
        case .failure(let message):
            return failure(message, path: nil, files: files)
        case .file(let path, let ignored):
            let bytes: [UInt8]
            do throws(FileProblem) {
                bytes = try files.read(path, limit: Self.fileLimit)
            } catch {
                return failure("the configuration file \(path): \(error)", path: path, files: files)
            }
            let folder = FilePath.folder(of: path)
            var result = decode(
                bytes, format: .init(path: path), source: path, folder: folder, path: path, files: files)
            if !ignored.isEmpty {
                let names = ignored.joined(separator: " and ")
                let message = "\(names) is there too and not read; remove it, or name one with --config"
                result.diagnostics.insert(
                    Diagnostic(severity: .warning, path: "", location: SourceLocation(source: path), message: message),
                    at: 0
                )
            }
            return result
        }
    }

    /// Loads a text that is in memory already.
    ///
    /// - Parameters:
    ///   - text: the text of a file.
    ///   - format: its notation.
    ///   - source: what messages call it.
    public func load(text: String, format: ConfigurationFormat, source: String) -> LoadResult {
        decode(Array(text.utf8), format: format, source: source, folder: "", path: nil, files: FileAccess(files))
    }

    private func failure(_ message: String, path: String?, files: FileAccess) -> LoadResult {
        let diagnostic = Diagnostic(severity: .error, path: "", location: nil, message: message)
        return LoadResult(configuration: nil, diagnostics: [diagnostic], path: path, stamps: files.stamps)
    }

    private func decode(
        _ bytes: [UInt8],
        format: ConfigurationFormat,
        source: String,
        folder: String,
        path: String?,
        files: FileAccess
    ) -> LoadResult {
        let read = Self.read(bytes, format: format, source: source)
        guard var root = read.node else {
            return LoadResult(configuration: nil, diagnostics: read.problems.items, path: path, stamps: files.stamps)
        }
        if root.isNull { root.content = .map([]) }
        var upgrade = EarlierGatewayUpgrade(kinds: kinds)
        upgrade.apply(to: &root)
        var overrides = EnvironmentOverrides(environment: environment, kinds: kinds)
        overrides.apply(to: &root)
        let references = ReferenceResolver(environment: environment, folder: folder, files: files)
        var check = SchemaCheck(references: references)
        var problems = read.problems.items + upgrade.problems.items + overrides.problems.items
        guard var document = check.check(root, GatewaySchema.root, at: .root) else {
            problems += check.problems.items
            return LoadResult(
                configuration: nil,
                diagnostics: problems,
                path: path,
                stamps: check.references.files.stamps
            )
        }
        SharedVariables(environment: environment, kinds: kinds).fill(&document)
        var decoder = DocumentDecoder(
            files: check.references.files,
            kinds: kinds,
            folder: folder,
            openAIUpstreams: upgrade.openAIUpstreams,
            ruleCheck: rules
        )
        let configuration = decoder.decode(document)
        problems += check.problems.items + decoder.problems.items
        return LoadResult(
            configuration: problems.contains { $0.severity == .error } ? nil : configuration,
            diagnostics: problems,
            path: path,
            stamps: decoder.files.stamps
        )
    }

    private static func read(
        _ bytes: [UInt8],
        format: ConfigurationFormat,
        source: String
    ) -> (node: ConfigurationNode?, problems: DiagnosticList) {
        // Editors of some systems begin a file with a byte order mark.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        guard !text.contains(0) else {
            var problems = DiagnosticList()
            problems.error("this is no text: it holds the byte 0", at: .root, SourceLocation(source: source))
            return (nil, problems)
        }
        switch format {
        case .yaml: return YAMLReader.read(text, source: source)
        case .toml: return TOMLReader.read(text, source: source)
        }
    }
}
