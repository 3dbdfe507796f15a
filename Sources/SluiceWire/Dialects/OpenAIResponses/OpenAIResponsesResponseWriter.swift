/// Writes a whole answer for a client: a `response` object.
struct OpenAIResponsesResponseWriter {
    private var context: ResponseWriting
    private var output = JSONWriter(capacity: 1024)
    private var texts: [NeutralPart] = []
    private var hasRefusal = false

    static func write(_ response: NeutralResponse, _ context: inout ResponseWriting) -> [UInt8] {
        var writer = OpenAIResponsesResponseWriter(context)
        let bytes = writer.write(response)
        context = writer.context
        return bytes
    }

    private init(_ context: ResponseWriting) {
        self.context = context
    }

    private mutating func write(_ response: NeutralResponse) -> [UInt8] {
        hasRefusal = response.parts.contains { if case .refusal = $0.content { true } else { false } }
        let outcome = OpenAIResponsesOutcome(response.finish, hasRefusal: hasRefusal)
        let id = context.identifiers.make("resp_")
        output.beginArray()
        for part in response.parts { write(part) }
        writeTexts(status: outcome.isCut ? "incomplete" : "completed")
        output.endArray()
        response.extras.report(for: .openAIResponses, losses: &context.losses)
        let createdAt = response.createdAt ?? context.now
        let object = OpenAIResponsesObject(
            id: id, createdAt: createdAt, serviceTier: response.serviceTier, context)
        let items = output.take()
        var json = JSONWriter(capacity: items.count + 2048)
        let isComplete = outcome.error == nil && outcome.reason == nil
        object.write(
            outcome, output: items, usage: response.usage,
            completedAt: isComplete ? max(createdAt, context.now) : nil, to: &json)
        return json.take()
    }

    private mutating func write(_ part: NeutralPart) {
        switch part.content {
        case .text, .refusal:
            if let last = texts.last, Self.phase(last) != Self.phase(part) { writeTexts(status: "completed") }
            texts.append(part)
            return
        default: writeTexts(status: "completed")
        }
        switch part.content {
        case .thinking(let text):
            let seal = OpenAIResponsesItemWriter.seal(
                part.signature, isRedacted: false, context.seal, &context.losses)
            OpenAIResponsesItemWriter.reasoning(
                id: context.identifiers.make("rs_"), text: text, seal: seal, to: &output)
        case .redactedThinking:
            guard let signature = part.signature else { return }
            let seal = OpenAIResponsesItemWriter.seal(signature, isRedacted: true, context.seal, &context.losses)
            OpenAIResponsesItemWriter.reasoning(
                id: context.identifiers.make("rs_"), text: .empty, seal: seal, to: &output)
        case .toolCall(let call):
            var call = call
            call.isCustom = call.isCustom || OpenAIResponsesToolWriter.isCustom(call.name, context.request.tools)
            call = OpenAIResponsesItemWriter.forClient(
                call, signature: part.signature, context.seal, &context.losses)
            OpenAIResponsesItemWriter.call(
                id: context.identifiers.make(call.isCustom ? "ctc_" : "fc_"), call, status: "completed",
                extras: part.extras, to: &output)
        case .opaque(let opaque):
            if opaque.origin == .openAIResponses {
                output.fragment(opaque.value)
            } else {
                context.losses.drop(opaque.kind)
            }
        case .image(let media):
            guard case .base64(let data) = media.source else { return context.losses.drop("image") }
            OpenAIResponsesItemWriter.image(
                id: context.identifiers.make("ig_"), status: "completed", result: data, to: &output)
        case .document: context.losses.drop("document")
        case .audio: context.losses.drop("audio")
        case .video: context.losses.drop("video")
        case .toolResult, .text, .refusal: break
        }
        reportForeign(part)
    }

    private static func phase(_ part: NeutralPart) -> JSONFragment? {
        part.extras.value("phase", of: .openAIResponses)
    }

    /// Texts that follow one another are one message.
    private mutating func writeTexts(status: String) {
        guard let first = texts.first else { return }
        var content = JSONWriter(capacity: 256)
        content.beginArray()
        for part in texts {
            switch part.content {
            case .text(let text):
                let annotations = OpenAIResponsesAnnotations(
                    part.annotations, length: text.codePoints, losses: &context.losses)
                OpenAIResponsesItemWriter.content(text, isRefusal: false, annotations: annotations, to: &content)
            case .refusal(let text):
                OpenAIResponsesItemWriter.content(text, isRefusal: true, to: &content)
            default: break
            }
            if part.signature != nil { context.losses.note("thinking") }
            reportForeign(part)
        }
        content.endArray()
        OpenAIResponsesItemWriter.message(
            id: context.identifiers.make("msg_"), status: status, content: content.take(), phase: Self.phase(first),
            to: &output)
        texts.removeAll(keepingCapacity: true)
    }

    private mutating func reportForeign(_ part: NeutralPart) {
        for field in part.extras.fields where field.origin != .openAIResponses { context.losses.drop(field.name) }
    }
}
