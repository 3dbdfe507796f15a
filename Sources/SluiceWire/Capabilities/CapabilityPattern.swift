/// Whether a model's name fits a pattern in which `*` stands for any run of characters. Letters' case does not count.
///
/// Takes at most (pattern length x name length) steps, and no recursion.
enum CapabilityPattern {
    static func matches(_ pattern: StaticString, _ name: Span<UInt8>) -> Bool {
        pattern.withUTF8Buffer { pattern in
            var patternIndex = 0
            var nameIndex = 0
            // Where to go on when what follows the last star does not fit: one byte further for the star.
            var retry: (pattern: Int, name: Int)?
            while nameIndex < name.count {
                if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
                    patternIndex += 1
                    retry = (patternIndex, nameIndex)
                } else if patternIndex < pattern.count, pattern[patternIndex] == Self.lowercased(name[nameIndex]) {
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

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
}
