/// Writes a whole answer for a client of `POST /v1/messages`.
///
/// Source: Anthropic SDK type `Message` (read 2026-11).
struct AnthropicResponseWriter {
    private var out: AnthropicWriter
    private var losses: ConversionLosses
    private let seal: any CarrierSeal

    static func write(_ response: NeutralResponse, _ context: inout ResponseWriting) -> [UInt8] {
        var writer = AnthropicResponseWriter(
            out: AnthropicWriter(capacity: capacity(response)), losses: context.losses, seal: context.seal)
        writer.write(response, &context)
        context.losses = writer.losses
        return writer.out.json.take()
    }

    private mutating func write(_ response: NeutralResponse, _ context: inout ResponseWriting) {
        out.json.beginObject()
        out.member("id", Self.id(response.id, &context.identifiers))
        out.member("type", "message")
        out.member("role", "assistant")
        out.member("model", context.model)
        out.beginArray("content")
        var hasCalls = false
        var hasRefusal = false
        for part in response.parts {
            switch part.content {
            case .toolCall: hasCalls = true
            case .refusal: hasRefusal = true
            default: break
            }
            write(part)
        }
        out.json.endArray()
        AnthropicStopReason.write(
            response.finish, hasCalls: hasCalls, hasRefusal: hasRefusal, to: &out, losses: &losses)
        AnthropicUsageCounts.write(
            response.usage ?? TokenUsage(), isDelta: false, tier: response.serviceTier, to: &out)
        response.extras.write(for: .anthropic, to: &out.json, losses: &losses)
        out.json.endObject()
    }

    private mutating func write(_ part: NeutralPart) {
        switch part.content {
        case .text(let text), .refusal(let text):
            // An empty block would come back as one that the vendor refuses.
            guard !text.isEmpty else { return }
            if part.signature != nil { losses.note("thinking") }
            begin("text")
            out.member("text", text)
            write(part.annotations)
        case .thinking(let text):
            let signature = Self.signature(part.signature, seal, &losses)
            guard !text.isEmpty || !signature.isEmpty else { return }
            begin("thinking")
            out.member("thinking", text)
            out.member("signature", signature)
        case .redactedThinking:
            let data = Self.signature(part.signature, seal, &losses)
            guard !data.isEmpty else { return }
            begin("redacted_thinking")
            out.member("data", data)
        case .toolCall(let call):
            begin("tool_use")
            out.member("id", Self.id(of: call.id, part.signature, seal, &losses))
            out.member("name", call.name)
            out.member("input", Self.input(call, &losses))
        case .opaque(let opaque):
            if opaque.origin == .anthropic { out.json.fragment(opaque.value) } else { losses.drop(opaque.kind) }
            return
        case .image: return losses.drop("image")
        case .document: return losses.drop("document")
        case .audio: return losses.drop("audio")
        case .video: return losses.drop("video")
        case .toolResult: return losses.drop("tool_result")
        }
        part.extras.write(for: .anthropic, to: &out.json, losses: &losses)
        out.json.endObject()
    }

    private mutating func write(_ annotations: [NeutralAnnotation]) {
        let own = annotations.compactMap { annotation -> JSONFragment? in
            if case .citation(let citation) = annotation, citation.origin == .anthropic { return citation.value }
            // The vendor's own citations hold what only its search knows.
            losses.drop(annotation.word)
            return nil
        }
        guard !own.isEmpty else { return }
        out.beginArray("citations")
        for citation in own { out.json.fragment(citation) }
        out.json.endArray()
    }

    private mutating func begin(_ type: String) {
        out.json.beginObject()
        out.member("type", type)
    }

    // MARK: Shared with the stream

    /// The answer's id: the vendor's own, or a new one in its form.
    static func id(_ id: String?, _ identifiers: inout NeutralIdentifiers) -> String {
        if let id, id.hasPrefix("msg_") { id } else { identifiers.make("msg_") }
    }

    /// What stands in a block's field for a seal: the vendor's own seal, or a token that carries another's.
    static func signature(
        _ signature: NeutralSignature?, _ seal: any CarrierSeal, _ losses: inout ConversionLosses
    ) -> JSONString {
        guard let signature else { return .empty }
        if signature.origin.dialect == .anthropic { return signature.value }
        if let token = ThinkingCarrier.token(for: signature, seal: seal) { return token }
        losses.drop("thinking")
        return .empty
    }

    /// A call's id, with the seal that belongs to the call itself.
    static func id(
        of id: String, _ signature: NeutralSignature?, _ seal: any CarrierSeal, _ losses: inout ConversionLosses
    ) -> String {
        let thoughts = signature.map { [ThinkingCarrier.Thought(text: nil, signature: $0)] } ?? []
        return ToolCallCarrier.encode(id, thoughts: thoughts, seal: seal, losses: &losses)
    }

    /// A call's arguments as the object that the client's SDK wants.
    static func input(_ call: NeutralToolCall, _ losses: inout ConversionLosses) -> JSONFragment {
        if !call.isCustom, let object = call.argumentsObject { return object }
        losses.adapt("tool_arguments")
        return raw(call.arguments)
    }

    /// The object that holds arguments which are no object.
    static func raw(_ arguments: JSONString) -> JSONFragment {
        var out = AnthropicWriter(capacity: arguments.escaped.count + 16)
        out.json.beginObject()
        out.member("_raw", arguments)
        out.json.endObject()
        return JSONFragment(written: out.json.take())
    }

    private static func capacity(_ response: NeutralResponse) -> Int {
        response.parts.reduce(640) { total, part in
            switch part.content {
            case .text(let text), .refusal(let text), .thinking(let text): total + text.escaped.count + 96
            case .toolCall(let call): total + call.arguments.escaped.count + 192
            default: total + 256
            }
        }
    }
}
