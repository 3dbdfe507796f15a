extension BedrockRequestWriter {
    /// Writes `toolConfig`, where there are tools or a history that needs some.
    mutating func writeTools() throws(ConversionError) {
        let rest = request.extras.value("toolConfig", of: .bedrock)
        guard !tools.tools.isEmpty || !tools.stubs.isEmpty else { return }
        json.key("toolConfig")
        json.beginObject()
        json.key("tools")
        json.beginArray()
        for (index, tool) in tools.tools.enumerated() { try write(tool, index) }
        for name in tools.stubs { writeStub(name) }
        json.endArray()
        if let choice = tools.choice {
            json.key("toolChoice")
            json.beginObject()
            switch choice {
            case .auto: json.key("auto")
            case .any: json.key("any")
            case .tool: json.key("tool")
            }
            json.beginObject()
            if case .tool(let name) = choice {
                json.key("name")
                json.string(name)
            }
            json.endObject()
            json.endObject()
        }
        if let rest { json.members(of: rest, except: ["tools", "toolChoice"]) }
        json.endObject()
    }

    private mutating func write(_ tool: NeutralTool, _ index: Int) throws(ConversionError) {
        switch tool.kind {
        case .hosted(let opaque):
            guard opaque.origin == .bedrock else {
                throw .unsupported("tools[\(index)]", "Bedrock has no tool of the kind \(opaque.kind).")
            }
            dropForeign(tool.extras)
            json.fragment(opaque.value)
        case .custom(let format):
            guard format == nil else {
                throw .unsupported("tools[\(index)].format", "Bedrock takes no grammar for a tool's input.")
            }
            context.losses.adapt("tools")
            writeSpecification(tool) { json in
                json.raw(#"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}"#.utf8)
            }
        case .function(let schema):
            guard schema == nil || schema?.kind == .object else {
                throw .invalid("tools[\(index)]", "The schema of tool \(tool.name) must be a JSON object.")
            }
            writeSpecification(tool) { $0.objectSchema(schema) }
        }
        writeCachePoint(tool.cacheHint)
    }

    private mutating func writeSpecification(_ tool: NeutralTool, _ schema: (inout JSONWriter) -> Void) {
        let name = BedrockToolNames.fit(tool.name)
        if name != tool.name { context.losses.note("tools.name") }
        json.beginObject()
        json.key("toolSpec")
        json.beginObject()
        json.key("name")
        json.string(name)
        if let description = tool.description, !description.isBlank {
            json.key("description")
            json.string(description)
        }
        json.key("inputSchema")
        json.beginObject()
        json.key("json")
        schema(&json)
        json.endObject()
        if let isStrict = tool.isStrict {
            json.key("strict")
            json.bool(isStrict)
        }
        writeOwn(tool.extras)
        json.endObject()
        json.endObject()
    }

    private mutating func writeStub(_ name: String) {
        writeSpecification(
            NeutralTool(name, description: "Not available any more.", kind: .function(schema: nil))
        ) { $0.objectSchema(nil) }
    }
}

extension JSONWriter {
    /// Writes a schema of a tool's arguments, which the vendor wants to say `"type":"object"`.
    fileprivate mutating func objectSchema(_ schema: JSONFragment?) {
        guard let schema else { return raw(#"{"type":"object","properties":{}}"#.utf8) }
        var members: [JSONMember] = []
        let bytes = schema.bytes.span
        guard (try? JSONScanner.scanObject(bytes, into: &members)) != nil,
            !members.contains(where: { JSONScanner.key($0, in: bytes, equals: "type") })
        else { return fragment(schema) }
        beginObject()
        key("type")
        string("object")
        if members.isEmpty {
            key("properties")
            fragment(.emptyObject)
        }
        self.members(of: schema, except: [])
        endObject()
    }

    /// Writes the members of an object into the one that is open, but for those of some names.
    mutating func members(of object: JSONFragment, except names: [String]) {
        guard let document = try? object.parsed() else { return }
        for (key, value) in document.root.members where !names.contains(key) {
            self.key(key)
            fragment(JSONFragment(value))
        }
    }
}
