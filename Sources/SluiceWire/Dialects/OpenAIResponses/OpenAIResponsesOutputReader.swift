/// Reads the items of an answer: each gives parts, in order.
///
/// `message` (`output_text`, `refusal`), `reasoning`, `function_call`, `custom_tool_call`; all others are what the
/// vendor's own tools did, and are kept as they are.
enum OpenAIResponsesOutputReader {
    static func parts(_ item: JSONNode, _ context: inout ResponseReading) -> [NeutralPart] {
        guard let type = item["type"]?.stringValue else { return [] }
        switch type {
        case "message": return self.message(item)
        case "reasoning":
            return [
                NeutralPart(
                    .thinking(OpenAIResponsesReasoning.text(of: item)),
                    signature: OpenAIResponsesReasoning.signature(of: item, model: context.model))
            ]
        case "function_call", "custom_tool_call":
            return self.call(item, isCustom: type == "custom_tool_call", &context).map { [$0] } ?? []
        default:
            return [
                NeutralPart(
                    .opaque(NeutralOpaque(origin: .openAIResponses, kind: type, value: JSONFragment(item))))
            ]
        }
    }

    /// The part of one element of a message's `content`; `nil` for a kind that is not known.
    static func content(_ node: JSONNode, phase: JSONNode? = nil) -> NeutralPart? {
        var part: NeutralPart
        switch node["type"]?.stringValue {
        case "output_text", "text": part = NeutralPart(.text(JSONString(node["text"]) ?? .empty))
        case "refusal": part = NeutralPart(.refusal(JSONString(node["refusal"]) ?? .empty))
        default: return nil
        }
        if let list = node["annotations"], list.kind == .array {
            part.annotations = list.elements.map { .citation(self.citation($0)) }
        }
        if let list = node["logprobs"], list.count > 0 { part.annotations.append(.logprobs(JSONFragment(list))) }
        if let phase { part.extras.keepResponses("phase", phase) }
        return part
    }

    /// A source: `url_citation` has an address, files are known to the vendor alone.
    static func citation(_ node: JSONNode) -> NeutralCitation {
        NeutralCitation(
            origin: .openAIResponses, value: JSONFragment(node), url: JSONString(node["url"]),
            title: JSONString(node["title"]),
            range: NeutralCitation.range(node["start_index"], node["end_index"]))
    }

    /// The id, name and arguments of a call, as far as the item says them.
    static func callID(_ item: JSONNode) -> String? {
        for key in ["call_id", "id"] {
            if let id = item[key]?.stringValue, !id.isEmpty { return id }
        }
        return nil
    }

    private static func message(_ item: JSONNode) -> [NeutralPart] {
        let phase = item["phase"]
        guard let content = item["content"] else { return [] }
        if let text = JSONString(content) { return [NeutralPart(.text(text))] }
        return content.elements.compactMap { self.content($0, phase: phase) }
    }

    private static func call(_ item: JSONNode, isCustom: Bool, _ context: inout ResponseReading) -> NeutralPart? {
        guard let name = item["name"]?.stringValue else { return nil }
        var part = NeutralPart(
            .toolCall(
                NeutralToolCall(
                    id: self.callID(item) ?? context.identifiers.make("call_"),
                    name: FittedToolNames(context.request.tools).original(name),
                    arguments: JSONString(item[isCustom ? "input" : "arguments"]) ?? .empty, isCustom: isCustom)))
        for (key, value) in item.members {
            switch key {
            case "type", "id", "status", "call_id", "name", "arguments", "input": break
            default: part.extras.keepResponses(key, value)
            }
        }
        return part
    }
}
