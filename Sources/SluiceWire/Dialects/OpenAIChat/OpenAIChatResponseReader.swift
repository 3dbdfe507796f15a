/// Reads a whole answer of a provider.
///
/// One choice is read, the first: more are not asked for. A body of status 200 that holds an error, and one without a
/// choice, is no answer.
struct OpenAIChatResponseReader {
    var context: ResponseReading
    private let names: FittedToolNames

    init(_ context: ResponseReading) {
        self.context = context
        names = FittedToolNames(context.request.tools)
    }

    mutating func read(_ root: JSONNode) throws(ConversionError) -> NeutralResponse {
        guard root.kind == .object else { throw .malformed("The provider's answer is no JSON object.") }
        if let error = OpenAIChatErrors.within(root) {
            throw .malformed("The provider answered with an error: \(error.message)")
        }
        guard let choice = root["choices"]?.elements.first(where: { ($0["index"]?.intValue ?? 0) == 0 }) else {
            throw .malformed("The provider's answer has no choice.")
        }
        let word = choice["finish_reason"]?.stringValue
        if let word, OpenAIChatFinish.isError(word) {
            throw .malformed("The provider gave up within its answer.")
        }
        var parts: [NeutralPart] = []
        if let message = choice["message"], message.kind == .object {
            try read(message, into: &parts)
        } else if let text = JSONString(choice["text"]) {
            parts.append(NeutralPart(.text(text)))
        } else {
            throw .malformed("The provider's answer has no message.")
        }
        if context.request.logprobs != nil, let logprobs = OpenAIChatAnnotations.logprobs(in: choice) {
            annotate(&parts, [logprobs])
        }
        let finish = OpenAIChatFinish.neutral(
            word, hasCalls: parts.contains { if case .toolCall = $0.content { true } else { false } },
            hasRefusal: parts.contains { if case .refusal = $0.content { true } else { false } },
            stopSequence: OpenAIChatFinish.stopSequence(in: choice))
        var response = NeutralResponse(
            id: root["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 },
            model: root["model"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 },
            createdAt: root["created"]?.intValue, parts: parts, finish: finish, usage: OpenAIChatUsage.read(in: root))
        response.serviceTier = root["service_tier"]?.stringValue.flatMap(OpenAIChatServiceTier.neutral)
        return response
    }

    private mutating func read(_ message: JSONNode, into parts: inout [NeutralPart]) throws(ConversionError) {
        let origin = NeutralOrigin(.openAIChat, model: context.model)
        parts = OpenAIChatThought.parts(of: message) { $0.signature(origin) }
        let hasThoughts = !parts.isEmpty
        for piece in OpenAIChatContent.pieces(message["content"]) {
            switch piece {
            case .text(let text): parts.append(NeutralPart(.text(text)))
            case .thinking(let text): if !hasThoughts { parts.append(NeutralPart(.thinking(text))) }
            }
        }
        annotate(&parts, OpenAIChatAnnotations.citations(in: message))
        if let refusal = JSONString(message["refusal"]), !refusal.isEmpty {
            parts.append(NeutralPart(.refusal(refusal)))
        }
        readPictures(message, into: &parts)
        if let audio = message["audio"], audio.kind == .object { context.losses.drop("audio") }
        for call in message["tool_calls"]?.elements ?? JSONElements.none(of: message) {
            parts.append(try readCall(call))
        }
        if let call = message["function_call"], call.kind == .object {
            guard let name = call["name"]?.stringValue, !name.isEmpty else {
                throw .malformed("The provider called a function without a name.")
            }
            parts.append(
                NeutralPart(
                    .toolCall(
                        NeutralToolCall(
                            id: context.identifiers.make("call_"), name: names.original(name),
                            arguments: JSONString(call["arguments"]) ?? .empty))))
        }
    }

    /// What is said about the text stands with the last part that has some.
    private func annotate(_ parts: inout [NeutralPart], _ annotations: [NeutralAnnotation]) {
        guard let place = parts.lastIndex(where: { if case .text = $0.content { true } else { false } }) else { return }
        parts[place].annotations += annotations
    }

    /// `images` of OpenRouter and Google: `[{"type":"image_url","image_url":{"url":"data:..."}}]`.
    private func readPictures(_ message: JSONNode, into parts: inout [NeutralPart]) {
        for image in message["images"]?.elements ?? JSONElements.none(of: message) {
            guard let url = JSONString(image["image_url"]?["url"]) ?? JSONString(image["image_url"]) else { continue }
            if let data = DataURL(url) {
                parts.append(NeutralPart(.image(NeutralMedia(.base64(data.data), mediaType: data.mediaType))))
            } else {
                parts.append(NeutralPart(.image(NeutralMedia(.url(url)))))
            }
        }
    }

    private mutating func readCall(_ node: JSONNode) throws(ConversionError) -> NeutralPart {
        let isCustom = node["type"]?.stringValue == "custom"
        guard let body = node[isCustom ? "custom" : "function"], let name = body["name"]?.stringValue, !name.isEmpty
        else { throw .malformed("The provider called a tool without a name.") }
        let sent = body[isCustom ? "input" : "arguments"]
        let arguments = JSONString(sent) ?? sent.flatMap { $0.kind == .object ? JSONString(utf8: $0.rawBytes) : nil }
        let id = node["id"]?.stringValue ?? ""
        var part = NeutralPart(
            .toolCall(
                NeutralToolCall(
                    id: id.isEmpty ? context.identifiers.make("call_") : id, name: names.original(name),
                    arguments: arguments ?? .empty, isCustom: isCustom)))
        part.signature = OpenAIChatGoogleSignature.read(node).map {
            NeutralSignature($0, origin: NeutralOrigin(.gemini, model: context.model))
        }
        return part
    }
}

extension JSONElements {
    /// No elements.
    fileprivate static func none(of node: JSONNode) -> JSONElements {
        JSONElements(storage: node.storage, start: 0, end: 0)
    }
}
