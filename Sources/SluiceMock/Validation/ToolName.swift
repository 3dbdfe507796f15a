/// The names that vendors take for tools.
enum ToolName {
    /// Whether the name is 1 to `longest` letters, digits, underscores and dashes.
    static func isValid(_ name: String, longest: Int) -> Bool {
        (1...longest).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
                    || $0 == 0x2D
            }
    }
}
