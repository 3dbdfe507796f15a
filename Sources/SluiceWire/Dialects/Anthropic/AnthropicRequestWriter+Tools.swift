/// `tools` and `tool_choice`.
extension AnthropicRequestWriter {
    mutating func writeTools() throws(ConversionError) {
        guard !tools.isEmpty else {
            switch request.toolChoice {
            case .required, .tool, .allowed:
                throw .invalid("tool_choice", "A tool call is demanded, and the request has no tool for it.")
            case .auto, .none?, nil: return
            }
        }
        if let limit = capabilities.maximumTools, tools.count > limit {
            throw .unsupported("tools", "The model takes at most \(limit) tools.")
        }
        blocks.out.beginArray("tools")
        for tool in tools { try write(tool) }
        blocks.out.json.endArray()
        try writeChoice()
    }

    private mutating func write(_ tool: NeutralTool) throws(ConversionError) {
        switch tool.kind {
        case .hosted(let opaque):
            guard opaque.origin == .anthropic else {
                throw .unsupported("tools", "The model has no tool of type \(opaque.kind).")
            }
            return blocks.out.json.fragment(opaque.value)
        case .custom(let format):
            if let format, (try? format.parsed())?.root["type"]?.stringValue != "text" {
                throw .unsupported("tools", "The model takes no grammar for the input of the tool \"\(tool.name)\".")
            }
            blocks.losses.adapt("tools")
            begin(tool)
            blocks.out.member("input_schema", AnthropicToolNames.customSchema)
        case .function(let schema):
            begin(tool)
            var (adapted, isAdapted) = AnthropicSchema.toolInput(schema)
            if tool.isStrict == true {
                let strict = AnthropicSchema.adapt(adapted)
                adapted = strict.schema
                isAdapted = isAdapted || strict.isAdapted
            }
            if isAdapted { blocks.losses.adapt("tools.parameters") }
            blocks.out.member("input_schema", adapted)
            if let isStrict = tool.isStrict { blocks.out.member("strict", isStrict) }
        }
        blocks.marks.write(tool.cacheHint, to: &blocks.out, losses: &blocks.losses)
        tool.extras.write(for: .anthropic, to: &blocks.out.json, losses: &blocks.losses)
        blocks.out.json.endObject()
    }

    private mutating func begin(_ tool: NeutralTool) {
        let name = AnthropicToolNames.fit(name: tool.name)
        if name != tool.name { blocks.losses.note("tools.name") }
        blocks.out.json.beginObject()
        blocks.out.member("name", name)
        if let description = tool.description, !description.isEmpty { blocks.out.member("description", description) }
    }

    private mutating func writeChoice() throws(ConversionError) {
        var name: String?
        var type: String
        switch request.toolChoice {
        case nil:
            guard request.allowsParallelCalls == false else { return }
            type = "auto"
        case .auto: type = "auto"
        case .none?: type = "none"
        case .required: type = "any"
        case .allowed(_, let isRequired): type = isRequired ? "any" : "auto"
        case .tool(let wanted):
            guard tools.contains(where: { $0.name == wanted }) else {
                throw .invalid("tool_choice", "tool_choice names the tool \"\(wanted)\", which is not among the tools.")
            }
            type = "tool"
            name = AnthropicToolNames.fit(name: wanted)
        }
        // A model that thinks takes no demand, whatever it takes else.
        if type == "any" || type == "tool", plan.isOn || !capabilities.allowsForcedToolChoice {
            blocks.losses.adapt("tool_choice")
            type = "auto"
            name = nil
        }
        blocks.out.beginObject("tool_choice")
        blocks.out.member("type", type)
        if let name { blocks.out.member("name", name) }
        if type != "none", let isParallel = request.allowsParallelCalls {
            blocks.out.member("disable_parallel_tool_use", !isParallel)
        }
        blocks.out.json.endObject()
    }
}
