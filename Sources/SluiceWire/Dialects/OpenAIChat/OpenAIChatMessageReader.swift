/// Reads the messages of a request, one after the other, and checks that calls and results pair as OpenAI demands.
struct OpenAIChatMessageReader {
    let seal: any CarrierSeal
    private(set) var losses = ConversionLosses()
    private(set) var messages: [NeutralMessage] = []
    private var position = -1
    /// The calls of the last assistant message, by the vendor's ids, and whether a result has answered each.
    private var calls: [String: Bool] = [:]
    private var openCallCount = 0
    private var callMessage = 0
    /// The call of the last assistant message in the form before tools.
    private var legacyCallID: String?

    init(seal: any CarrierSeal) {
        self.seal = seal
    }

    mutating func reserve(_ count: Int) {
        messages.reserveCapacity(count)
    }

    /// Takes the next message.
    mutating func take(_ node: JSONNode) throws(ConversionError) {
        position += 1
        let place = OpenAIChatPlace(message: position)
        try OpenAIChatField.object(node, place.field())
        guard let role = node["role"]?.stringValue else {
            throw .invalid(place.field("role"), "Expected a string.")
        }
        if role != "tool" { try finish() }
        switch role {
        case "system": try takeText(.system, node, place)
        case "developer": try takeText(.developer, node, place)
        case "user": try takeText(.user, node, place)
        case "assistant": try takeAssistant(node, place)
        case "tool": try takeResult(node, place)
        case "function": try takeLegacyResult(node, place)
        default:
            throw .invalid(
                place.field("role"), "Expected system, developer, user, assistant, tool or function.")
        }
    }

    /// Checks that every call of the last turn has its result.
    mutating func finish() throws(ConversionError) {
        guard openCallCount > 0, let missing = calls.first(where: { !$0.value })?.key else { return }
        throw .invalid(
            OpenAIChatPlace(message: callMessage).field("tool_calls"),
            "Each call must be followed by a message of the role tool with its id. There is none for "
                + "'\(missing.prefix(64))'.")
    }

    private mutating func takeText(
        _ role: NeutralMessage.Role,
        _ node: JSONNode,
        _ place: OpenAIChatPlace
    ) throws(ConversionError) {
        guard let content = OpenAIChatField.member(node, "content") else {
            throw .invalid(place.field("content"), "Expected a string or an array of parts.")
        }
        var message = NeutralMessage(role, try OpenAIChatPartReader.parts(content, place))
        for (key, value) in node.keyedMembers where key != "role" && key != "content" && !value.isNull {
            takeExtra(key.text, value, &message)
        }
        calls = [:]
        messages.append(message)
    }

    private func takeExtra(_ key: String, _ value: JSONNode, _ message: inout NeutralMessage) {
        if key == "name", let name = JSONString(value) {
            message.name = name
        } else if key == "cache_control", let hint = OpenAIChatCacheHint.read(value), !message.parts.isEmpty {
            message.parts[message.parts.count - 1].cacheHint = hint
        } else {
            message.extras.append(key, JSONFragment(value), from: .openAIChat)
        }
    }

    private mutating func takeAssistant(_ node: JSONNode, _ place: OpenAIChatPlace) throws(ConversionError) {
        var reader = OpenAIChatAssistantReader(seal: seal)
        let message = try reader.read(node, place)
        losses.merge(reader.losses)
        calls = Dictionary(reader.callIDs.map { ($0, false) }) { first, _ in first }
        openCallCount = calls.count
        callMessage = place.message
        legacyCallID = reader.legacyCallID
        messages.append(message)
    }

    private mutating func takeResult(_ node: JSONNode, _ place: OpenAIChatPlace) throws(ConversionError) {
        guard let sent = JSONString(node["tool_call_id"]) else {
            throw .invalid(place.field("tool_call_id"), "Expected the id of a call.")
        }
        let id = ToolCallCarrier.decode(sent, seal: seal, losses: &losses).id
        guard let isAnswered = calls[id] else {
            throw .invalid(
                place.field("tool_call_id"),
                "The assistant message before it has no call with this id: a message of the role tool answers one.")
        }
        if !isAnswered {
            calls[id] = true
            openCallCount -= 1
        }
        var parts: [NeutralPart] = []
        if let content = OpenAIChatField.member(node, "content") {
            parts = try OpenAIChatPartReader.parts(content, place)
        }
        let name = node["name"]?.stringValue
        var part = NeutralPart(.toolResult(NeutralToolResult(callID: id, name: name, parts: parts)))
        for (key, value) in node.keyedMembers where !value.isNull {
            switch key {
            case "role", "content", "tool_call_id", "name": break
            case "cache_control": OpenAIChatCacheHint.take(key.text, value, into: &part)
            default: part.extras.append(key.text, JSONFragment(value), from: .openAIChat)
            }
        }
        append(result: part)
    }

    private mutating func takeLegacyResult(_ node: JSONNode, _ place: OpenAIChatPlace) throws(ConversionError) {
        let name = try OpenAIChatField.name(node["name"], place.field("name"))
        guard let id = legacyCallID else {
            throw .invalid(place.field("role"), "A message of the role function answers a function_call before it.")
        }
        var parts: [NeutralPart] = []
        if let content = OpenAIChatField.member(node, "content") {
            parts = try OpenAIChatPartReader.parts(content, place)
        }
        append(result: NeutralPart(.toolResult(NeutralToolResult(callID: id, name: name, parts: parts))))
    }

    /// All results of one turn are one message.
    private mutating func append(result part: NeutralPart) {
        if messages.last?.role == .tool {
            messages[messages.count - 1].parts.append(part)
        } else {
            messages.append(NeutralMessage(.tool, [part]))
        }
    }
}
