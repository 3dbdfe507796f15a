/// Reads a client's request of `POST /v1/messages` and of `/v1/messages/count_tokens`.
///
/// Source: Anthropic SDK types `MessageCreateParams` and `MessageCountTokensParams`, stable and beta (read 2026-11).
struct AnthropicRequestReader {
    /// What the vendor does beside the model: without these the answer would be another.
    private static let essential: Set<String> = ["container", "context_management", "mcp_servers", "thread"]

    private var request = NeutralRequest(messages: [])
    private var reasoning = NeutralReasoning()
    private var tier: String?
    private var system: JSONNode?
    private var messages: JSONNode?

    /// Reads a request. `isCount`: it asks for its tokens only, and has no `max_tokens`.
    static func read(
        _ document: JSONDocument, _ context: inout RequestReading, isCount: Bool
    ) throws(ConversionError) -> NeutralRequest {
        let root = document.root
        guard root.kind == .object else { throw .invalid(nil, "The request body has to be a JSON object.") }
        var reader = AnthropicRequestReader()
        for (key, value) in root.keyedMembers { try reader.take(key, value) }
        guard let messages = reader.messages else { throw .invalid("messages", "messages is required.") }
        guard isCount || reader.request.maximumOutputTokens != nil else {
            throw .invalid("max_tokens", "max_tokens is required.")
        }
        var conversation = AnthropicMessageReader(seal: context.seal, losses: context.losses)
        if let system = reader.system { try conversation.read(system: system) }
        try conversation.read(messages: messages)
        context.losses = conversation.losses
        reader.request.messages = conversation.messages
        reader.request.origin = .anthropic
        guard !reader.request.messages.isEmpty else { throw .invalid("messages", "messages has to hold a message.") }
        reader.finish()
        return reader.request
    }

    private mutating func take(_ key: JSONKey, _ value: JSONNode) throws(ConversionError) {
        switch key {
        // The route knows the model.
        case "model": break
        case "messages": messages = value
        case "system": system = value.isNull ? nil : value
        case "max_tokens": request.maximumOutputTokens = try Self.integer(value, key.text)
        case "stream": request.isStreaming = try Self.flag(value, key.text)
        case "temperature": request.sampling.temperature = try Self.number(value, key.text)
        case "top_p": request.sampling.topP = try Self.number(value, key.text)
        case "top_k": request.sampling.topK = try Self.number(value, key.text)
        case "stop_sequences": try stops(value)
        case "tools": if !value.isNull { request.tools = try AnthropicToolReader.read(tools: value) }
        case "tool_choice": try AnthropicToolReader.read(choice: value, into: &request)
        case "thinking": try thinking(value)
        case "output_config": try outputConfig(value)
        case "output_format": try format(value, "output_format")
        case "metadata": metadata(value)
        case "service_tier": tier = value.stringValue
        case "speed": speed(value)
        default: if !value.isNull { keep(key.text, JSONFragment(value)) }
        }
    }

    private mutating func finish() {
        if reasoning != NeutralReasoning() { request.reasoning = reasoning }
        guard let tier else { return }
        if request.serviceTier == .fast || (tier != "auto" && tier != "standard_only") {
            var text: [UInt8] = []
            JSONWriter.append(tier, to: &text)
            keep("service_tier", JSONFragment(written: text))
        } else {
            request.serviceTier = tier == "auto" ? .auto : .standard
        }
    }

    private mutating func keep(_ key: String, _ value: JSONFragment) {
        request.extras.append(key, value, from: .anthropic, isEssential: Self.essential.contains(key))
    }

    private mutating func stops(_ node: JSONNode) throws(ConversionError) {
        guard !node.isNull else { return }
        guard node.kind == .array else { throw .invalid("stop_sequences", "stop_sequences has to be a list.") }
        for (index, stop) in node.elements.enumerated() {
            guard let text = JSONString(stop) else {
                throw .invalid("stop_sequences[\(index)]", "A stop sequence has to be a text.")
            }
            request.stopSequences.append(text)
        }
    }

