/// What a JSON value is, told by its first byte.
public enum JSONKind: UInt8, Sendable, Equatable, Hashable {
    /// `{...}`
    case object
    /// `[...]`
    case array
    /// `"..."`
    case string
    /// `-1.5e3`
    case number
    /// `true`
    case `true`
    /// `false`
    case `false`
    /// `null`
    case null

    /// Whether the value is `true` or `false`.
    public var isBoolean: Bool {
        self == .true || self == .false
    }

    /// Whether the value is an object or an array.
    public var isContainer: Bool {
        self == .object || self == .array
    }
}
