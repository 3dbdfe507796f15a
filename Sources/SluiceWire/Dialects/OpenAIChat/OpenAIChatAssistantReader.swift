/// Reads an assistant message of a request: texts, refusals, calls, and the thoughts that came with them.
///
/// Thoughts may be in two places: in the ids of the calls, where every SDK brings them back, and in the extensions
/// `reasoning_details`, `thinking_blocks`, `reasoning_content` and `reasoning`, where some do. The ids win, since they
/// also say before which call a thought stood.
struct OpenAIChatAssistantReader {
    private struct Call {
        var part: NeutralPart
        var thoughts: [NeutralPart] = []
    }

    let seal: any CarrierSeal
    private(set) var losses = ConversionLosses()
    /// The vendor's ids of the calls.
    private(set) var callIDs: [String] = []
    /// The id that the call in the form before tools was given.
    private(set) var legacyCallID: String?

    private var texts: [NeutralPart] = []
    private var leadingThoughts: [NeutralPart] = []
    private var calls: [Call] = []
    private var extras = NeutralExtras()
    private var opaque: [NeutralPart] = []

    init(seal: any CarrierSeal) {
        self.seal = seal
    }

    mutating func read(_ node: JSONNode, _ place: OpenAIChatPlace) throws(ConversionError) -> NeutralMessage {
        var name: JSONString?
        var hasContent = false
        var cacheHint: NeutralCacheHint?
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "role": break
            case "content":
                hasContent = true
                texts.insert(contentsOf: try OpenAIChatPartReader.parts(value, place), at: 0)
            case "refusal":
                let text = try OpenAIChatField.string(value, place.field(key))
                if !text.isEmpty { texts.append(NeutralPart(.refusal(text))) }
            case "name": name = JSONString(value)
            case "tool_calls": try readCalls(value, place)
            case "function_call": try readLegacyCall(value, place)
            case "cache_control" where OpenAIChatCacheHint.read(value) != nil:
                cacheHint = OpenAIChatCacheHint.read(value)
            case "audio":
                opaque.append(
                    NeutralPart(.opaque(NeutralOpaque(origin: .openAIChat, kind: key, value: JSONFragment(value)))))
            case "reasoning_details", "thinking_blocks", "reasoning_content", "reasoning": break
            default: extras.append(key, JSONFragment(value), from: .openAIChat)
            }
        }
        if !hasContent, texts.isEmpty, calls.isEmpty, opaque.isEmpty, !hasThoughts(node) {
            throw .invalid(place.field("content"), "It is required unless there are tool_calls.")
        }
        var message = NeutralMessage(.assistant, assemble(node), name: name, extras: extras)
        if let cacheHint, !message.parts.isEmpty { message.parts[message.parts.count - 1].cacheHint = cacheHint }
        return message
    }

    private func hasThoughts(_ node: JSONNode) -> Bool {
        ["reasoning_details", "thinking_blocks", "reasoning_content", "reasoning"].contains { node[$0] != nil }
    }

    private mutating func assemble(_ node: JSONNode) -> [NeutralPart] {
        var parts: [NeutralPart] = []
        let isCarried = !leadingThoughts.isEmpty || calls.contains { !$0.thoughts.isEmpty }
        if isCarried {
            parts = leadingThoughts
        } else {
            parts = OpenAIChatThought.parts(of: node, seal: seal, losses: &losses)
        }
        // A text of nothing beside calls says nothing; alone, it is the answer.
        if !calls.isEmpty { texts.removeAll { $0.isEmptyText } }
        parts.append(contentsOf: texts)
        parts.append(contentsOf: opaque)
        for call in calls {
            parts.append(contentsOf: call.thoughts)
            parts.append(call.part)
        }
        return parts
    }

    private mutating func readCalls(_ node: JSONNode, _ place: OpenAIChatPlace) throws(ConversionError) {
        try OpenAIChatField.array(node, place.field("tool_calls"))
        var position = 0
        for call in node.elements {
            try readCall(call, "\(place.field("tool_calls"))[\(position)]")
            position += 1
        }
    }

    private mutating func readCall(_ node: JSONNode, _ field: String) throws(ConversionError) {
        try OpenAIChatField.object(node, field)
        guard let sent = JSONString(node["id"]), !sent.isEmpty else {
            throw .invalid("\(field).id", "Expected a string that is not empty.")
        }
        let (id, thoughts) = ToolCallCarrier.decode(sent, seal: seal, losses: &losses)
        let type = node["type"]?.stringValue ?? "function"
        guard type == "function" || type == "custom" else {
            throw .invalid("\(field).type", "Expected function or custom.")
        }
        let isCustom = type == "custom"
        guard let body = node[type] else { throw .invalid("\(field).\(type)", "It is required.") }
        let name = try OpenAIChatField.name(body["name"], "\(field).\(type).name")
        let text = OpenAIChatField.member(body, isCustom ? "input" : "arguments")
        var arguments = JSONString.empty
        if let text {
            // Some clients send the arguments as the object that they are.
            guard let value = JSONString(text) ?? (text.kind == .object ? JSONString(utf8: text.rawBytes) : nil) else {
                throw .invalid("\(field).\(type).\(isCustom ? "input" : "arguments")", "Expected a string.")
            }
            arguments = value
        }
        var call = Call(
            part: NeutralPart(
                .toolCall(NeutralToolCall(id: id, name: name, arguments: arguments, isCustom: isCustom))))
        if let signature = OpenAIChatGoogleSignature.read(node) {
            call.part.signature = NeutralSignature(signature, origin: NeutralOrigin(.gemini))
        }
        restore(thoughts, &call)
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "id", "type", type, "index": break
            case OpenAIChatGoogleSignature.field where OpenAIChatGoogleSignature.read(node) != nil: break
            default: call.part.extras.append(key, JSONFragment(value), from: .openAIChat)
            }
        }
        callIDs.append(id)
        calls.append(call)
    }

    private mutating func restore(_ thoughts: [ThinkingCarrier.Thought], _ call: inout Call) {
        for thought in thoughts {
            if thought.text == nil, !thought.isRedacted {
                call.part.signature = thought.signature
                continue
            }
            let part =
                thought.isRedacted
                ? NeutralPart(.redactedThinking, signature: thought.signature)
                : NeutralPart(.thinking(thought.text ?? .empty), signature: thought.signature)
            if thought.precedesText, calls.isEmpty {
                leadingThoughts.append(part)
            } else {
                call.thoughts.append(part)
            }
        }
    }

    private mutating func readLegacyCall(_ node: JSONNode, _ place: OpenAIChatPlace) throws(ConversionError) {
        try OpenAIChatField.object(node, place.field("function_call"))
        let name = try OpenAIChatField.name(node["name"], place.field("function_call.name"))
        let id = OpenAIChatLegacy.callID(at: place.message)
        legacyCallID = id
        let call = NeutralToolCall(id: id, name: name, arguments: JSONString(node["arguments"]) ?? .empty)
        calls.append(Call(part: NeutralPart(.toolCall(call))))
    }
}

extension NeutralPart {
    /// Whether it is a text of no bytes and nothing hangs on it.
    fileprivate var isEmptyText: Bool {
        guard case .text(let text) = content else { return false }
        return text.isEmpty && signature == nil && extras.isEmpty
    }
}
