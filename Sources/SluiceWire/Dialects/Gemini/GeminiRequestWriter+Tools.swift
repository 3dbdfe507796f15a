/// `tools` and `toolConfig`.
extension GeminiRequestWriter {
    mutating func writeTools() throws(ConversionError) {
        let tools = chosenTools
        if let limit = capabilities.maximumTools, tools.count > limit {
            throw .unsupported("tools", "The model takes \(limit) tools at most.")
        }
        var functions: [(index: Int, tool: NeutralTool, schema: JSONFragment?)] = []
        var hosted: [NeutralOpaque] = []
        for (index, tool) in tools {
            if tool.cacheHint != nil { losses.note("cache_control") }
            switch tool.kind {
            case .function(let schema): functions.append((index, tool, schema))
            case .custom:
                throw .unsupported("tools[\(index)]", "tools[\(index)]: Gemini has no tools that take free text.")
            case .hosted(let opaque):
                guard opaque.origin == .gemini else {
                    throw .unsupported("tools[\(index)]", "tools[\(index)]: Gemini has no tool '\(opaque.kind)'.")
                }
                hosted.append(opaque)
            }
        }
        if !tools.isEmpty {
            writer.key("tools")
            writer.beginArray()
            if !functions.isEmpty {
                writer.beginObject()
                writer.key("functionDeclarations")
                writer.beginArray()
                for function in functions { try writeFunction(function.tool, function.schema, at: function.index) }
                writer.endArray()
                writer.endObject()
            }
            for opaque in hosted { writer.fragment(opaque.value) }
            writer.endArray()
        }
        writeToolConfig(hasFunctions: !functions.isEmpty)
    }

    /// All tools, but for those that an optional choice leaves out: `AUTO` takes no list of names.
    private var chosenTools: [(index: Int, tool: NeutralTool)] {
        let all = request.tools.enumerated().map { (index: $0.offset, tool: $0.element) }
        guard case .allowed(let names, false) = request.toolChoice, ownToolConfig == nil else { return all }
        return all.filter { names.contains($0.tool.name) }
    }

    private var ownToolConfig: JSONFragment? {
        request.extras.value("toolConfig", of: .gemini)
    }

    private mutating func writeFunction(
        _ tool: NeutralTool, _ schema: JSONFragment?, at index: Int
    ) throws(ConversionError) {
        guard Self.isName(tool.name) else {
            let field = "tools[\(index)].function.name"
            throw .unsupported(
                field, "\(field): Gemini takes names of up to 128 letters, digits and _.:- with a letter or _ first.")
        }
        if tool.isStrict == true { losses.drop("strict") }
        writer.beginObject()
        writer.key("name")
        writer.string(tool.name)
        if let description = tool.description, !description.isEmpty {
            writer.key("description")
            writer.string(description)
        }
        if let schema, !GeminiSchema.isEmpty(schema) {
            var isAdapted = false
            writer.key("parametersJsonSchema")
            writer.fragment(GeminiSchema.forGoogle(schema, isAdapted: &isAdapted))
            if isAdapted { losses.adapt("tools") }
        }
        tool.extras.write(for: .gemini, to: &writer, losses: &losses)
        writer.endObject()
    }

    private mutating func writeToolConfig(hasFunctions: Bool) {
        if let own = ownToolConfig {
            writer.key("toolConfig")
            return writer.fragment(own)
        }
        guard let choice = request.toolChoice else { return }
        guard hasFunctions else {
            // Google refuses a choice without functions to choose from.
            switch choice {
            case .auto, .none: break
            default: losses.drop("tool_choice")
            }
            return
        }
        let (mode, names): (String, [String]) =
            switch choice {
            case .auto, .allowed(_, isRequired: false): ("AUTO", [])
            case .none: ("NONE", [])
            case .required: ("ANY", [])
            case .tool(let name): ("ANY", [name])
            case .allowed(let names, isRequired: true): ("ANY", names)
            }
        let isForced = mode == "ANY"
        if isForced, !capabilities.allowsForcedToolChoice { losses.adapt("tool_choice") }
        let canForce = isForced && capabilities.allowsForcedToolChoice
        writer.key("toolConfig")
        writer.beginObject()
        writer.key("functionCallingConfig")
        writer.beginObject()
        writer.key("mode")
        writer.string(isForced && !canForce ? "AUTO" : mode)
        if canForce, !names.isEmpty {
            writer.key("allowedFunctionNames")
            writer.beginArray()
            for name in names { writer.string(name) }
            writer.endArray()
        }
        writer.endObject()
        writer.endObject()
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 128 else { return false }
        let isLetter = (first | 0x20) &- UInt8(ascii: "a") < 26 || first == UInt8(ascii: "_")
        return isLetter
            && name.utf8.allSatisfy { byte in
                ToolCallCarrier.isPlain(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
            }
    }
}
