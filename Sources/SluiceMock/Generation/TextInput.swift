import SluiceWire

/// One input of completions, embeddings and moderations: a text, or tokens.
struct TextInput: Sendable, Equatable {
    /// The text; tokens as their numbers.
    var text: String
    /// What it counts for: bytes of text, four for a token.
    var bytes: Int

    /// A string, an array of strings, an array of tokens, or an array of arrays of tokens.
    static func read(_ node: JSONNode?) -> [TextInput] {
        guard let node else { return [] }
        if let text = node.stringValue { return [TextInput(text: text, bytes: text.utf8.count)] }
        if node[0]?.kind == .number { return [tokens(node)] }
        return node.elements.map { element in
            if let text = element.stringValue { return TextInput(text: text, bytes: text.utf8.count) }
            return tokens(element)
        }
    }

    private static func tokens(_ node: JSONNode) -> TextInput {
        TextInput(text: String(decoding: node.rawBytes, as: UTF8.self), bytes: node.count * 4)
    }
}
