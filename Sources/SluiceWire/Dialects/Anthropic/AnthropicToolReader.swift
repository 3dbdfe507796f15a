/// Reads `tools` and `tool_choice` of a client's request.
///
/// A tool of another type than `custom` is one that the vendor runs or trained its models on: it stays as it was written.
/// Source: Anthropic SDK types `ToolUnionParam` and `ToolChoiceParam` (read 2026-11).
enum AnthropicToolReader {
    static func read(tools node: JSONNode) throws(ConversionError) -> [NeutralTool] {
        guard node.kind == .array else { throw .invalid("tools", "tools has to be a list.") }
        var tools: [NeutralTool] = []
        tools.reserveCapacity(node.count)
        for (index, tool) in node.elements.enumerated() {
            tools.append(try read(tool, index))
        }
        return tools
    }

    private static func read(_ node: JSONNode, _ index: Int) throws(ConversionError) -> NeutralTool {
        guard node.kind == .object else { throw .invalid("tools[\(index)]", "Each tool has to be an object.") }
        let type = node["type"]
        if let type, !type.isNull, type.stringValue != "custom" {
            guard let kind = type.stringValue else {
                throw .invalid("tools[\(index)].type", "The type of a tool has to be a text.")
            }
            return NeutralTool(
                node["name"]?.stringValue ?? kind,
                kind: .hosted(NeutralOpaque(origin: .anthropic, kind: kind, value: JSONFragment(node))))
        }
        guard let name = node["name"]?.stringValue, !name.isEmpty else {
            throw .invalid("tools[\(index)].name", "The tool has no name.")
        }
        guard let schema = node["input_schema"], schema.kind == .object else {
            throw .invalid("tools[\(index)].input_schema", "The tool has no input_schema.")
        }
        var tool = NeutralTool(name, kind: .function(schema: JSONFragment(schema)))
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "name", "input_schema", "type": break
            case "description":
                guard let text = JSONString(value) else {
                    throw .invalid("tools[\(index)].description", "The description has to be a text.")
                }
                tool.description = text
            case "strict": tool.isStrict = value.boolValue
            case "cache_control":
                let (hint, unknown) = AnthropicCacheControl.read(value)
                tool.cacheHint = hint
                if let unknown { tool.extras.append(key, unknown, from: .anthropic) }
            default: tool.extras.append(key, JSONFragment(value), from: .anthropic)
            }
        }
        return tool
    }

    static func read(choice node: JSONNode, into request: inout NeutralRequest) throws(ConversionError) {
        guard !node.isNull else { return }
        switch node["type"]?.stringValue {
        case "auto": request.toolChoice = .auto
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = NeutralToolChoice.none
        case "tool":
            guard let name = node["name"]?.stringValue, !name.isEmpty else {
                throw .invalid("tool_choice.name", "tool_choice has to name its tool.")
            }
            request.toolChoice = .tool(name)
        default: throw .invalid("tool_choice.type", "tool_choice.type has to be auto, any, tool or none.")
        }
        if let isAlone = node["disable_parallel_tool_use"]?.boolValue { request.allowsParallelCalls = !isAlone }
    }
}
