public import SluiceCore

/// Says what is wrong with limits and budgets as a file writes them.
///
/// Their meaning belongs to another target, which this one does not know: it comes in as functions, and errors are reported with
/// their place in the file all the same.
public struct RuleCheck: Sendable {
    /// What is wrong with the rules of a level. A problem without a path is one of the level's name.
    public var problems: @Sendable (_ rules: RuleText, _ level: String) -> [RuleText.Problem]
    /// Whether a time zone is known on this machine.
    public var knowsZone: @Sendable (_ name: String) -> Bool

    /// Makes a check.
    public init(
        problems: @escaping @Sendable (_ rules: RuleText, _ level: String) -> [RuleText.Problem],
        knowsZone: @escaping @Sendable (_ name: String) -> Bool
    ) {
        self.problems = problems
        self.knowsZone = knowsZone
    }

    /// Takes everything: for who looks at other parts of a file.
    public static let none = RuleCheck(problems: { _, _ in [] }, knowsZone: { _ in true })
}
