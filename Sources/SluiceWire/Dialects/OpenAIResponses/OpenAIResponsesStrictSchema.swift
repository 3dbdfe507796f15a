/// Whether a JSON Schema keeps the rules of strict mode: every object names all its properties as required and allows
/// no others. Source: OpenAI's guide to structured outputs (read 2026-11).
enum OpenAIResponsesStrictSchema {
    // The parser's own bound is deeper; a schema past this one is not strict, as vendors allow far fewer levels.
    private static let maximumDepth = 32

    static func isStrict(_ schema: JSONNode) -> Bool {
        schema["type"]?.stringValue == "object" && self.isStrict(schema, depth: 0)
    }

    private static func isStrict(_ schema: JSONNode, depth: Int) -> Bool {
        guard schema.kind == .object, depth < self.maximumDepth else { return false }
        var properties: JSONNode?
        var required: JSONNode?
        var isClosed = false
        var isObject = false
        for (key, value) in schema.members {
            switch key {
            case "type":
                isObject = value.stringValue == "object" || value.elements.contains { $0.stringValue == "object" }
            case "properties": properties = value
            case "required": required = value
            case "additionalProperties": isClosed = value.boolValue == false
            case "items":
                guard self.isStrict(value, depth: depth + 1) else { return false }
            case "anyOf":
                guard value.elements.allSatisfy({ self.isStrict($0, depth: depth + 1) }) else { return false }
            case "$defs", "definitions":
                guard value.members.allSatisfy({ self.isStrict($0.value, depth: depth + 1) }) else { return false }
            case "allOf", "oneOf", "not", "if", "then", "else", "patternProperties", "dependentRequired",
                "dependentSchemas":
                return false
            default: break
            }
        }
        guard isObject || properties != nil else { return true }
        guard isClosed else { return false }
        guard let properties else { return true }
        let names = Set(required.map { $0.elements.compactMap { $0.stringValue } } ?? [])
        return properties.members.allSatisfy { names.contains($0.key) && self.isStrict($0.value, depth: depth + 1) }
    }
}
