/// What the strategies of a model need to know of a request's body and head, so that nothing else is read.
public struct SignalNeeds: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Whose request it is, for `sticky`.
    public static let stickyKey = Self(rawValue: 1)
    /// The beginning of the prompt, for `prefix`.
    public static let prefix = Self(rawValue: 2)
    /// The size of the prompt and of the answer, for `cheapest`.
    public static let size = Self(rawValue: 4)
}

/// What the `sticky` strategy follows.
public enum StickyBy: Sendable, Hashable {
    /// A header field, by its name.
    case header(String)
    /// The user that the body names, else the client's key.
    case user
    /// The conversation: what the body calls it, else its first turn.
    case conversation
}
