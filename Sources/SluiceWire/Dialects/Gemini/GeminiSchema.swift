/// Schemas: Google's subset of OpenAPI into JSON Schema, and JSON Schema into what Google takes.
///
/// A subset's schema writes its types in upper case (`"STRING"`), says `nullable`, may write numbers as strings, keeps
/// definitions under `defs` and refers to them by `ref`. Lower-case types, and names with underscores, are taken too.
/// Source: google-genai 3.4.0, `Schema`, `JSONSchema`; Gemini API reference, `responseJsonSchema` (read 2026-11).
enum GeminiSchema {
    /// The JSON Schema that a schema of the subset stands for. Recursion is bounded by the depth of the document.
    static func jsonSchema(_ node: JSONNode) -> JSONFragment {
        guard node.kind == .object else { return JSONFragment(node) }
        var writer = JSONWriter(capacity: node.rawBytes.count + 64)
        write(node, to: &writer)
        return JSONFragment(written: writer.take())
    }

    /// The schema as Google takes it: itself, but for references with keywords beside them, which Google refuses. Those
    /// become an `anyOf` of one. `isAdapted` is set when something was changed.
    static func forGoogle(_ schema: JSONFragment, isAdapted: inout Bool) -> JSONFragment {
        guard contains(schema.bytes, "\"$ref\""), let document = try? schema.parsed() else { return schema }
        var writer = JSONWriter(capacity: schema.bytes.count + 64)
        var didChange = false
        writeForGoogle(document.root, to: &writer, didChange: &didChange)
        guard didChange else { return schema }
        isAdapted = true
        return JSONFragment(written: writer.take())
    }

    /// Whether a schema allows nothing to be said: no schema at all, as Google sees it.
    static func isEmpty(_ schema: JSONFragment) -> Bool {
        GeminiCompactJSON.bytes(schema.bytes.prefix(16)).elementsEqual("{}".utf8)
    }

    // MARK: OpenAPI subset

    private static func write(_ node: JSONNode, to writer: inout JSONWriter) {
        var type: String?
        var isNullable = false
        var order: [String] = []
        for (key, value) in node.members {
            switch GeminiName.camel(key) {
            case "type": type = value.stringValue?.lowercased()
            case "nullable": isNullable = value.boolValue ?? false
            case "propertyOrdering": order = value.elements.compactMap(\.stringValue)
            default: break
            }
        }
        if type == "type_unspecified" { type = nil }
        writer.beginObject()
        for (key, value) in node.members where !value.isNull || key == "default" {
            let name = GeminiName.camel(key)
            switch name {
            case "nullable", "propertyOrdering": break
            case "type": writeType(value, type, isNullable: isNullable, to: &writer)
            case "format" where value.stringValue == "enum": break
            case "enum": writeEnum(value, type, isNullable: isNullable, to: &writer)
            case "properties": writeProperties(value, order, to: &writer)
            case "defs":
                writer.key("$defs")
                writeMap(value, to: &writer)
            case "$defs", "definitions", "patternProperties":
                writer.key(name)
                writeMap(value, to: &writer)
            case "ref": writeReference(value, to: &writer)
            case "items", "additionalProperties", "not":
                writer.key(name)
                writeValue(value, to: &writer)
            case "anyOf", "oneOf", "allOf", "prefixItems":
                writeList(name, value, addsNull: isNullable && type == nil && name == "anyOf", to: &writer)
            case "example":
                writer.key("examples")
                writer.beginArray()
                writer.fragment(JSONFragment(value))
                writer.endArray()
            case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "minimum",
                "maximum":
                writer.key(name)
                writeNumber(value, to: &writer)
            default:
                writer.key(name)
                writer.fragment(JSONFragment(value))
            }
        }
        writer.endObject()
    }

    private static func writeValue(_ node: JSONNode, to writer: inout JSONWriter) {
        if node.kind == .object {
            write(node, to: &writer)
        } else {
            writer.fragment(JSONFragment(node))
        }
    }

    private static func writeType(_ node: JSONNode, _ type: String?, isNullable: Bool, to writer: inout JSONWriter) {
        if node.kind == .array {
            // JSON Schema already.
            writer.key("type")
            writer.fragment(JSONFragment(node))
        } else if let type {
            writer.key("type")
            guard isNullable, type != "null" else { return writer.string(type) }
            writer.beginArray()
            writer.string(type)
            writer.string("null")
            writer.endArray()
        }
    }

