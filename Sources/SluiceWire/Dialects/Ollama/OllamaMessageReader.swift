/// Reads the messages of a client's `/api/chat` request.
///
/// Tool calls and their results are paired by `id` and `tool_call_id`. Ollama's Python SDK (0.6.3) leaves both out, so
/// where they are missing a result belongs to the first unanswered call of the turn with its `tool_name`, else to the
/// first unanswered one, and the call has an id made from its place in the conversation, the same one each time.
struct OllamaMessageReader {
    /// A call that waits for its result.
    private struct Pending {
        var id: String
        var name: String
    }

    private let seal: any CarrierSeal
    private(set) var losses = ConversionLosses()
    private var messages: [NeutralMessage] = []
    private var pending: [Pending] = []

    init(seal: any CarrierSeal) {
        self.seal = seal
    }

    mutating func read(_ node: JSONNode?) throws(ConversionError) -> [NeutralMessage] {
        guard let node, !node.isNull else { return [] }
        guard node.kind == .array else { throw .invalid("messages", "messages must be a list.") }
        var index = 0
        for value in node.elements {
            try read(value, index)
            index += 1
        }
        return messages
    }

    /// The members of one message.
    private struct Fields {
        var role = ""
        var content: JSONString?
        var thinking: JSONString?
        var images: [NeutralPart] = []
        var calls: JSONNode?
        var toolName: String?
        var callID: JSONString?
        var extras = NeutralExtras()
    }

    private mutating func read(_ node: JSONNode, _ index: Int) throws(ConversionError) {
        let path = "messages[\(index)]"
        guard node.kind == .object else { throw .invalid(path, "A message must be an object.") }
        let fields = try Self.fields(node, path)
        switch fields.role {
        case "system": append(.system, fields)
        case "user": append(.user, fields)
        case "assistant": try appendAssistant(fields, index)
        case "tool": try appendResult(fields, path)
        default:
            throw .invalid("\(path).role", "A message's role must be system, user, assistant or tool.")
        }
    }

