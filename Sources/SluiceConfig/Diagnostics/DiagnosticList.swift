/// Collects findings; at most a thousand, so that a file of garbage gives no report without end.
struct DiagnosticList {
    private static let capacity = 1000

    private(set) var items: [Diagnostic] = []

    var hasErrors: Bool { items.contains { $0.severity == .error } }

    mutating func append(_ diagnostic: Diagnostic) {
        guard items.count < Self.capacity else { return }
        items.append(diagnostic)
    }

    mutating func error(_ message: String, at path: ConfigurationPath, _ location: SourceLocation?) {
        append(Diagnostic(severity: .error, path: path.description, location: location, message: message))
    }

    mutating func warning(_ message: String, at path: ConfigurationPath, _ location: SourceLocation?) {
        append(Diagnostic(severity: .warning, path: path.description, location: location, message: message))
    }
}
