import SluiceWire

/// Makes a value that fits a JSON schema, the same one each time for a seed.
///
/// Understood: `type` (also a list), `properties`, `items`, `prefixItems`, `enum`, `const`, `default`, `anyOf`,
/// `oneOf`, `allOf` (its first), `$ref` within the schema, `minItems`, `minimum`, `maximum`, `exclusiveMinimum`,
/// `minLength`, `maxLength` and the usual `format`s. Anything deeper than 16 levels is null, so that a schema that
/// refers to itself ends.
struct SchemaExample {
    private static let deepest = 16
    private static let words = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron"]

    var seed: UInt64

    /// The value as compact JSON; `{}` without a schema.
    func text(for schema: JSONNode?) -> String {
        guard let schema else { return "{}" }
        var json = JSONWriter(capacity: 256)
        write(schema, root: schema, depth: 0, index: 0, to: &json)
        return String(decoding: json.take(), as: UTF8.self)
    }

    /// A word of the mock's own.
    func word(_ index: Int = 0) -> String {
        Self.words[Int(DeterministicHash.mix(seed, index) % UInt64(Self.words.count))]
    }

    private func write(_ schema: JSONNode, root: JSONNode, depth: Int, index: Int, to json: inout JSONWriter) {
        guard depth < Self.deepest, json.bytes.count < 1 << 20 else { return json.null() }
        for key in ["const", "default"] {
            if let value = schema[key] { return json.raw(value.rawBytes) }
        }
        if let value = schema["enum"]?[0] { return json.raw(value.rawBytes) }
        if let reference = schema["$ref"]?.stringValue {
            guard let target = resolve(reference, root) else { return json.null() }
            return write(target, root: root, depth: depth + 1, index: index, to: &json)
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let first = schema[key]?[0] {
                return write(first, root: root, depth: depth + 1, index: index, to: &json)
            }
        }
        switch type(of: schema) {
        case "object": writeObject(schema, root, depth, to: &json)
        case "array": writeArray(schema, root, depth, to: &json)
        case "integer": json.integer(integer(schema, index))
        case "number": writeNumber(schema, index, to: &json)
        case "boolean": json.bool(true)
        case "null": json.null()
        default: json.string(string(schema, index))
        }
    }

    private func type(of schema: JSONNode) -> String {
        if let name = schema["type"]?.stringValue { return name }
        if let names = schema["type"]?.elements {
            return names.compactMap(\.stringValue).first { $0 != "null" } ?? "null"
        }
        if schema["properties"] != nil || schema.kind == .object && schema.count == 0 { return "object" }
        return schema["items"] != nil ? "array" : "string"
    }

    private func writeObject(_ schema: JSONNode, _ root: JSONNode, _ depth: Int, to json: inout JSONWriter) {
        json.beginObject()
        if let properties = schema["properties"] {
            for (index, property) in properties.members.enumerated() {
                json.key(property.key)
                write(property.value, root: root, depth: depth + 1, index: index, to: &json)
            }
        }
        json.endObject()
    }

    private func writeArray(_ schema: JSONNode, _ root: JSONNode, _ depth: Int, to json: inout JSONWriter) {
        json.beginArray()
        if let fixed = schema["prefixItems"] {
            for (index, item) in fixed.elements.enumerated() {
                write(item, root: root, depth: depth + 1, index: index, to: &json)
            }
        } else if let item = schema["items"] {
            let count = min(8, max(1, schema["minItems"]?.intValue ?? 1))
            for index in 0..<count { write(item, root: root, depth: depth + 1, index: index, to: &json) }
        }
        json.endArray()
    }

    private func integer(_ schema: JSONNode, _ index: Int) -> Int {
        if let low = schema["minimum"]?.intValue { return low }
        if let low = schema["exclusiveMinimum"]?.intValue, low < Int.max { return low + 1 }
        let value = Int(DeterministicHash.mix(seed, index) % 10) + 1
        return schema["maximum"]?.intValue.map { min($0, value) } ?? value
    }

    private func writeNumber(_ schema: JSONNode, _ index: Int, to json: inout JSONWriter) {
        if let low = schema["minimum"] { return json.raw(low.rawBytes) }
        if let high = schema["maximum"] { return json.raw(high.rawBytes) }
        json.double(Double(integer(schema, index)) + 0.5)
    }

    private func string(_ schema: JSONNode, _ index: Int) -> String {
        switch schema["format"]?.stringValue {
        case "date-time": return "2026-01-01T00:00:00Z"
        case "date": return "2026-01-01"
        case "time": return "00:00:00Z"
        case "email": return "mock@example.com"
        case "uri", "url": return "https://example.com/"
        case "uuid": return "00000000-0000-4000-8000-000000000000"
        default: break
        }
        var text = word(index)
        let shortest = min(4096, schema["minLength"]?.intValue ?? 0)
        while text.utf8.count < shortest { text += word(index) }
        if let longest = schema["maxLength"]?.intValue { text = String(text.prefix(max(0, longest))) }
        return text
    }

    /// Follows `#/$defs/Name` and the like.
    private func resolve(_ reference: String, _ root: JSONNode) -> JSONNode? {
        guard reference.hasPrefix("#") else { return nil }
        var node = root
        for step in reference.split(separator: "/", maxSplits: 16).dropFirst() {
            guard let next = node[String(step)] else { return nil }
            node = next
        }
        return node
    }
}
