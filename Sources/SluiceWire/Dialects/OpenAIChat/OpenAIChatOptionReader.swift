/// Reads the members of a request that have forms of their own: stop, output format, reasoning, metadata.
enum OpenAIChatOptionReader {
    /// `"\n"` or `["a","b"]`.
    static func stop(_ node: JSONNode) throws(ConversionError) -> [JSONString] {
        if let text = JSONString(node) { return [text] }
        try OpenAIChatField.array(node, "stop")
        var sequences: [JSONString] = []
        for element in node.elements {
            sequences.append(try OpenAIChatField.string(element, "stop[\(sequences.count)]"))
        }
        return sequences
    }

    /// Labels, all of them texts.
    static func metadata(_ node: JSONNode) throws(ConversionError) -> [NeutralLabel] {
        try OpenAIChatField.object(node, "metadata")
        var labels: [NeutralLabel] = []
        for (key, value) in node.members where !value.isNull {
            let text = try OpenAIChatField.string(value, "metadata.\(key)")
            labels.append(NeutralLabel(key: JSONString(key), value: text))
        }
        return labels
    }

    /// `{"type":"json_schema","json_schema":{"name","schema","strict","description"}}`; `nil` for a form that is not
    /// OpenAI's.
    static func outputFormat(_ node: JSONNode) throws(ConversionError) -> NeutralOutputFormat? {
        try OpenAIChatField.object(node, "response_format")
        switch node["type"]?.stringValue {
        case "text": return .text
        case "json_object": return .jsonObject
        case "json_schema":
            guard let format = node["json_schema"], format.kind == .object else {
                throw .invalid("response_format.json_schema", "Expected an object.")
            }
            guard let schema = format["schema"], schema.kind == .object else {
                throw .invalid("response_format.json_schema.schema", "Expected a JSON Schema.")
            }
            return .jsonSchema(
                NeutralSchema(
                    name: JSONString(format["name"]), description: JSONString(format["description"]),
                    schema: JSONFragment(schema), isStrict: format["strict"]?.boolValue ?? false))
        case .some: return nil
        case nil: throw .invalid("response_format.type", "Expected text, json_object or json_schema.")
        }
    }

    /// `reasoning_effort`, and the forms of other servers: OpenRouter's `reasoning`, `thinking` of Z.ai and LiteLLM.
    static func reasoning(
        _ key: String,
        _ node: JSONNode,
        _ reasoning: inout NeutralReasoning
    ) throws(ConversionError) {
        switch key {
        case "reasoning_effort": reasoning.effort = try effort(node, key)
        case "include_reasoning": reasoning.isShown = try OpenAIChatField.bool(node, key)
        case "thinking":
            try OpenAIChatField.object(node, key)
            switch node["type"]?.stringValue {
            case "enabled": reasoning.mode = .enabled
            case "disabled": reasoning.mode = .disabled
            case "adaptive", "auto": reasoning.mode = .adaptive
            default: throw .invalid("thinking.type", "Expected enabled, disabled or adaptive.")
            }
            if let budget = OpenAIChatField.member(node, "budget_tokens") {
                reasoning.budgetTokens = try OpenAIChatField.integer(budget, atLeast: 0, "thinking.budget_tokens")
            }
        default:
            try OpenAIChatField.object(node, key)
            for (name, value) in node.members where !value.isNull {
                switch name {
                case "effort": reasoning.effort = try effort(value, "reasoning.effort")
                case "max_tokens":
                    reasoning.budgetTokens = try OpenAIChatField.integer(value, atLeast: 0, "reasoning.max_tokens")
                case "exclude": reasoning.isShown = try !OpenAIChatField.bool(value, "reasoning.exclude")
                case "enabled":
                    reasoning.mode = try OpenAIChatField.bool(value, "reasoning.enabled") ? .enabled : .disabled
                case "summary": reasoning.summary = try OpenAIChatField.string(value, "reasoning.summary")
                default: break
                }
            }
        }
    }

    private static func effort(_ node: JSONNode, _ field: String) throws(ConversionError) -> NeutralReasoning.Effort {
        guard let effort = node.stringValue.flatMap(NeutralReasoning.Effort.init(rawValue:)) else {
            throw .invalid(field, "Expected none, minimal, low, medium, high, xhigh or max.")
        }
        return effort
    }
}
