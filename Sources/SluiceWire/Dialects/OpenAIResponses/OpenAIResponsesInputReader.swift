/// Reads `input` into messages.
///
/// Input is a flat list of items: messages, calls, results, thoughts. All that the model said without anybody answering
/// in between (thoughts, texts, calls) is one neutral message, and all results that follow it are one. Items are
/// accepted without `id` and `status`, as the API does. Items that only the vendor understands are kept as they are.
/// Source: types of OpenAI's Python SDK 3.52, response_input_item_param (read 2026-11).
struct OpenAIResponsesInputReader {
    var messages: [NeutralMessage] = []
    private(set) var losses: ConversionLosses
    private let seal: any CarrierSeal

    init(seal: any CarrierSeal, losses: ConversionLosses) {
        self.seal = seal
        self.losses = losses
    }

    mutating func read(_ input: JSONNode) throws(ConversionError) {
        if let text = JSONString(input) {
            messages.append(NeutralMessage(.user, text: text))
            return
        }
        guard input.kind == .array else { throw OpenAIResponsesField.wrong("input", "a string or an array", input) }
        messages.reserveCapacity(messages.count + input.count)
        for (index, item) in input.elements.enumerated() {
            try read(item, index)
        }
    }

    private mutating func read(_ item: JSONNode, _ index: Int) throws(ConversionError) {
        try OpenAIResponsesField.object(item, "input[\(index)]")
        let type: String
        if let node = item["type"], !node.isNull {
            type = try OpenAIResponsesField.string(node, "input[\(index)].type").text
        } else if item["role"] != nil {
            type = "message"
        } else if item["id"] != nil {
            type = "item_reference"
        } else {
            throw .invalid("input[\(index)].type", "input[\(index)].type: this field is required.")
        }
        switch type {
        case "message": try message(item, index)
        case "reasoning": reasoning(item)
        case "function_call": try call(item, index, isCustom: false)
        case "custom_tool_call": try call(item, index, isCustom: true)
        case "function_call_output", "custom_tool_call_output": try output(item, index)
        case "item_reference":
            throw .unsupported(
                "input[\(index)]",
                "input[\(index)]: this model's provider keeps no items to refer to. Send the item itself.")
        default:
            let part = NeutralPart(
                .opaque(NeutralOpaque(origin: .openAIResponses, kind: type, value: JSONFragment(item))))
            append([part], Self.isFromModel(type) ? .assistant : .user)
        }
    }

    /// Whether an item of the vendor's own is something that the model said, rather than something it was told.
    private static func isFromModel(_ type: String) -> Bool {
        switch type {
        case "additional_tools", "configuration_update", "compaction", "compaction_trigger": false
        default: !type.hasSuffix("_output") && !type.hasSuffix("_response")
        }
    }

    /// Adds to the last message where it goes on: turns of the model and of its tools are each one message.
    private mutating func append(_ parts: [NeutralPart], _ role: NeutralMessage.Role) {
        if role == .assistant || role == .tool, let last = messages.indices.last, messages[last].role == role {
            messages[last].parts.append(contentsOf: parts)
        } else {
            messages.append(NeutralMessage(role, parts))
        }
    }

    // MARK: Items

    private mutating func message(_ item: JSONNode, _ index: Int) throws(ConversionError) {
        let name = try OpenAIResponsesField.member("role", of: item, "input[\(index)]").text
        let role: NeutralMessage.Role
        switch name {
        case "user": role = .user
        case "assistant": role = .assistant
        case "system": role = .system
        case "developer": role = .developer
        default:
            throw .invalid(
                "input[\(index)].role",
                "input[\(index)].role: expected user, assistant, system or developer, found '\(name.prefix(64))'.")
        }
        var parts: [NeutralPart] = []
        var extras = NeutralExtras()
        var phase: JSONNode?
        for (key, value) in item.members where !value.isNull {
            switch key {
            case "type", "role", "id", "status": break
            case "content": parts = try OpenAIResponsesContentReader.parts(value, "input[\(index)].content")
            case "phase" where role == .assistant: phase = value
            default: extras.keepResponses(key, value)
            }
        }
        if let phase {
            // Messages of one turn become one; each text keeps its own phase.
            for place in parts.indices { parts[place].extras.keepResponses("phase", phase) }
        }
        append(parts, role)
        guard !extras.isEmpty, let last = messages.indices.last else { return }
        for field in extras.fields { messages[last].extras.append(field.name, field.value, from: field.origin) }
    }

