/// What the model said: thoughts, texts and calls, each an item.
extension OpenAIResponsesRequestWriter {
    /// `isPast`: whether the person has spoken since; nobody misses thoughts from before.
    mutating func writeTurn(_ message: NeutralMessage, _ index: Int, isPast: Bool) throws(ConversionError) {
        var texts: [NeutralPart] = []
        var isFirstMessage = true
        for (place, part) in message.parts.enumerated() {
            switch part.content {
            case .text, .refusal:
                if case .text(let text) = part.content, text.isEmpty { break }
                if let last = texts.last, Self.phase(last) != Self.phase(part) {
                    writeTexts(&texts, of: message, &isFirstMessage)
                }
                texts.append(part)
            case .thinking, .redactedThinking:
                writeTexts(&texts, of: message, &isFirstMessage)
                writeThinking(part, isPast: isPast, isFollowed: Self.hasContent(message.parts[(place + 1)...]))
            case .toolCall(let call):
                writeTexts(&texts, of: message, &isFirstMessage)
                write(call, of: part, isPast: isPast)
            case .opaque(let opaque):
                writeTexts(&texts, of: message, &isFirstMessage)
                if opaque.origin == .openAIResponses {
                    json.fragment(opaque.value)
                } else {
                    context.losses.drop(opaque.kind)
                }
            case .image, .document, .audio, .video:
                throw .unsupported(
                    "messages[\(index)].content",
                    "messages[\(index)].content: this model's provider takes no media in what the model said.")
            case .toolResult: break
            }
        }
        writeTexts(&texts, of: message, &isFirstMessage)
        if isFirstMessage { message.extras.report(for: .openAIResponses, losses: &context.losses) }
    }

    private static func phase(_ part: NeutralPart) -> JSONFragment? {
        part.extras.value("phase", of: .openAIResponses)
    }

    /// Whether anything follows that the vendor sees as the fruit of a thought: one without is refused.
    private static func hasContent(_ parts: ArraySlice<NeutralPart>) -> Bool {
        parts.contains { part in
            switch part.content {
            case .text(let text): !text.isEmpty
            case .refusal, .toolCall: true
            case .opaque(let opaque): opaque.origin == .openAIResponses
            default: false
            }
        }
    }

    private mutating func writeThinking(_ part: NeutralPart, isPast: Bool, isFollowed: Bool) {
        guard let signature = part.signature, isFollowed,
            signature.origin.isFor(.openAIResponses, model: context.model),
            let item = OpenAIResponsesReasoning.item(in: signature)
        else {
            if part.signature == nil || isPast {
                context.losses.note("thinking")
            } else {
                context.losses.drop("thinking")
            }
            return
        }
        json.fragment(item)
    }

    private mutating func write(_ call: NeutralToolCall, of part: NeutralPart, isPast: Bool) {
        if part.signature != nil {
            // A seal over a call is never this vendor's.
            if isPast { context.losses.note("thinking") } else { context.losses.drop("thinking") }
        }
        if part.cacheHint != nil { context.losses.note("cache_control") }
        json.beginObject()
        json.named("type", call.isCustom ? "custom_tool_call" : "function_call")
        json.named("call_id", Self.fit(call.id))
        json.named("name", FittedToolNames.fit(call.name))
        if call.isCustom {
            json.named("input", text: call.arguments)
        } else {
            json.named("arguments", text: call.arguments.isEmpty ? "{}" : call.arguments)
        }
        part.extras.write(for: .openAIResponses, to: &json, losses: &context.losses)
        json.endObject()
    }

    /// Texts of one phase, as one message: one text in the short form, which needs no id, more as an answer has them.
    private mutating func writeTexts(_ texts: inout [NeutralPart], of message: NeutralMessage, _ isFirst: inout Bool) {
        guard let first = texts.first else { return }
        json.beginObject()
        json.named("type", "message")
        json.named("role", "assistant")
        if texts.count == 1, case .text(let text) = first.content, Self.isPlain(first) {
            json.named("content", text: text)
        } else {
            json.named("id", context.identifiers.make("msg_"))
            json.named("status", "completed")
            json.key("content" as StaticString)
            json.beginArray()
            for part in texts { writeOutputPart(part) }
            json.endArray()
        }
        if let phase = Self.phase(first) { json.named("phase", json: phase) }
        if isFirst { message.extras.write(for: .openAIResponses, to: &json, losses: &context.losses) }
        isFirst = false
        json.endObject()
        for part in texts where part.cacheHint != nil { context.losses.note("cache_control") }
        if texts.contains(where: { $0.signature != nil }) { context.losses.note("thinking") }
        texts.removeAll(keepingCapacity: true)
    }

    /// Whether a text has nothing beside it but its phase.
    private static func isPlain(_ part: NeutralPart) -> Bool {
        part.extras.fields.allSatisfy { $0.origin == .openAIResponses && $0.name == "phase" }
    }

    private mutating func writeOutputPart(_ part: NeutralPart) {
        json.beginObject()
        switch part.content {
        case .refusal(let text):
            json.named("type", "refusal")
            json.named("refusal", text: text)
        case .text(let text):
            json.named("type", "output_text")
            json.named("text", text: text)
            if part.extras.value("annotations", of: .openAIResponses) == nil { json.namedEmptyArray("annotations") }
        default: break
        }
        var extras = part.extras
        _ = extras.take("phase", of: .openAIResponses)
        extras.write(for: .openAIResponses, to: &json, losses: &context.losses)
        json.endObject()
    }
}

extension NeutralExtras {
    /// Reports the fields of other dialects as left out, where there is no object to write any into.
    func report(for dialect: Dialect, losses: inout ConversionLosses) {
        for field in fields {
            if field.origin == dialect { losses.note(field.name) } else { losses.drop(field.name) }
        }
    }
}
