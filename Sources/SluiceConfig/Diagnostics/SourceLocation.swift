/// Where a value stands: a place in a file, or an environment variable.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// The path of the file as it was named, or `environment variable <NAME>`.
    public var source: String
    /// From 1; `nil` where it is not known.
    public var line: Int?
    /// From 1, in characters; `nil` where it is not known.
    public var column: Int?

    /// `sluice.yaml:41:13`, as far as it is known.
    public var description: String {
        guard let line else { return source }
        guard let column else { return "\(source):\(line)" }
        return "\(source):\(line):\(column)"
    }

    /// Makes a location.
    public init(source: String, line: Int? = nil, column: Int? = nil) {
        self.source = source
        self.line = line
        self.column = column
    }

    /// The location of what the environment variable `name` says.
    static func environment(_ name: String) -> SourceLocation {
        SourceLocation(source: "environment variable \(name)")
    }
}