    private static func fields(_ node: JSONNode, _ path: String) throws(ConversionError) -> Fields {
        var fields = Fields()
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "role":
                // Ollama takes roles in any case.
                fields.role = value.stringValue?.lowercased() ?? ""
            case "content": fields.content = try Self.text(value, "\(path).content")
            case "thinking": fields.thinking = try Self.text(value, "\(path).thinking")
            case "images":
                guard value.kind == .array else { throw .invalid("\(path).images", "images must be a list.") }
                for image in value.elements {
                    fields.images.append(try OllamaImage.read(image, at: "\(path).images[\(fields.images.count)]"))
                }
            case "tool_calls":
                guard value.kind == .array else { throw .invalid("\(path).tool_calls", "tool_calls must be a list.") }
                fields.calls = value
            case "tool_name": fields.toolName = value.stringValue
            case "tool_call_id": fields.callID = JSONString(value)
            default: fields.extras.append(key, JSONFragment(value), from: .ollama)
            }
        }
        return fields
    }

    private static func text(_ value: JSONNode, _ path: String) throws(ConversionError) -> JSONString {
        guard let text = JSONString(value) else { throw .invalid(path, "The text must be a string.") }
        return text
    }

    /// Ollama puts a message's pictures before its text, whatever their order in the body.
    private mutating func append(_ role: NeutralMessage.Role, _ fields: Fields) {
        var parts = fields.images
        let text = fields.content ?? .empty
        if !text.isEmpty || parts.isEmpty { parts.append(NeutralPart(.text(text))) }
        messages.append(NeutralMessage(role, parts, extras: fields.extras))
        pending = []
    }

    private mutating func appendAssistant(_ fields: Fields, _ index: Int) throws(ConversionError) {
        var before: [NeutralPart] = []
        var calls: [NeutralPart] = []
        pending = []
        if let node = fields.calls {
            for value in node.elements {
                var (part, thoughts) = try call(value, index, pending.count)
                for thought in thoughts {
                    if thought.text == nil, !thought.isRedacted {
                        part.signature = thought.signature
                        continue
                    }
                    let content: NeutralPart.Content =
                        thought.isRedacted ? .redactedThinking : .thinking(thought.text ?? .empty)
                    let restored = NeutralPart(content, signature: thought.signature)
                    if thought.precedesText { before.append(restored) } else { calls.append(restored) }
                }
                calls.append(part)
            }
        }
        let isCarried = !before.isEmpty || calls.contains { Self.isThought($0) }
        // Thoughts that came back sealed say all that the plain text of them says.
        if !isCarried, let thinking = fields.thinking, !thinking.isEmpty {
            before.append(NeutralPart(.thinking(thinking)))
        }
        var parts = before
        if let text = fields.content, !text.isEmpty { parts.append(NeutralPart(.text(text))) }
        parts.append(contentsOf: fields.images)
        parts.append(contentsOf: calls)
        if parts.isEmpty { parts.append(NeutralPart(.text(.empty))) }
        messages.append(NeutralMessage(.assistant, parts, extras: fields.extras))
    }

    private static func isThought(_ part: NeutralPart) -> Bool {
        switch part.content {
        case .thinking, .redactedThinking: true
        default: false
        }
    }

    private mutating func call(
        _ node: JSONNode, _ message: Int, _ index: Int
    ) throws(ConversionError) -> (NeutralPart, [ThinkingCarrier.Thought]) {
        let path = "messages[\(message)].tool_calls[\(index)]"
        var id: JSONString?
        var extras = NeutralExtras()
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "id": id = JSONString(value)
            case "function", "type": break
            default: extras.append(key, JSONFragment(value), from: .ollama)
            }
        }
        guard let function = node["function"], let name = function["name"]?.stringValue, !name.isEmpty else {
            throw .invalid("\(path).function.name", "A tool call must name its function.")
        }
        let arguments: JSONString
        switch function["arguments"] {
        case nil: arguments = .empty
        case let node? where node.isNull: arguments = .empty
        case let node? where node.kind == .object: arguments = JSONString(utf8: JSONFragment(node).singleLine.bytes)
        default: throw .invalid("\(path).function.arguments", "arguments must be an object.")
        }
        var callID = "call_\(message)_\(index)"
        var thoughts: [ThinkingCarrier.Thought] = []
        if let id, !id.isEmpty {
            (callID, thoughts) = ToolCallCarrier.decode(id, seal: seal, losses: &losses)
        }
        pending.append(Pending(id: callID, name: name))
        let call = NeutralToolCall(id: callID, name: name, arguments: arguments)
        return (NeutralPart(.toolCall(call), extras: extras), thoughts)
    }

    private mutating func appendResult(_ fields: Fields, _ path: String) throws(ConversionError) {
        var result = NeutralToolResult(callID: "", name: fields.toolName, parts: [])
        if let id = fields.callID, !id.isEmpty {
            var unused = ConversionLosses()
            // What is lost of the id is reported where the call itself is read.
            result.callID = ToolCallCarrier.decode(id, seal: seal, losses: &unused).id
            pending.removeAll { $0.id == result.callID }
        } else {
            let index = pending.firstIndex { $0.name == fields.toolName } ?? pending.indices.first
            guard let index else {
                throw .invalid(
                    "\(path).tool_call_id", "A tool message must answer a call of the assistant message before it.")
            }
            let call = pending.remove(at: index)
            result.callID = call.id
            if result.name == nil { result.name = call.name }
        }
        result.parts = fields.images
        if let text = fields.content { result.parts.append(NeutralPart(.text(text))) }
        let part = NeutralPart(.toolResult(result), extras: fields.extras)
        if messages.last?.role == .tool {
            messages[messages.count - 1].parts.append(part)
        } else {
            messages.append(NeutralMessage(.tool, [part]))
        }
    }
}
