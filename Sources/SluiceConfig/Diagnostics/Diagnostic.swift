/// One finding about a configuration, in words that tell the fix.
///
/// Printed as `server.timeouts.idle: expected a duration like 1m, found 60 (sluice.yaml:41:13)`. Safe for logs: it
/// never holds the value of a key or of what a reference stands for.
public struct Diagnostic: Error, Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The configuration cannot be used.
        case error
        /// It can be used, though hardly as it was meant.
        case warning
    }

    /// How bad it is.
    public var severity: Severity
    /// The key path, such as `models.smart.targets[0].provider`; empty for the document as a whole.
    public var path: String
    /// Where the value stands; `nil` where it comes from no source at all.
    public var location: SourceLocation?
    /// What is wrong and what would be right.
    public var message: String

    /// Path, message and location in one line.
    public var description: String {
        let subject = path.isEmpty ? "" : "\(path): "
        let place = location.map { " (\($0))" } ?? ""
        return "\(subject)\(message)\(place)"
    }

    /// Makes a finding.
    public init(severity: Severity, path: String, location: SourceLocation?, message: String) {
        self.severity = severity
        self.path = path
        self.location = location
        self.message = message
    }
}
