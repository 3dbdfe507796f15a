/// Writes tools and choices of tools, in requests and where answers repeat them.
enum OpenAIResponsesToolWriter {
    /// The members of a tool of the client's.
    static func writeMembers(of tool: NeutralTool, to json: inout JSONWriter) {
        switch tool.kind {
        case .function(let schema):
            json.named("type", "function")
            json.named("name", tool.name)
            if let description = tool.description { json.named("description", text: description) }
            if let schema {
                json.named("parameters", json: schema)
            } else {
                json.namedNull("parameters")
            }
            // Unsaid, it would be true here.
            json.named("strict", tool.isStrict ?? false)
        case .custom(let format):
            json.named("type", "custom")
            json.named("name", tool.name)
            if let description = tool.description { json.named("description", text: description) }
            if let format {
                json.key("format" as StaticString)
                self.write(format: format, to: &json)
            }
        case .hosted: break
        }
    }

    static func write(_ choice: NeutralToolChoice, tools: [NeutralTool], to json: inout JSONWriter) {
        switch choice {
        case .auto: json.string("auto")
        case .none: json.string("none")
        case .required: json.string("required")
        case .tool(let name): self.write(reference: name, tools, to: &json)
        case .allowed(let names, let isRequired):
            json.beginObject()
            json.named("type", "allowed_tools")
            json.named("mode", isRequired ? "required" : "auto")
            json.key("tools" as StaticString)
            json.beginArray()
            for name in names { self.write(reference: name, tools, to: &json) }
            json.endArray()
            json.endObject()
        }
    }

    private static func write(reference name: String, _ tools: [NeutralTool], to json: inout JSONWriter) {
        json.beginObject()
        json.named("type", self.isCustom(name, tools) ? "custom" : "function")
        json.named("name", name)
        json.endObject()
    }

    /// Whether a tool takes free text.
    static func isCustom(_ name: String, _ tools: [NeutralTool]) -> Bool {
        tools.contains { tool in
            if case .custom = tool.kind { tool.name == name } else { false }
        }
    }

    /// `format` of `text`.
    static func write(_ format: NeutralOutputFormat, to json: inout JSONWriter) {
        json.named("format") { json in
            switch format {
            case .text: json.named("type", "text")
            case .jsonObject: json.named("type", "json_object")
            case .jsonSchema(let schema):
                json.named("type", "json_schema")
                json.named("name", text: schema.name ?? "response")
                if let description = schema.description { json.named("description", text: description) }
                json.named("schema", json: schema.schema)
                if let isStrict = schema.isStrict { json.named("strict", isStrict) }
            }
        }
    }

    /// A grammar stands in the format itself here, and in a member `grammar` in Chat Completions.
    private static func write(format: JSONFragment, to json: inout JSONWriter) {
        guard let document = try? format.parsed(), let grammar = document.root["grammar"], grammar.kind == .object
        else {
            return json.fragment(format)
        }
        json.beginObject()
        json.named("type", "grammar")
        for (key, value) in grammar.members where key != "type" {
            json.key(key)
            json.raw(value.rawBytes)
        }
        json.endObject()
    }
}
