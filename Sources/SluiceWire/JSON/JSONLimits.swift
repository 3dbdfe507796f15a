/// Bounds on the shape of a JSON text, so that memory and time stay in proportion to the bytes received.
public struct JSONLimits: Sendable, Equatable {
    /// How many objects and arrays may be open at once; the outermost counts as one.
    public var maximumDepth: Int
    /// How many members of the top-level object ``JSONScanner`` reports before it refuses.
    public var maximumMembers: Int
    /// How many values and keys a ``JSONDocument`` holds before it refuses; each takes 16 bytes.
    public var maximumNodes: Int

    /// Bounds that every published model API stays far below.
    public static let `default` = JSONLimits()

    /// Creates limits; a value left out takes its default.
    public init(maximumDepth: Int = 256, maximumMembers: Int = 16_384, maximumNodes: Int = 16_777_216) {
        self.maximumDepth = max(1, maximumDepth)
        self.maximumMembers = max(0, maximumMembers)
        self.maximumNodes = max(1, maximumNodes)
    }
}
