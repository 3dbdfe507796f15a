/// Reads `additionalModelRequestFields`, which go to the model as they stand: what the neutral model knows of Anthropic's and
/// Nova's own fields is taken out, the rest stays an extra.
///
/// Source: Amazon Bedrock user guide, "Anthropic Claude Messages API" and "Extended thinking"; Amazon Nova user guide, "Using
/// the Converse API" (read 2026-11).
enum BedrockModelFieldsReader {
    static func read(_ node: JSONNode, into request: inout NeutralRequest) {
        guard node.kind == .object else {
            return request.extras.append("additionalModelRequestFields", JSONFragment(node), from: .bedrock)
        }
        var rest = JSONWriter(capacity: node.range.count)
        var restCount = 0
        rest.beginObject()
        for (key, value) in node.members where !take(key, value, into: &request) {
            rest.key(key)
            rest.fragment(JSONFragment(value))
            restCount += 1
        }
        rest.endObject()
        guard restCount > 0 else { return }
        request.extras.append("additionalModelRequestFields", JSONFragment(written: rest.take()), from: .bedrock)
    }

    /// Takes a field that is understood to its last member.
    private static func take(_ key: String, _ value: JSONNode, into request: inout NeutralRequest) -> Bool {
        switch key {
        case "top_k":
            guard let number = NumberText(value) else { return false }
            request.sampling.topK = number
        case "inferenceConfig":
            guard value.count == 1, let number = NumberText(value["topK"]) else { return false }
            request.sampling.topK = number
        case "thinking", "reasoning_config":
            guard var wish = thinking(value) else { return false }
            wish.effort = request.reasoning?.effort
            request.reasoning = wish
        case "reasoningConfig":
            return takeNova(value, into: &request)
        case "reasoning_effort":
            return takeEffort(value, into: &request)
        case "output_config", "reasoning":
            guard value.count == 1, let effort = value["effort"] else { return false }
            return takeEffort(effort, into: &request)
        case "tool_choice":
            return takeToolChoice(value, into: &request)
        default: return false
        }
        return true
    }

    /// Adds a level of effort.
    static func takeEffort(_ value: JSONNode, into request: inout NeutralRequest) -> Bool {
        guard let effort = value.stringValue.flatMap({ NeutralReasoning.Effort(rawValue: $0) }) else { return false }
        var wish = request.reasoning ?? NeutralReasoning()
        wish.effort = effort
        request.reasoning = wish
        return true
    }

    private static func thinking(_ value: JSONNode) -> NeutralReasoning? {
        guard value.kind == .object else { return nil }
        var wish = NeutralReasoning()
        for (key, member) in value.members {
            switch (key, member.stringValue) {
            case ("type", "enabled"): wish.mode = .enabled
            case ("type", "adaptive"): wish.mode = .adaptive
            case ("type", "disabled"): wish.mode = .disabled
            case ("type", "between_tools"): wish.mode = .betweenTools
            case ("display", "summarized"): wish.isShown = true
            case ("display", "omitted"): wish.isShown = false
            case ("budget_tokens", _):
                guard let budget = member.intValue else { return nil }
                wish.budgetTokens = budget
            default: return nil
            }
        }
        return wish.mode == nil ? nil : wish
    }

    private static func takeNova(_ value: JSONNode, into request: inout NeutralRequest) -> Bool {
        var wish = NeutralReasoning()
        for (key, member) in value.members {
            switch (key, member.stringValue) {
            case ("type", "enabled"): wish.mode = .enabled
            case ("type", "disabled"): wish.mode = .disabled
            case ("maxReasoningEffort", let word):
                guard let effort = word.flatMap({ NeutralReasoning.Effort(rawValue: $0) }) else { return false }
                wish.effort = effort
            default: return false
            }
        }
        guard wish.mode != nil else { return false }
        request.reasoning = wish
        return true
    }

    private static func takeToolChoice(_ value: JSONNode, into request: inout NeutralRequest) -> Bool {
        var choice: NeutralToolChoice?
        var name: String?
        var isDisabled: Bool?
        var type: String?
        for (key, member) in value.members {
            switch key {
            case "type": type = member.stringValue
            case "name": name = member.stringValue
            case "disable_parallel_tool_use": isDisabled = member.boolValue
            default: return false
            }
        }
        switch type {
        case nil: break
        case "auto": choice = .auto
        case "any": choice = .required
        case "none": choice = NeutralToolChoice.none
        case "tool":
            guard let name else { return false }
            choice = .tool(name)
        default: return false
        }
        if let choice { request.toolChoice = choice }
        if let isDisabled { request.allowsParallelCalls = !isDisabled }
        return true
    }
}
