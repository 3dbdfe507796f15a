/// Reads tools and the choice among them.
enum OpenAIChatToolReader {
    /// `{"type":"function","function":{"name","description","parameters","strict"}}`, or of type `custom`; any other
    /// type is a tool that its vendor runs itself.
    static func tool(_ node: JSONNode, at position: Int) throws(ConversionError) -> NeutralTool {
        let field = "tools[\(position)]"
        try OpenAIChatField.object(node, field)
        guard let type = node["type"]?.stringValue else { throw .invalid("\(field).type", "Expected a string.") }
        var tool: NeutralTool
        switch type {
        case "function":
            guard let function = node["function"] else { throw .invalid("\(field).function", "It is required.") }
            tool = try self.function(function, "\(field).function")
        case "custom":
            guard let custom = node["custom"] else { throw .invalid("\(field).custom", "It is required.") }
            tool = try self.custom(custom, "\(field).custom")
        default:
            let opaque = NeutralOpaque(origin: .openAIChat, kind: type, value: JSONFragment(node))
            return NeutralTool(node["name"]?.stringValue ?? type, kind: .hosted(opaque))
        }
        for (key, value) in node.members where key != "type" && key != type && !value.isNull {
            if key == "cache_control", let hint = OpenAIChatCacheHint.read(value) {
                tool.cacheHint = hint
            } else {
                tool.extras.append(key, JSONFragment(value), from: .openAIChat)
            }
        }
        return tool
    }

    /// A function's name, description, parameters and strictness; what else it has goes into one extra, `function`.
    static func function(_ node: JSONNode, _ field: String) throws(ConversionError) -> NeutralTool {
        try OpenAIChatField.object(node, field)
        var tool = NeutralTool(try OpenAIChatField.name(node["name"], "\(field).name"), kind: .function(schema: nil))
        var rest = OpenAIChatRest()
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "name": break
            case "description":
                tool.description = try OpenAIChatField.string(value, "\(field).description")
            case "parameters":
                try OpenAIChatField.object(value, "\(field).parameters")
                tool.kind = .function(schema: JSONFragment(value))
            case "strict": tool.isStrict = try OpenAIChatField.bool(value, "\(field).strict")
            case "cache_control" where OpenAIChatCacheHint.read(value) != nil:
                tool.cacheHint = OpenAIChatCacheHint.read(value)
            default: rest.append(key, value)
            }
        }
        if let rest = rest.fragment { tool.extras.append("function", rest, from: .openAIChat) }
        return tool
    }

    private static func custom(_ node: JSONNode, _ field: String) throws(ConversionError) -> NeutralTool {
        try OpenAIChatField.object(node, field)
        let format = OpenAIChatField.member(node, "format").map { JSONFragment($0) }
        return NeutralTool(
            try OpenAIChatField.name(node["name"], "\(field).name"), description: JSONString(node["description"]),
            kind: .custom(format: format))
    }

    /// `"auto"`, `"none"`, `"required"`, a named tool, or `allowed_tools`.
    static func choice(_ node: JSONNode) throws(ConversionError) -> NeutralToolChoice {
        switch (node.kind, node.stringValue ?? node["type"]?.stringValue) {
        case (.string, "auto"): return .auto
        case (.string, "none"): return .none
        // Mistral and others say "any".
        case (.string, "required"), (.string, "any"): return .required
        case (.object, "function"):
            return .tool(try OpenAIChatField.name(node["function"]?["name"], "tool_choice.function.name"))
        case (.object, "custom"):
            return .tool(try OpenAIChatField.name(node["custom"]?["name"], "tool_choice.custom.name"))
        case (.object, "allowed_tools"):
            return try allowed(node["allowed_tools"] ?? node)
        default:
            throw .invalid("tool_choice", "Expected auto, none, required, or an object that names tools.")
        }
    }

    private static func allowed(_ node: JSONNode) throws(ConversionError) -> NeutralToolChoice {
        guard let tools = node["tools"], tools.kind == .array, tools.count > 0 else {
            throw .invalid("tool_choice.allowed_tools.tools", "Expected an array of tools.")
        }
        var names: [String] = []
        for tool in tools.elements {
            let holder = tool["function"] ?? tool["custom"] ?? tool
            let field = "tool_choice.allowed_tools.tools[\(names.count)]"
            names.append(try OpenAIChatField.name(holder["name"], "\(field).function.name"))
        }
        switch node["mode"]?.stringValue {
        case "auto": return .allowed(names, isRequired: false)
        case "required": return .allowed(names, isRequired: true)
        default: throw .invalid("tool_choice.allowed_tools.mode", "Expected auto or required.")
        }
    }

    /// `function_call` of a request before tools: `"auto"`, `"none"`, `{"name"}`.
    static func legacyChoice(_ node: JSONNode) throws(ConversionError) -> NeutralToolChoice {
        switch node.stringValue {
        case "auto": return .auto
        case "none": return .none
        case nil where node.kind == .object:
            return .tool(try OpenAIChatField.name(node["name"], "function_call.name"))
        default: throw .invalid("function_call", "Expected auto, none, or an object with a name.")
        }
    }
}
