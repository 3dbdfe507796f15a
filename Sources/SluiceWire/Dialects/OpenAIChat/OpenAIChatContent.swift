/// The `content` of an answer: a string, or, from Mistral's reasoning models, an array of parts
/// `{"type":"thinking","thinking":[{"type":"text","text"}]}` and `{"type":"text","text"}`.
enum OpenAIChatContent {
    enum Piece {
        case text(JSONString)
        case thinking(JSONString)
    }

    static func pieces(_ node: JSONNode?) -> [Piece] {
        guard let node else { return [] }
        if let text = JSONString(node) { return text.isEmpty ? [] : [.text(text)] }
        var pieces: [Piece] = []
        for part in node.elements {
            switch part["type"]?.stringValue {
            case "text": if let text = JSONString(part["text"]), !text.isEmpty { pieces.append(.text(text)) }
            case "thinking":
                if let text = JSONString(part["thinking"]) {
                    pieces.append(.thinking(text))
                } else {
                    let texts = part["thinking"]?.elements.compactMap { JSONString($0["text"]) } ?? []
                    if !texts.isEmpty { pieces.append(.thinking(JSONString.joined(texts))) }
                }
            default: break
            }
        }
        return pieces
    }
}
