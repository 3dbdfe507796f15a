import SluiceWire

/// The subset of OpenAPI's schema that `parameters`, `response` and `responseSchema` take. The fields with
/// `JsonSchema` in their names take JSON Schema as it is, and are not checked by this.
///
/// Source: the Schema type of the Gemini API reference (read 2026-11).
enum GeminiSchema {
    private static let deepest = 32

    private static let shape: RecordShape = RecordShape(
        .optional("type", .string), .optional("format", .string), .optional("title", .string),
        .optional("description", .string), .optional("nullable", .boolean), .optional("default", .any),
        .optional("example", .any), .optional("enum", .array(of: .string)), .optional("items", .object),
        .optional("minItems", number), .optional("maxItems", number), .optional("properties", .object),
        .optional("propertyOrdering", .array(of: .string)), .optional("required", .array(of: .string)),
        .optional("minProperties", number), .optional("maxProperties", number), .optional("minLength", number),
        .optional("maxLength", number), .optional("pattern", .string),
        .optional("minimum", .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)),
        .optional("maximum", .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)),
        .optional("anyOf", .array(of: .object)))

    /// Whole numbers of 64 bits, which Google's JSON writes as text too.
    private static let number = Shape.either([.integer(0...Int.max), .string])
    private static let types: Set<String> = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"]
    private static let textFormats: Set<String> = ["enum", "date-time"]

    /// Checks a schema; `path` is where it is, for messages.
    static func check(_ schema: JSONNode, _ path: String, depth: Int = 0) throws(RequestFault) {
        guard depth < deepest else { throw GeminiError.invalid(path, "\(path): schema is too deep.") }
        if let type = schema["type"], type.kind == .array {
            throw GeminiError.invalid(
                path, "Invalid value at '\(path)' (type), Proto field is not repeating, cannot start list.")
        }
        do throws(ShapeFault) {
            try ShapeChecker().check(schema, shape)
        } catch {
            throw GeminiError.fault(error.under(path))
        }
        let type = schema.text("type")?.uppercased() ?? ""
        guard type.isEmpty || types.contains(type) else {
            throw GeminiError.invalid(path, "Invalid value at '\(path).type' (type.googleapis.com/Type), \"\(type)\"")
        }
        try checkType(schema, type, "* GenerateContentRequest.\(path)", path)
        if let items = schema["items"], !items.isNull { try check(items, path + ".items", depth: depth + 1) }
        for (name, value) in schema["properties"]?.members.map({ $0 }) ?? [] {
            guard value.kind == .object else { throw GeminiError.invalid(path, "Invalid value at '\(path).\(name)'") }
            try check(value, "\(path).properties[\(name)]", depth: depth + 1)
        }
        for (index, value) in schema.list("anyOf").enumerated() {
            try check(value, "\(path).any_of[\(index)]", depth: depth + 1)
        }
    }

    private static func checkType(
        _ schema: JSONNode, _ type: String, _ place: String, _ path: String
    ) throws(RequestFault) {
        switch type {
        case "OBJECT":
            guard (schema["properties"]?.count ?? 0) > 0 else {
                throw GeminiError.invalid(path, "\(place).properties: should be non-empty for OBJECT type")
            }
        case "ARRAY":
            guard schema.has("items") else { throw GeminiError.invalid(path, "\(place).items: missing field.") }
        case "STRING":
            if let format = schema.text("format"), !textFormats.contains(format) {
                throw GeminiError.invalid(
                    path, "\(place).format: only 'enum' and 'date-time' are supported for STRING type")
            }
        default: break
        }
        if type != "STRING", !type.isEmpty, (schema["enum"]?.count ?? 0) > 0 {
            throw GeminiError.invalid(path, "\(place).enum: only allowed for STRING type")
        }
        let properties = schema["properties"]
        for (index, name) in schema.list("required").enumerated() {
            guard properties?[name.stringValue ?? ""] != nil else {
                throw GeminiError.invalid(path, "\(place).required[\(index)]: property is not defined")
            }
        }
    }
}
