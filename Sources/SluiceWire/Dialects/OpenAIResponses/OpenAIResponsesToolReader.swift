/// Reads `tools` and `tool_choice`.
///
/// Shapes: `{"type":"function","name","description","parameters","strict"}`, `{"type":"custom","name","format"}`, and
/// the tools that the vendor runs itself, which are kept as they are. Choices are flat: `{"type":"function","name"}`.
enum OpenAIResponsesToolReader {
    static func tools(_ node: JSONNode, _ losses: inout ConversionLosses) throws(ConversionError) -> [NeutralTool] {
        try OpenAIResponsesField.array(node, "tools")
        var tools: [NeutralTool] = []
        tools.reserveCapacity(node.count)
        for (index, element) in node.elements.enumerated() {
            try tools.append(self.tool(element, index, &losses))
        }
        return tools
    }

    /// The choice; `nil` for one of a tool that the vendor runs itself.
    static func choice(_ node: JSONNode) throws(ConversionError) -> NeutralToolChoice? {
        if let word = node.stringValue {
            switch word {
            case "auto": return .auto
            case "none": return NeutralToolChoice.none
            case "required": return .required
            default:
                throw .invalid(
                    "tool_choice",
                    "tool_choice: expected auto, none, required or an object, found '\(word.prefix(64))'.")
            }
        }
        guard node.kind == .object else {
            throw OpenAIResponsesField.wrong("tool_choice", "a string or an object", node)
        }
        switch try OpenAIResponsesField.member("type", of: node, "tool_choice").text {
        case "function", "custom":
            return .tool(try OpenAIResponsesField.member("name", of: node, "tool_choice").text)
        case "allowed_tools":
            return try self.allowed(node)
        default:
            return nil
        }
    }

    private static func allowed(_ node: JSONNode) throws(ConversionError) -> NeutralToolChoice? {
        guard let tools = node["tools"], tools.kind == .array else {
            throw .invalid("tool_choice.tools", "tool_choice.tools: expected an array of tools.")
        }
        var names: [String] = []
        for (index, tool) in tools.elements.enumerated() {
            guard let type = tool["type"]?.stringValue, type == "function" || type == "custom" else { return nil }
            names.append(try OpenAIResponsesField.member("name", of: tool, "tool_choice.tools[\(index)]").text)
        }
        switch try OpenAIResponsesField.member("mode", of: node, "tool_choice").text {
        case "auto": return .allowed(names, isRequired: false)
        case "required": return .allowed(names, isRequired: true)
        case let other:
            throw .invalid(
                "tool_choice.mode",
                "tool_choice.mode: expected auto or required, found '\(other.prefix(64))'.")
        }
    }

    private static func tool(
        _ node: JSONNode,
        _ index: Int,
        _ losses: inout ConversionLosses
    ) throws(ConversionError) -> NeutralTool {
        try OpenAIResponsesField.object(node, "tools[\(index)]")
        let type = try OpenAIResponsesField.member("type", of: node, "tools[\(index)]").text
        guard type == "function" || type == "custom" else {
            return NeutralTool(
                node["name"]?.stringValue ?? type,
                kind: .hosted(NeutralOpaque(origin: .openAIResponses, kind: type, value: JSONFragment(node))))
        }
        let name = try OpenAIResponsesField.member("name", of: node, "tools[\(index)]").text
        var tool = NeutralTool(name, kind: type == "custom" ? .custom(format: nil) : .function(schema: nil))
        var parameters: JSONNode?
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "type", "name": break
            case "description": tool.description = try OpenAIResponsesField.string(value, "tools[\(index)].description")
            case "format" where type == "custom":
                try OpenAIResponsesField.object(value, "tools[\(index)].format")
                tool.kind = .custom(format: JSONFragment(value))
            case "parameters" where type == "function":
                try OpenAIResponsesField.object(value, "tools[\(index)].parameters")
                parameters = value
                tool.kind = .function(schema: JSONFragment(value))
            case "strict" where type == "function":
                tool.isStrict = try OpenAIResponsesField.bool(value, "tools[\(index)].strict")
            default: tool.extras.keepResponses(key, value)
            }
        }
        if type == "function", tool.isStrict == nil {
            // Tools are strict here by default: the vendor rewrites schemas that break the rules of strict mode, where
            // others refuse them. So only a schema that keeps the rules as it stands is strict elsewhere too.
            if let parameters, OpenAIStrictSchema.accepts(parameters) {
                tool.isStrict = true
            } else if parameters != nil {
                losses.note("tools.strict")
            }
        }
        return tool
    }
}
