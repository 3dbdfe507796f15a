/// Reads a whole answer of Cohere's `/v2/chat`.
///
/// `message.citations` and `logprobs` have no neutral place and are extras. Source: docs.cohere.com/reference/chat and
/// Python SDK 7.3.1 (read 2026-11).
enum CohereResponseReader {
    static func read(
        _ root: JSONNode, _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        guard root.kind == .object, let message = root["message"], message.kind == .object else {
            throw .malformed("The provider's answer has no message.")
        }
        let word = root["finish_reason"]?.stringValue
        guard let finish = CohereAnswer.finish(word) else {
            throw .malformed(CohereAnswer.error(word, nil).message)
        }
        var parts: [NeutralPart] = []
        if let text = CohereAnswer.text(message["content"]) { parts.append(NeutralPart(.text(text))) }
        let items = message["content"].map { Array($0.elements) } ?? []
        for item in items {
            switch item["type"]?.stringValue {
            case "text": if let text = CohereAnswer.text(item["text"]) { parts.append(NeutralPart(.text(text))) }
            case "thinking":
                if let text = CohereAnswer.text(item["thinking"]) { parts.append(NeutralPart(.thinking(text))) }
            case let kind:
                let opaque = NeutralOpaque(origin: .cohere, kind: kind ?? "content", value: JSONFragment(item))
                parts.append(NeutralPart(.opaque(opaque)))
            }
        }
        if let plan = CohereAnswer.text(message["tool_plan"]) { parts.append(NeutralPart(.text(plan))) }
        let calls = message["tool_calls"].map { Array($0.elements) } ?? []
        for node in calls {
            guard let function = node["function"], let name = function["name"]?.stringValue, !name.isEmpty else {
                throw .malformed("The provider's answer has a tool call without a name.")
            }
            let id = node["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } ?? context.identifiers.make("call_")
            let arguments = JSONString(function["arguments"]) ?? .empty
            parts.append(NeutralPart(.toolCall(NeutralToolCall(id: id, name: name, arguments: arguments))))
        }
        var response = NeutralResponse(
            id: root["id"]?.stringValue, model: context.model, parts: parts, finish: finish,
            usage: CohereAnswer.usage(root["usage"]))
        if let citations = message["citations"], citations.count > 0 {
            response.extras.append("citations", JSONFragment(citations), from: .cohere)
        }
        if let logprobs = root["logprobs"], logprobs.count > 0 {
            response.extras.append("logprobs", JSONFragment(logprobs), from: .cohere)
        }
        return response
    }
}
