/// The members of one part, sorted: the one that says what it is, and those beside it.
///
/// `{"text":"..","thought":true,"thoughtSignature":".."}`, `{"functionCall":{..},"thoughtSignature":".."}`,
/// `{"inlineData":{..},"videoMetadata":{..}}`.
struct GeminiPartFields {
    /// What a part is.
    enum Kind {
        case text, inlineData, fileData, functionCall, functionResponse
        /// What only Google understands: code that it ran, calls of its own tools.
        case opaque(String)
    }

    /// What the part is; `nil` for a part that holds a signature only, or nothing.
    private(set) var kind: Kind?
    /// The value of the member that ``kind`` names.
    private(set) var value: JSONNode?
    /// Whether the part is a thought.
    private(set) var isThought = false
    /// The vendor's seal.
    private(set) var signature: JSONString?
    /// All other members.
    private(set) var extras = NeutralExtras()
    /// Whether more than one member says what the part is, which Google refuses.
    private(set) var isAmbiguous = false

    init(_ node: JSONNode) {
        for (key, value) in node.members where !value.isNull {
            let name = GeminiName.camel(key)
            switch name {
            case "text": set(.text, value)
            case "inlineData": set(.inlineData, value)
            case "fileData": set(.fileData, value)
            case "functionCall": set(.functionCall, value)
            case "functionResponse": set(.functionResponse, value)
            case "executableCode", "codeExecutionResult", "toolCall", "toolResponse": set(.opaque(name), value)
            case "thought": isThought = value.boolValue ?? false
            case "thoughtSignature": signature = JSONString(value).flatMap { $0.isEmpty ? nil : $0 }
            default: extras.append(name, JSONFragment(value), from: .gemini)
            }
        }
    }

    /// The members of the value, where it is an object.
    var members: [(key: String, value: JSONNode)] {
        value.map { Array($0.members) } ?? []
    }

    private mutating func set(_ kind: Kind, _ value: JSONNode) {
        if self.kind != nil { isAmbiguous = true }
        self.kind = kind
        self.value = value
    }
}