    private mutating func reasoning(_ item: JSONNode) {
        let text = OpenAIResponsesReasoning.text(of: item)
        guard let sealed = JSONString(item["encrypted_content"]), !sealed.isEmpty, ThinkingCarrier.isToken(sealed)
        else {
            let signature = OpenAIResponsesReasoning.signature(of: item, model: nil)
            // Thoughts that are only in the vendor's store are out of reach.
            guard signature != nil || !text.isEmpty else { return losses.note("thinking") }
            return append([NeutralPart(.thinking(text), signature: signature)], .assistant)
        }
        guard let thoughts = ThinkingCarrier.thoughts(in: sealed, seal: seal) else {
            losses.drop("thinking")
            if !text.isEmpty { append([NeutralPart(.thinking(text))], .assistant) }
            return
        }
        append(thoughts.compactMap { Self.part($0, text: text) }, .assistant)
    }

    private static func part(_ thought: ThinkingCarrier.Thought, text: JSONString) -> NeutralPart? {
        if thought.isRedacted {
            return thought.signature.map { NeutralPart(.redactedThinking, signature: $0) }
        }
        let text = thought.text ?? text
        guard !text.isEmpty || thought.signature != nil else { return nil }
        return NeutralPart(.thinking(text), signature: thought.signature)
    }

    private mutating func call(_ item: JSONNode, _ index: Int, isCustom: Bool) throws(ConversionError) {
        let identifier = try OpenAIResponsesField.member("call_id", of: item, "input[\(index)]")
        let name = try OpenAIResponsesField.member("name", of: item, "input[\(index)]")
        var arguments = JSONString.empty
        var extras = NeutralExtras()
        for (key, value) in item.members where !value.isNull {
            switch key {
            case "type", "id", "status", "call_id", "name": break
            case isCustom ? "input" : "arguments":
                arguments = try OpenAIResponsesField.string(value, "input[\(index)].\(key)")
            default: extras.keepResponses(key, value)
            }
        }
        let carried = ToolCallCarrier.decode(identifier, seal: seal, losses: &losses)
        var part = NeutralPart(
            .toolCall(NeutralToolCall(id: carried.id, name: name.text, arguments: arguments, isCustom: isCustom)),
            extras: extras)
        restore(carried.thoughts, before: &part)
        append([part], .assistant)
    }

    /// Puts thoughts that travelled in a call's id back in their places.
    private mutating func restore(_ thoughts: [ThinkingCarrier.Thought], before call: inout NeutralPart) {
        for thought in thoughts {
            if thought.text == nil, !thought.isRedacted {
                call.signature = thought.signature
                continue
            }
            guard let part = Self.part(thought, text: .empty) else { continue }
            if thought.precedesText, let last = messages.indices.last, messages[last].role == .assistant,
                let place = Self.textSinceLastCall(messages[last].parts)
            {
                messages[last].parts.insert(part, at: place)
            } else {
                append([part], .assistant)
            }
        }
    }

    /// Where the text begins that the model said after its last call.
    private static func textSinceLastCall(_ parts: [NeutralPart]) -> Int? {
        var place: Int?
        for index in parts.indices.reversed() {
            switch parts[index].content {
            case .toolCall: return place
            case .text, .refusal: place = index
            default: break
            }
        }
        return place
    }

    private mutating func output(_ item: JSONNode, _ index: Int) throws(ConversionError) {
        let identifier = try OpenAIResponsesField.member("call_id", of: item, "input[\(index)]")
        let id = ToolCallCarrier.decode(identifier, seal: seal, losses: &losses).id
        var result = NeutralToolResult(callID: id, parts: [])
        var extras = NeutralExtras()
        for (key, value) in item.members where !value.isNull {
            switch key {
            case "type", "id", "status", "call_id": break
            case "name": result.name = try OpenAIResponsesField.string(value, "input[\(index)].name").text
            case "output": result.parts = try OpenAIResponsesContentReader.parts(value, "input[\(index)].output")
            default: extras.keepResponses(key, value)
            }
        }
        append([NeutralPart(.toolResult(result), extras: extras)], .tool)
    }
}
