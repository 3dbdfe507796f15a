/// A model name, or a pattern of names in which `*` stands for any run of characters: `gpt-4o`, `claude-*`, `*-mini`.
public struct ModelPattern: Sendable, Hashable, CustomStringConvertible {
    /// The pattern as written.
    public let text: String

    /// Whether it is one name, without `*`.
    public var isExact: Bool { !text.utf8.contains(UInt8(ascii: "*")) }

    /// The number of bytes that are no `*`: of two patterns that match, the one with more of them says more.
    public var literalCount: Int { text.utf8.count { $0 != UInt8(ascii: "*") } }

    public var description: String { text }

    /// Makes a pattern.
    public init(_ text: String) {
        self.text = text
    }

    /// Whether `name` is one of the names. Letters' case counts, as it does for providers.
    ///
    /// Takes at most (pattern length x name length) steps, and no recursion.
    public func matches(_ name: String) -> Bool {
        let pattern = Array(text.utf8)
        let name = Array(name.utf8)
        var patternIndex = 0
        var nameIndex = 0
        // Where to go on when what follows the last star does not fit: one byte further for the star.
        var retry: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
                patternIndex += 1
                retry = (patternIndex, nameIndex)
            } else if patternIndex < pattern.count, pattern[patternIndex] == name[nameIndex] {
                patternIndex += 1
                nameIndex += 1
            } else if let again = retry {
                patternIndex = again.pattern
                nameIndex = again.name + 1
                retry = (again.pattern, again.name + 1)
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
