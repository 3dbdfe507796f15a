/// Reads `system` and `messages` of a client's request.
///
/// A user message with tool results becomes a message of role `tool` and, for what else it holds, one of role `user`
/// behind it. Results of one turn are one message, however many the client sent.
struct AnthropicMessageReader {
    private(set) var messages: [NeutralMessage] = []
    private var blocks: AnthropicBlockReader

    init(seal: any CarrierSeal, losses: ConversionLosses) {
        blocks = AnthropicBlockReader(seal: seal, losses: losses)
    }

    var losses: ConversionLosses { blocks.losses }

    /// Takes the member `system`: a text or text blocks.
    mutating func read(system node: JSONNode) throws(ConversionError) {
        var parts: [NeutralPart] = []
        try content(node, role: .system, at: AnthropicPath("system"), to: &parts)
        if !parts.isEmpty { messages.append(NeutralMessage(.system, parts)) }
    }

    /// Takes the member `messages`.
    mutating func read(messages node: JSONNode) throws(ConversionError) {
        guard node.kind == .array else { throw .invalid("messages", "messages has to be a list.") }
        messages.reserveCapacity(node.count + 1)
        for (index, message) in node.elements.enumerated() {
            try read(message, at: AnthropicPath("messages", index))
        }
    }

    private mutating func read(_ node: JSONNode, at path: AnthropicPath) throws(ConversionError) {
        guard node.kind == .object else { throw .invalid(path.field(), "Each message has to be an object.") }
        var content: JSONNode?
        var word: JSONNode?
        var extras = NeutralExtras()
        for (key, value) in node.keyedMembers {
            switch key {
            case "role": word = value
            case "content": content = value
            default: if !value.isNull { extras.append(key.text, JSONFragment(value), from: .anthropic) }
            }
        }
        let role: NeutralMessage.Role
        switch word?.stringValue {
        case "user": role = .user
        case "assistant": role = .assistant
        case "system": role = .system
        default: throw .invalid(path.field("role"), "The role has to be user, assistant or system.")
        }
        var parts: [NeutralPart] = []
        if let content {
            try self.content(content, role: role, at: path, to: &parts)
        } else if role != .system {
            // A beta lets a system message change the tools or the effort only.
            throw .invalid(path.field("content"), "The message has no content.")
        }
        append(NeutralMessage(role, parts, extras: extras))
    }

    private mutating func content(
        _ node: JSONNode, role: NeutralMessage.Role, at path: AnthropicPath, to parts: inout [NeutralPart]
    ) throws(ConversionError) {
        switch node.kind {
        case .string:
            if let text = JSONString(node), !text.isEmpty { parts.append(NeutralPart(.text(text))) }
        case .array:
            var place = path
            parts.reserveCapacity(node.count)
            for (index, block) in node.elements.enumerated() {
                place.block = index
                try blocks.append(block, role: role, at: place, to: &parts)
            }
        case .null where role == .system: break
        default:
            throw .invalid(
                path.message == nil ? path.field() : path.field("content"), "The content is a text or a list of blocks."
            )
        }
    }

    private mutating func append(_ message: NeutralMessage) {
        guard message.role == .user, message.parts.contains(where: Self.isResult) else {
            messages.append(message)
            return
        }
        let results = message.parts.filter(Self.isResult)
        // The vendor takes user messages in a row as one turn, so these belong to the results before them.
        var place: Int?
        if let last = messages.last, last.role == .tool {
            place = messages.count - 1
        } else if messages.count > 1, messages[messages.count - 1].role == .user,
            messages[messages.count - 2].role == .tool
        {
            place = messages.count - 2
        }
        if let place {
            messages[place].parts.append(contentsOf: results)
        } else {
            messages.append(NeutralMessage(.tool, results))
        }
        let rest = message.parts.filter { !Self.isResult($0) }
        if !rest.isEmpty || !message.extras.isEmpty {
            messages.append(NeutralMessage(.user, rest, extras: message.extras))
        }
    }

    private static func isResult(_ part: NeutralPart) -> Bool {
        if case .toolResult = part.content { true } else { false }
    }
}
