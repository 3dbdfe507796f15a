/// Reads a provider's whole answer.
enum GeminiResponseReader {
    /// The answer in `root`. Throws ``ConversionError/malformed(_:)`` for what is none.
    static func read(_ root: JSONNode, _ context: inout ResponseReading) throws(ConversionError) -> NeutralResponse {
        guard root.kind == .object else { throw .malformed("The provider's answer is no JSON object.") }
        let chunk = GeminiChunk(root)
        if let error = chunk.error {
            throw .malformed("The provider answered with an error: \(GeminiErrorReader.read(node: error).message)")
        }
        let blocked = chunk.finish(hasCalls: false)
        guard chunk.hasCandidate || blocked != nil else {
            throw .malformed("The provider's answer has no candidates.")
        }
        var parts: [NeutralPart] = []
        for node in chunk.parts {
            if let part = part(node, &context) { parts.append(part) }
        }
        let hasCalls = parts.contains { if case .toolCall = $0.content { true } else { false } }
        let finish = chunk.finish(hasCalls: hasCalls) ?? NeutralFinish(hasCalls ? .toolCalls : .stop)
        var response = NeutralResponse(
            id: chunk.id, model: chunk.model, parts: parts, finish: finish, usage: GeminiUsage.parse(chunk.usage))
        for extra in chunk.extras {
            // The vendor's own clients get it as it is.
            if extra.name == "logprobsResult", context.request.origin != .gemini,
                let logprobs = GeminiLogprobs.read(extra.value),
                let place = parts.lastIndex(where: { if case .text = $0.content { true } else { false } })
            {
                response.parts[place].annotations.append(logprobs)
            } else {
                response.extras.append(extra.name, JSONFragment(extra.value), from: .gemini)
            }
        }
        return response
    }

    private static func part(_ node: JSONNode, _ context: inout ResponseReading) -> NeutralPart? {
        guard node.kind == .object else { return nil }
        let fields = GeminiPartFields(node)
        let signature = fields.signature.map { seal($0, context.model) }
        switch fields.kind {
        case .text, nil:
            let text = JSONString(fields.value) ?? .empty
            guard !text.isEmpty || signature != nil else { return nil }
            return NeutralPart(
                fields.isThought ? .thinking(text) : .text(text), signature: signature, extras: fields.extras)
        case .functionCall:
            guard let value = fields.value else { return nil }
            let call = GeminiFunctionCall(value)
            let id = call.id?.text ?? context.identifiers.make("call_")
            return NeutralPart(
                .toolCall(NeutralToolCall(id: id, name: call.name ?? "", arguments: call.arguments)),
                signature: signature)
        case .inlineData, .fileData, .functionResponse, .opaque:
            return medium(fields, node, signature)
        }
    }

    /// A part of neither text nor call: a medium, or what only Google understands.
    static func medium(_ fields: GeminiPartFields, _ node: JSONNode, _ signature: NeutralSignature?) -> NeutralPart? {
        guard let value = fields.value else { return nil }
        switch fields.kind {
        case .inlineData:
            return GeminiMedia.inline(value).map { NeutralPart($0, signature: signature, extras: fields.extras) }
        case .fileData:
            return GeminiMedia.file(value).map { NeutralPart($0, signature: signature, extras: fields.extras) }
        case .functionResponse:
            return NeutralPart(
                .opaque(NeutralOpaque(origin: .gemini, kind: "functionResponse", value: JSONFragment(node))))
        case .opaque(let kind):
            return NeutralPart(.opaque(NeutralOpaque(origin: .gemini, kind: kind, value: JSONFragment(node))))
        case .text, .functionCall, nil:
            return nil
        }
    }

    /// Google's seal over a part, for the model that made it.
    static func seal(_ value: JSONString, _ model: String) -> NeutralSignature {
        NeutralSignature(value, origin: NeutralOrigin(.gemini, model: model))
    }
}
