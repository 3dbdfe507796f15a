/// Brings a JSON Schema into the form that Messages takes for structured output and strict tools.
///
/// Every object has to say `"additionalProperties":false`; bounds of numbers, lengths and counts are refused. A bound goes
/// into the description, where the model may still follow it; `oneOf` becomes `anyOf`. What needs no change stays byte for
/// byte. Source: Anthropic structured outputs guide, and what its SDK does with schemas (read 2026-11).
enum AnthropicSchema {
    private static let formats: Set<String> = [
        "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
    ]

    /// The schema as the vendor takes it, and whether it had to change.
    static func adapt(_ schema: JSONFragment) -> (schema: JSONFragment, isAdapted: Bool) {
        guard let document = try? schema.parsed(), needsChange(document.root) else { return (schema, false) }
        var out = AnthropicWriter(capacity: schema.bytes.count + 256)
        write(document.root, to: &out)
        return (JSONFragment(written: out.json.take()), true)
    }

    /// The schema of a tool's arguments: an object in any case.
    static func toolInput(_ schema: JSONFragment?) -> (schema: JSONFragment, isAdapted: Bool) {
        guard let schema, let document = try? schema.parsed(), document.root.kind == .object else {
            return (JSONFragment(written: Array(#"{"type":"object","properties":{}}"#.utf8)), false)
        }
        if document.root["type"]?.stringValue == "object" { return (schema, false) }
        var out = AnthropicWriter(capacity: schema.bytes.count + 32)
        out.json.beginObject()
        out.member("type", "object")
        for (key, value) in document.root.members where key != "type" {
            out.json.key(key)
            out.json.fragment(JSONFragment(value))
        }
        out.json.endObject()
        return (JSONFragment(written: out.json.take()), document.root.count > 0)
    }

    private enum Keyword {
        case schema
        case schemas
        case namedSchemas
        case refused
        case plain
    }

    private static func keyword(_ key: String, _ value: JSONNode) -> Keyword {
        switch key {
        case "items" where value.kind == .object: .schema
        case "anyOf", "allOf", "oneOf", "prefixItems": .schemas
        case "properties", "$defs", "definitions": .namedSchemas
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
            "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "minProperties", "maxProperties",
            "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties",
            "unevaluatedItems", "if", "then", "else", "not":
            .refused
        case "minItems": (value.intValue.map { $0 == 0 || $0 == 1 } ?? false) ? .plain : .refused
        case "format": (value.stringValue.map { formats.contains($0) } ?? false) ? .plain : .refused
        default: .plain
        }
    }

    private static func isObject(_ node: JSONNode) -> Bool {
        guard node["$ref"] == nil else { return false }
        guard let type = node["type"] else { return node["properties"] != nil }
        return type.stringValue == "object" || type.elements.contains { $0.stringValue == "object" }
    }

    private static func needsChange(_ node: JSONNode) -> Bool {
        guard node.kind == .object else { return false }
        if isObject(node), node["additionalProperties"]?.boolValue != false { return true }
        for (key, value) in node.members {
            switch keyword(key, value) {
            case .refused: return true
            case .schema: if needsChange(value) { return true }
            case .schemas: if key == "oneOf" || value.elements.contains(where: needsChange) { return true }
            case .namedSchemas: if value.members.contains(where: { needsChange($0.value) }) { return true }
            case .plain: break
            }
        }
        return false
    }

    // The depth is that of the document, which is bounded.
    private static func write(_ node: JSONNode, to out: inout AnthropicWriter) {
        guard node.kind == .object else { return out.json.fragment(JSONFragment(node)) }
        let isObject = isObject(node)
        var refused: [String] = []
        var description: String?
        out.json.beginObject()
        for (key, value) in node.members {
            let keyword = keyword(key, value)
            switch keyword {
            case .refused:
                refused.append("\(key): \(String(decoding: value.rawBytes, as: UTF8.self))")
                continue
            case .plain where key == "description" && value.kind == .string:
                description = value.stringValue
                continue
            case .plain where key == "additionalProperties" && isObject: continue
            case .plain, .schema, .schemas, .namedSchemas: break
            }
            out.json.key(key == "oneOf" && node["anyOf"] == nil ? "anyOf" : key)
            switch keyword {
            case .schema: write(value, to: &out)
            case .schemas where value.kind == .array:
                out.json.beginArray()
                for element in value.elements { write(element, to: &out) }
                out.json.endArray()
            case .namedSchemas where value.kind == .object:
                out.json.beginObject()
                for (name, schema) in value.members {
                    out.json.key(name)
                    write(schema, to: &out)
                }
                out.json.endObject()
            default: out.json.fragment(JSONFragment(value))
            }
        }
        if isObject { out.member("additionalProperties", false) }
        if !refused.isEmpty {
            let bounds = "(\(refused.joined(separator: ", ")))"
            description = description.map { "\($0) \(bounds)" } ?? bounds
        }
        if let description { out.member("description", description) }
        out.json.endObject()
    }
}
