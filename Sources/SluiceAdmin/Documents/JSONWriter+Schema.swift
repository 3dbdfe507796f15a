import SluiceWire

extension JSONWriter {
    /// Writes a schema.
    mutating func schema(_ schema: AdminSchema) {
        self.beginObject()
        self.schemaMembers(schema, isNullable: false)
        self.endObject()
    }

    private mutating func schemaMembers(_ schema: AdminSchema, isNullable: Bool) {
        switch schema {
        case .string(let format):
            self.type("string", isNullable)
            if let format { self.member("format", format) }
        case .words(let words):
            self.type("string", isNullable)
            self.key("enum")
            self.beginArray()
            for word in words { self.string(word) }
            if isNullable { self.null() }
            self.endArray()
        case .integer(let minimum, let maximum):
            self.type("integer", isNullable)
            self.member("format", "int64")
            if let minimum { self.member("minimum", minimum) }
            if let maximum { self.member("maximum", maximum) }
        case .number:
            self.type("number", isNullable)
        case .boolean:
            self.type("boolean", isNullable)
        case .array(let element):
            self.type("array", isNullable)
            self.key("items")
            self.schema(element)
        case .map(let value):
            self.type("object", isNullable)
            self.key("additionalProperties")
            self.schema(value)
        case .object(let properties):
            self.type("object", isNullable)
            self.object(properties)
        case .any:
            break
        case .reference(let name):
            if isNullable {
                self.key("oneOf")
                self.beginArray()
                self.schema(.reference(name))
                self.beginObject()
                self.member("type", "null")
                self.endObject()
                self.endArray()
            } else {
                self.member("$ref", "#/components/schemas/\(name)")
            }
        case .nullable(let inner):
            self.schemaMembers(inner, isNullable: true)
        }
    }

    private mutating func type(_ name: String, _ isNullable: Bool) {
        self.key("type")
        guard isNullable else { return self.string(name) }
        self.beginArray()
        self.string(name)
        self.string("null")
        self.endArray()
    }

    private mutating func object(_ properties: [AdminProperty]) {
        self.key("properties")
        self.beginObject()
        for property in properties {
            self.key(property.name)
            self.beginObject()
            self.schemaMembers(property.schema, isNullable: false)
            // A reference may have a description beside it since OpenAPI 3.1.
            self.member("description", property.description)
            self.endObject()
        }
        self.endObject()
        let required = properties.filter(\.isRequired).map(\.name)
        if !required.isEmpty { self.member("required", required) }
        self.member("additionalProperties", false)
    }
}
