/// One member of a top-level object: where its key and value lie in the scanned bytes.
public struct JSONMember: Sendable, Equatable {
    /// The key, inside its quotes, escapes not decoded.
    public var key: Range<Int>
    /// The value, with its quotes, brackets or braces.
    public var value: Range<Int>
    /// What the value is.
    public var kind: JSONKind
    /// Whether the key holds a backslash, so that its bytes are not yet its name.
    public var keyHasEscapes: Bool
    /// Whether the value is a string that holds a backslash.
    public var valueHasEscapes: Bool

    /// Creates a member.
    public init(
        key: Range<Int>, value: Range<Int>, kind: JSONKind, keyHasEscapes: Bool, valueHasEscapes: Bool = false
    ) {
        self.key = key
        self.value = value
        self.kind = kind
        self.keyHasEscapes = keyHasEscapes
        self.valueHasEscapes = valueHasEscapes
    }

    /// The member with every offset moved by `distance`, for an object found inside another text.
    func moved(by distance: Int) -> JSONMember {
        var copy = self
        copy.key = key.lowerBound + distance..<key.upperBound + distance
        copy.value = value.lowerBound + distance..<value.upperBound + distance
        return copy
    }
}
