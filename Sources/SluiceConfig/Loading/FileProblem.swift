/// Why a file could not be read, in words that end a sentence: "/run/secrets/openai: not found".
public struct FileProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    /// Makes a problem.
    public init(_ description: String) {
        self.description = description
    }

    /// There is no such file.
    public static let notFound = FileProblem("not found")
    /// The rights of the process do not suffice.
    public static let notPermitted = FileProblem("may not be read by this user")
}
