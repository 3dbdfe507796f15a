/// Writes a whole answer for a client.
struct GeminiResponseWriter {
    private let model: String
    private var parts: GeminiPartWriter
    private var ownLosses = ConversionLosses()

    init(_ context: ResponseWriting) {
        model = context.model
        parts = GeminiPartWriter(context)
    }

    /// What could not be carried.
    var losses: ConversionLosses {
        var losses = ownLosses
        losses.merge(parts.losses)
        return losses
    }

    /// The body. `identifiers`: makes an id where the vendor gave none.
    mutating func body(_ response: NeutralResponse, _ identifiers: inout NeutralIdentifiers) -> [UInt8] {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        if response.parts.isEmpty, let feedback = Self.feedback(response.finish) {
            writer.key("promptFeedback")
            writer.fragment(feedback)
        } else {
            writeCandidate(response, to: &writer)
        }
        GeminiFrame.writeTail(
            usage: response.usage, model: model, id: response.id ?? identifiers.make(""), to: &writer)
        for field in response.extras.fields where !isOfCandidate(field) {
            if field.origin == .gemini {
                writer.key(field.name)
                writer.fragment(field.value)
            } else {
                ownLosses.drop(field.name)
            }
        }
        writer.endObject()
        return writer.take()
    }

    /// The vendor's own words for a prompt that it refused.
    static func feedback(_ finish: NeutralFinish) -> JSONFragment? {
        guard let details = finish.details, details.origin == .gemini, details.kind == GeminiFinish.promptFeedback
        else { return nil }
        return details.value
    }

    private func isOfCandidate(_ field: NeutralExtras.Field) -> Bool {
        field.origin == .gemini && GeminiChunk.candidateExtras.contains(field.name)
    }

    private mutating func writeCandidate(_ response: NeutralResponse, to writer: inout JSONWriter) {
        writer.key("candidates")
        writer.beginArray()
        writer.beginObject()
        var list = JSONWriter(capacity: 1024)
        list.beginArray()
        for part in response.parts { write(part, to: &list) }
        list.endArray()
        // Thoughts that are not shown may have been all.
        if list.bytes.count > 2 {
            writer.key("content")
            writer.beginObject()
            writer.key("parts")
            writer.raw(list.bytes)
            writer.key("role")
            writer.string("model")
            writer.endObject()
        }
        GeminiFrame.writeFinish(response.finish, to: &writer)
        writer.key("index")
        writer.integer(0)
        for field in response.extras.fields where isOfCandidate(field) {
            writer.key(field.name)
            writer.fragment(field.value)
        }
        writer.endObject()
        writer.endArray()
    }

    private mutating func write(_ part: NeutralPart, to writer: inout JSONWriter) {
        part.reportAnnotations(to: &ownLosses)
        for field in part.extras.fields where field.origin != .gemini { ownLosses.drop(field.name) }
        switch part.content {
        case .text(let text):
            if !text.isEmpty || part.signature != nil { parts.text(text, signature: part.signature, to: &writer) }
        case .refusal(let text):
            if !text.isEmpty { parts.text(text, to: &writer) }
        case .thinking(let text):
            if !parts.writesThoughts {
                parts.hide(text, signature: part.signature)
            } else if !text.isEmpty || part.signature != nil {
                parts.thought(text, signature: part.signature, to: &writer)
            }
        case .redactedThinking:
            parts.hide(nil, signature: part.signature, isRedacted: true)
        case .toolCall(let call):
            parts.call(call, signature: part.signature, to: &writer)
        case .image, .document, .audio, .video:
            parts.medium(part, to: &writer)
        case .opaque(let opaque):
            parts.opaque(opaque, to: &writer)
        case .toolResult:
            ownLosses.drop("tool_result")
        }
    }
}
