/// What came of loading a configuration.
public struct LoadResult: Sendable {
    /// The configuration; `nil` if there is an error among ``diagnostics``.
    public var configuration: GatewayConfiguration?
    /// Everything that was found, in the order of the search: errors and warnings.
    public var diagnostics: [Diagnostic]
    /// The file that was read; `nil` if there is none and the defaults apply.
    public var path: String?
    /// Every file that the configuration depends on, as it was just before it was read; `nil` where there was none.
    /// For a ``ConfigurationWatcher``.
    public var stamps: [String: FileStamp?]

    /// The errors alone.
    public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    /// The warnings alone.
    public var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }

    /// Makes a result.
    public init(
        configuration: GatewayConfiguration?,
        diagnostics: [Diagnostic],
        path: String?,
        stamps: [String: FileStamp?]
    ) {
        self.configuration = configuration
        self.diagnostics = diagnostics
        self.path = path
        self.stamps = stamps
    }
}
