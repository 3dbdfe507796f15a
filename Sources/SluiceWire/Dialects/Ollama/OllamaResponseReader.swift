/// Reads a whole answer of `/api/chat` or `/api/generate`.
///
/// The vendor's durations (`total_duration` and its like, nanoseconds) have no neutral place and are only noted;
/// `logprobs` belongs to the text. Source: Ollama's API reference (read 2026-11).
enum OllamaResponseReader {
    static func read(
        _ root: JSONNode, _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        guard root.kind == .object else { throw .malformed("The provider's answer is no JSON object.") }
        if let error = root["error"], !error.isNull {
            let message = VendorErrorBody(root).message
            throw .malformed(message.isEmpty ? "The provider's answer is an error without words." : message)
        }
        guard root["done"]?.boolValue != false else { throw .malformed("The provider's answer is not complete.") }
        guard root["message"]?.kind == .object || root["response"]?.kind == .string else {
            throw .malformed("The provider's answer has no message.")
        }
        let message = OllamaAnswer(root)
        var parts: [NeutralPart] = []
        if let thinking = message.thinking { parts.append(NeutralPart(.thinking(thinking))) }
        if let text = message.text { parts.append(NeutralPart(.text(text))) }
        parts.append(contentsOf: message.images)
        var hasCalls = false
        for node in message.calls {
            guard let call = OllamaAnswer.call(node, &context.identifiers) else {
                throw .malformed("The provider's answer has a tool call without a name.")
            }
            parts.append(NeutralPart(.toolCall(call)))
            hasCalls = true
        }
        var response = NeutralResponse(
            model: root["model"]?.stringValue,
            createdAt: root["created_at"]?.stringValue.flatMap { CivilTime.seconds(ofRFC3339: $0).map { Int($0) } },
            parts: parts,
            finish: OllamaFinish.read(root["done_reason"]?.stringValue, hasCalls: hasCalls),
            usage: OllamaAnswer.usage(root)
        )
        if let logprobs = root["logprobs"], logprobs.kind == .array, logprobs.count > 0 {
            if let place = parts.lastIndex(where: { if case .text = $0.content { true } else { false } }) {
                response.parts[place].annotations.append(.logprobs(JSONFragment(logprobs)))
            } else {
                context.losses.drop("logprobs")
            }
        }
        if root["total_duration"] != nil { context.losses.note("total_duration") }
        return response
    }
}

/// One answer or one line of one: the members of `message`, or those of a line of `/api/generate`.
struct OllamaAnswer {
    private(set) var thinking: JSONString?
    private(set) var text: JSONString?
    private(set) var images: [NeutralPart] = []
    private(set) var calls: [JSONNode] = []

    init(_ root: JSONNode) {
        let isChat = root["message"]?.kind == .object
        let fields = isChat ? root["message"] ?? root : root
        for (key, value) in fields.members {
            switch key {
            case "thinking": thinking = Self.text(value)
            case "content" where isChat, "response" where !isChat: text = Self.text(value)
            case "images":
                for image in value.elements {
                    if let part = try? OllamaImage.read(image, at: key) { images.append(part) }
                }
            case "image" where !isChat:
                if let part = try? OllamaImage.read(value, at: key) { images.append(part) }
            case "tool_calls": calls = Array(value.elements)
            default: break
            }
        }
    }

    private static func text(_ value: JSONNode) -> JSONString? {
        JSONString(value).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A tool call; `nil` when it has no name. Older servers give no id.
    static func call(_ node: JSONNode, _ identifiers: inout NeutralIdentifiers) -> NeutralToolCall? {
        guard let function = node["function"], let name = function["name"]?.stringValue, !name.isEmpty else {
            return nil
        }
        let arguments: JSONString =
            switch function["arguments"] {
            case nil: .empty
            case let value? where value.isNull: .empty
            // Ollama sends an object; servers that only look like it send its text.
            case let value?: JSONString(value) ?? JSONString(utf8: JSONFragment(value).singleLine.bytes)
            }
        let id = node["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        return NeutralToolCall(id: id ?? identifiers.make("call_"), name: name, arguments: arguments)
    }

    /// `prompt_eval_count` and `eval_count`; `nil` when there is neither. Older servers leave the first out where the
    /// whole prompt was cached.
    static func usage(_ root: JSONNode) -> TokenUsage? {
        let prompt = root["prompt_eval_count"]?.intValue
        let output = root["eval_count"]?.intValue
        guard prompt != nil || output != nil else { return nil }
        return TokenUsage(uncachedInput: prompt ?? 0, output: output ?? 0)
    }
}