    private mutating func thinking(_ node: JSONNode) throws(ConversionError) {
        guard !node.isNull else { return }
        switch node["type"]?.stringValue {
        case "enabled":
            reasoning.mode = .enabled
            guard let budget = node["budget_tokens"]?.intValue else {
                throw .invalid("thinking.budget_tokens", "thinking of type enabled has to have budget_tokens.")
            }
            reasoning.budgetTokens = budget
        case "adaptive": reasoning.mode = .adaptive
        case "disabled": reasoning.mode = .disabled
        case "between_tools": reasoning.mode = .betweenTools
        default:
            throw .invalid("thinking.type", "thinking.type has to be adaptive, enabled, disabled or between_tools.")
        }
        var isKnown = true
        for (key, value) in node.members where !value.isNull {
            switch (key, value.stringValue) {
            case ("type", _), ("budget_tokens", _): break
            case ("display", "summarized"): reasoning.isShown = true
            case ("display", "omitted"): reasoning.isShown = false
            case ("display", _):
                reasoning.isShown = true
                isKnown = false
            default: isKnown = false
            }
        }
        // What the model has no place for goes back to the vendor with the whole of it.
        if !isKnown { keep("thinking", JSONFragment(node)) }
    }

    private mutating func outputConfig(_ node: JSONNode) throws(ConversionError) {
        guard !node.isNull else { return }
        guard node.kind == .object else { throw .invalid("output_config", "output_config has to be an object.") }
        var rest = AnthropicWriter()
        rest.json.beginObject()
        var hasRest = false
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "effort":
                guard let effort = value.stringValue.flatMap(NeutralReasoning.Effort.init(rawValue:)),
                    effort >= .low
                else {
                    throw .invalid("output_config.effort", "effort has to be low, medium, high, xhigh or max.")
                }
                reasoning.effort = effort
            case "format": try format(value, "output_config.format")
            default:
                hasRest = true
                rest.json.key(key)
                rest.json.fragment(JSONFragment(value))
            }
        }
        rest.json.endObject()
        if hasRest { keep("output_config", JSONFragment(written: rest.json.take())) }
    }

    private mutating func format(_ node: JSONNode, _ field: String) throws(ConversionError) {
        guard !node.isNull else { return }
        guard node["type"]?.stringValue == "json_schema" else {
            throw .invalid("\(field).type", "The type of the format has to be json_schema.")
        }
        guard let schema = node["schema"], schema.kind == .object else {
            throw .invalid("\(field).schema", "The format has no schema.")
        }
        request.outputFormat = .jsonSchema(NeutralSchema(schema: JSONFragment(schema), isStrict: true))
    }

    private mutating func metadata(_ node: JSONNode) {
        guard node.kind == .object else { return }
        request.endUser = JSONString(node["user_id"])
        var rest = AnthropicWriter()
        rest.json.beginObject()
        var hasRest = false
        for (key, value) in node.members where key != "user_id" {
            hasRest = true
            rest.json.key(key)
            rest.json.fragment(JSONFragment(value))
        }
        rest.json.endObject()
        if hasRest { keep("metadata", JSONFragment(written: rest.json.take())) }
    }

    private mutating func speed(_ node: JSONNode) {
        switch node.stringValue {
        // The usual speed is what is asked for when nothing is said.
        case nil, "standard": break
        case "fast": request.serviceTier = .fast
        default: keep("speed", JSONFragment(node))
        }
    }

    private static func integer(
        _ node: JSONNode, _ field: @autoclosure () -> String
    ) throws(ConversionError) -> Int? {
        guard let value = node.intValue, value >= 0 else {
            throw .invalid(field(), "\(field()) has to be a positive integer.")
        }
        return value
    }

    private static func number(
        _ node: JSONNode, _ field: @autoclosure () -> String
    ) throws(ConversionError) -> NumberText? {
        if node.isNull { return nil }
        guard let value = NumberText(node) else { throw .invalid(field(), "\(field()) has to be a number.") }
        return value
    }

    private static func flag(
        _ node: JSONNode, _ field: @autoclosure () -> String
    ) throws(ConversionError) -> Bool {
        if node.isNull { return false }
        guard let value = node.boolValue else { throw .invalid(field(), "\(field()) has to be true or false.") }
        return value
    }
}
