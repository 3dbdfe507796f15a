/// Names a field of JSON whose value is made unreadable: `password`, or by the last names of its path, `user.email`.
///
/// Case does not count (of ASCII letters). Arrays are no part of a path.
public struct RedactedField: Sendable, Hashable {
    private static let mostNames = 16

    /// As it is written.
    public let text: String
    /// The names, the outermost first, in lower case.
    let names: [[UInt8]]

    /// Reads a name or a path; `nil` when a name in it is empty, or there are more than 16.
    public init?(_ text: String) {
        let names = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard names.count <= Self.mostNames, names.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 >= 0x20 } }) else {
            return nil
        }
        self.text = text
        self.names = names.map { $0.map(Self.lowered) }
    }

    /// Whether a path, in lower case, ends with these names.
    func matches(_ path: [[UInt8]]) -> Bool {
        path.count >= self.names.count && path.suffix(self.names.count).elementsEqual(self.names)
    }

    static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
