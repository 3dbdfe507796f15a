/// Whether a JSON Schema is within the part of the language that OpenAI follows to the letter.
///
/// The outermost value is an object; each object says `additionalProperties: false` and requires all its properties; and
/// keywords that are refused are not used. Source: OpenAI, structured outputs, supported schemas (read 2026-11).
enum OpenAIStrictSchema {
    private static let depthLimit = 64
    private static let refused: Set<String> = [
        "allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties",
        "propertyNames", "minProperties", "maxProperties", "unevaluatedProperties", "unevaluatedItems", "contains",
        "minContains", "maxContains", "uniqueItems", "minLength", "maxLength", "prefixItems", "default",
    ]

    static func accepts(_ schema: JSONFragment) -> Bool {
        guard let document = try? schema.parsed() else { return false }
        return accepts(document.root)
    }

    static func accepts(_ root: JSONNode) -> Bool {
        guard root["type"]?.stringValue == "object", root["anyOf"] == nil else { return false }
        return accepts(root, depth: 0)
    }

    private static func accepts(_ node: JSONNode, depth: Int) -> Bool {
        guard depth < depthLimit, node.kind == .object else { return false }
        var properties: JSONNode?
        var required: JSONNode?
        var isClosed = false
        var isObject = false
        for (key, value) in node.members {
            switch key {
            case "properties": properties = value
            case "required": required = value
            case "additionalProperties": isClosed = value.boolValue == false
            case "type":
                isObject = value.stringValue == "object" || value.elements.contains { $0.stringValue == "object" }
            case "items":
                guard accepts(value, depth: depth + 1) else { return false }
            case "anyOf":
                guard value.elements.allSatisfy({ accepts($0, depth: depth + 1) }) else { return false }
            case "$defs", "definitions":
                guard value.members.allSatisfy({ accepts($0.value, depth: depth + 1) }) else { return false }
            default:
                if refused.contains(key) { return false }
            }
        }
        guard isObject || properties != nil else { return true }
        guard isClosed else { return false }
        guard let properties else { return true }
        let names = Set(required?.elements.compactMap(\.stringValue) ?? [])
        for (name, value) in properties.members {
            guard names.contains(name), accepts(value, depth: depth + 1) else { return false }
        }
        return true
    }
}
