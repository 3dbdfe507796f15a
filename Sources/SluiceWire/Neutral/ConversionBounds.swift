/// How large a chat may be to be converted: far above what any vendor takes, and small enough that work which grows with
/// the square of a list stays within milliseconds.
public enum ConversionBounds {
    /// The most values of a body, keys and containers included.
    public static let nodes = 1_048_576
    /// The most elements of a list that stands at the top of a body: messages, contents, input, tools.
    public static let topElements = 8192
    /// The most elements or members of any other list or object.
    public static let elements = 4096
    /// The most calls that one request for embeddings becomes, where a model takes few inputs a call: as many as OpenAI's
    /// own limit of inputs needs where each has a call to itself.
    public static let calls = 2048

    /// Why a body is too large; `nil` when it is not. Without recursion.
    public static func fault(in document: JSONDocument) -> ConversionError? {
        let tape = document.storage.tape
        // Nearly every body ends here.
        guard tape.contains(where: { $0.kind.isContainer && $0.count > elements }) else { return nil }
        let root = document.root
        for (key, value) in root.members where value.kind == .array && value.count > topElements {
            return .invalid(key, "'\(ConversionLosses.sane(key))' has more than \(topElements) elements.")
        }
        var tops: Set<Int> = [root.index]
        for (_, value) in root.members where value.kind == .array { tops.insert(value.index) }
        for index in tape.indices where tape[index].kind.isContainer && tape[index].count > elements {
            if !tops.contains(index) {
                return .invalid(nil, "A list or an object within the body has more than \(elements) elements.")
            }
        }
        return nil
    }
}