    private static func writeEnum(_ node: JSONNode, _ type: String?, isNullable: Bool, to writer: inout JSONWriter) {
        let isNumeric = type == "integer" || type == "number"
        writer.key("enum")
        writer.beginArray()
        var hasNull = false
        for value in node.elements {
            hasNull = hasNull || value.isNull
            if isNumeric {
                writeNumber(value, to: &writer)
            } else {
                writer.fragment(JSONFragment(value))
            }
        }
        if isNullable, !hasNull { writer.null() }
        writer.endArray()
    }

    /// Properties in the order that `propertyOrdering` asks for; those that it does not name follow.
    private static func writeProperties(_ node: JSONNode, _ order: [String], to writer: inout JSONWriter) {
        writer.key("properties")
        guard node.kind == .object else { return writer.fragment(JSONFragment(node)) }
        writer.beginObject()
        var written: Set<String> = []
        for name in order where !written.contains(name) {
            guard let value = node[name] else { continue }
            written.insert(name)
            writer.key(name)
            writeValue(value, to: &writer)
        }
        for (name, value) in node.members where !written.contains(name) {
            writer.key(name)
            writeValue(value, to: &writer)
        }
        writer.endObject()
    }

    private static func writeMap(_ node: JSONNode, to writer: inout JSONWriter) {
        guard node.kind == .object else { return writer.fragment(JSONFragment(node)) }
        writer.beginObject()
        for (name, value) in node.members {
            writer.key(name)
            writeValue(value, to: &writer)
        }
        writer.endObject()
    }

    private static func writeList(_ name: String, _ node: JSONNode, addsNull: Bool, to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginArray()
        for value in node.elements { writeValue(value, to: &writer) }
        if addsNull {
            writer.beginObject()
            writer.key("type")
            writer.string("null")
            writer.endObject()
        }
        writer.endArray()
    }

    private static func writeReference(_ node: JSONNode, to writer: inout JSONWriter) {
        guard let target = node.stringValue else { return }
        writer.key("$ref")
        writer.string(target.hasPrefix("#/defs/") ? "#/$defs/" + target.dropFirst(7) : target)
    }

    /// A number that may be written as a string, as ProtoJSON writes 64-bit integers.
    private static func writeNumber(_ node: JSONNode, to writer: inout JSONWriter) {
        if let text = node.stringValue {
            if let integer = Int(text) { return writer.integer(integer) }
            if let double = Double(text), double.isFinite { return writer.double(double) }
        }
        writer.fragment(JSONFragment(node))
    }

    // MARK: JSON Schema

    private static func writeForGoogle(_ node: JSONNode, to writer: inout JSONWriter, didChange: inout Bool) {
        switch node.kind {
        case .array:
            writer.beginArray()
            for value in node.elements { writeForGoogle(value, to: &writer, didChange: &didChange) }
            writer.endArray()
        case .object:
            let reference = node["$ref"].flatMap { $0.kind == .string ? $0 : nil }
            let isCrowded = reference != nil && node.members.contains { !$0.key.hasPrefix("$") }
            let hasChoice = isCrowded && node["anyOf"] != nil
            writer.beginObject()
            for (key, value) in node.members {
                if isCrowded, key == "$ref" {
                    didChange = true
                    // Beside a choice the reference cannot stand, nor become one.
                    if !hasChoice { writeChoice(value, to: &writer) }
                    continue
                }
                writer.key(key)
                switch key {
                case "default", "const", "enum", "example", "examples": writer.fragment(JSONFragment(value))
                default: writeForGoogle(value, to: &writer, didChange: &didChange)
                }
            }
            writer.endObject()
        default:
            writer.fragment(JSONFragment(node))
        }
    }

    private static func writeChoice(_ reference: JSONNode, to writer: inout JSONWriter) {
        writer.key("anyOf")
        writer.beginArray()
        writer.beginObject()
        writer.key("$ref")
        writer.fragment(JSONFragment(reference))
        writer.endObject()
        writer.endArray()
    }

    private static func contains(_ bytes: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return false }
            let count = text.utf8CodeUnitCount
            var position = 0
            while true {
                position = ByteScan.find(text.utf8Start.pointee, base, position, raw.count)
                guard position &+ count <= raw.count else { return false }
                if ByteScan.equal(base, position, position &+ count, text) { return true }
                position &+= 1
            }
        }
    }
}
