/// Reads a whole answer of `POST /v1/messages`.
///
/// Source: Anthropic SDK type `Message`, stable and beta (read 2026-11).
enum AnthropicResponseReader {
    static func read(
        _ document: JSONDocument, _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        let root = document.root
        let members = Members(root)
        guard let content = members.content, content.kind == .array else {
            let message = VendorErrorBody(root).message
            throw .malformed(
                message.isEmpty ? "The provider's answer is no message: it has no content." : message)
        }
        let names = AnthropicToolNames(context.request.tools)
        let origin = NeutralOrigin(.anthropic, model: context.model)
        var parts: [NeutralPart] = []
        parts.reserveCapacity(content.count)
        for block in content.elements {
            guard let type = block["type"]?.stringValue, let part = part(type, block, origin, names) else {
                throw .malformed("The provider's answer has a content block that makes no sense.")
            }
            parts.append(part)
        }
        let word = members.stopReason?.stringValue ?? "end_turn"
        var response = NeutralResponse(
            id: members.id?.stringValue, model: members.model?.stringValue, parts: parts,
            finish: AnthropicStopReason.read(word, sequence: members.stopSequence, details: members.stopDetails),
            usage: AnthropicUsageCounts(members.usage).usage)
        response.serviceTier = tier(members.usage)
        response.extras = members.extras
        return response
    }

    /// The members of an answer, found in one pass. Of one that is written twice the last counts.
    private struct Members {
        var content: JSONNode?
        var id: JSONNode?
        var model: JSONNode?
        var stopReason: JSONNode?
        var stopSequence: JSONNode?
        var stopDetails: JSONNode?
        var usage: JSONNode?
        var extras = NeutralExtras()

        init(_ root: JSONNode) {
            for (key, value) in root.keyedMembers {
                switch key {
                case "type", "role": break
                case "content": content = value
                case "id": id = value
                case "model": model = value
                case "stop_reason": stopReason = value
                case "stop_sequence": stopSequence = value
                case "stop_details": stopDetails = value
                case "usage": usage = value
                default: if !value.isNull { extras.append(key.text, JSONFragment(value), from: .anthropic) }
                }
            }
        }
    }

    /// A source. Those of the vendor's search and of results that have an address are for every client.
    static func citation(_ node: JSONNode) -> NeutralCitation {
        let source = JSONString(node["source"])
        let isAddress = source.map { $0.escaped.starts(with: "https:".utf8) || $0.escaped.starts(with: "http:".utf8) }
        return NeutralCitation(
            origin: .anthropic, value: JSONFragment(node),
            url: JSONString(node["url"]) ?? (isAddress == true ? source : nil),
            title: JSONString(node["title"]) ?? JSONString(node["document_title"]))
    }

    /// The part that a block is; `nil` for one that lacks what its type has to have.
    static func part(
        _ type: String, _ block: JSONNode, _ origin: NeutralOrigin, _ names: AnthropicToolNames
    ) -> NeutralPart? {
        switch type {
        case "text":
            guard let text = JSONString(block["text"]) else { return nil }
            var part = NeutralPart(.text(text))
            if let citations = block["citations"], citations.kind == .array {
                part.annotations = citations.elements.map { .citation(citation($0)) }
            }
            return part
        case "thinking":
            guard let text = JSONString(block["thinking"]) else { return nil }
            return NeutralPart(.thinking(text), signature: signature(block["signature"], origin))
        case "redacted_thinking":
            guard let data = JSONString(block["data"]) else { return nil }
            return NeutralPart(.redactedThinking, signature: NeutralSignature(data, origin: origin))
        case "tool_use":
            guard let id = block["id"]?.stringValue, let name = block["name"]?.stringValue, let input = block["input"]
            else { return nil }
            let original = names.original(name)
            var call = NeutralToolCall(id: id, name: original, arguments: JSONString(utf8: input.rawBytes))
            if names.isCustom(original) {
                call.isCustom = true
                call.arguments = AnthropicToolNames.unwrap(call.arguments)
            }
            var part = NeutralPart(.toolCall(call))
            for key in ["caller", "toolset_name"] {
                guard let value = block[key], !value.isNull, value["type"]?.stringValue != "direct" else { continue }
                part.extras.append(key, JSONFragment(value), from: .anthropic)
            }
            return part
        default:
            return NeutralPart(.opaque(NeutralOpaque(origin: .anthropic, kind: type, value: JSONFragment(block))))
        }
    }

    /// A seal; `nil` for none. An empty one seals nothing.
    static func signature(_ node: JSONNode?, _ origin: NeutralOrigin) -> NeutralSignature? {
        guard let value = JSONString(node), !value.isEmpty else { return nil }
        return NeutralSignature(value, origin: origin)
    }

    private static func tier(_ usage: JSONNode?) -> NeutralServiceTier? {
        if usage?["speed"]?.stringValue == "fast" { return .fast }
        switch usage?["service_tier"]?.stringValue {
        case "standard": return .standard
        case "priority": return .priority
        default: return nil
        }
    }
}
