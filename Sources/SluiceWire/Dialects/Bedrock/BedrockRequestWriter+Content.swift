extension BedrockRequestWriter {
    /// Writes one part as a block of a message, and the cache point that it asks for.
    mutating func write(_ part: NeutralPart, _ role: BedrockRole, isCurrent: Bool) throws(ConversionError) {
        let before = turn.blockCount
        var hint = part.cacheHint
        if let marked = marked(part) {
            beginBlock(role)
            turn.hasText = turn.hasText || marked.name != "searchResult"
            writeMarked(marked)
            dropForeign(part.extras)
        } else {
            try writeContent(part, role, isCurrent: isCurrent, &hint)
        }
        if turn.blockCount > before {
            writeCachePoint(hint)
        } else if hint != nil {
            context.losses.note("cache_control")
        }
    }

    private mutating func writeContent(
        _ part: NeutralPart, _ role: BedrockRole, isCurrent: Bool, _ hint: inout NeutralCacheHint?
    ) throws(ConversionError) {
        switch part.content {
        case .text(let text), .refusal(let text):
            dropForeign(part.extras)
            if !text.isBlank { writeBlockText(text, role) }
        case .image, .document, .audio, .video:
            guard role == .user else {
                throw .unsupported("messages", "Bedrock takes pictures, documents, sound and films of the user only.")
            }
            beginBlock(role)
            try writeMedia(part)
        case .toolCall(let call):
            if part.signature != nil { loseThinking(isCurrent) }
            try writeCall(call, part, role)
        case .toolResult(let result):
            hint = hint ?? result.parts.lazy.compactMap(\.cacheHint).last
            try writeResult(result, part, role)
        case .thinking(let text):
            writeThinking(text, part, role, isCurrent)
        case .redactedThinking:
            writeThinking(nil, part, role, isCurrent)
        case .opaque(let opaque):
            dropForeign(part.extras)
            guard opaque.origin == .bedrock else {
                guard role == .assistant else {
                    throw .unsupported("messages", "Bedrock does not take content of the kind \(opaque.kind).")
                }
                return context.losses.drop(opaque.kind)
            }
            beginBlock(role)
            json.fragment(opaque.value)
        }
    }

    /// The vendor's own block around a part's text, when the client wrote it as one.
    func marked(_ part: NeutralPart) -> NeutralExtras.Field? {
        guard !part.extras.isEmpty else { return nil }
        return part.extras.fields.first { field in
            guard field.origin == .bedrock else { return false }
            switch field.name {
            case "guardContent", "searchResult", "citationsContent": return true
            default: return false
            }
        }
    }

    mutating func writeMarked(_ field: NeutralExtras.Field) {
        json.beginObject()
        json.key(field.name)
        json.fragment(field.value)
        json.endObject()
    }

    mutating func writeText(_ text: JSONString) {
        json.beginObject()
        json.key("text")
        json.string(text)
        json.endObject()
    }

    private mutating func writeThinking(
        _ text: JSONString?, _ part: NeutralPart, _ role: BedrockRole, _ isCurrent: Bool
    ) {
        dropForeign(part.extras)
        guard let signature = part.signature else { return context.losses.note("thinking") }
        guard role == .assistant, signature.origin.isFor(.bedrock, model: context.model) else {
            return loseThinking(isCurrent)
        }
        beginBlock(role)
        json.beginObject()
        json.key("reasoningContent")
        json.beginObject()
        if let text {
            json.key("reasoningText")
            json.beginObject()
            json.key("text")
            json.string(text)
            json.key("signature")
            json.string(signature.value)
            json.endObject()
        } else {
            json.key("redactedContent")
            json.string(signature.value)
        }
        json.endObject()
        json.endObject()
    }

    /// Thoughts of an earlier turn are not missed; those of the turn that goes on are.
    private mutating func loseThinking(_ isCurrent: Bool) {
        if isCurrent { context.losses.drop("thinking") } else { context.losses.note("thinking") }
    }

    private mutating func writeCall(
        _ call: NeutralToolCall, _ part: NeutralPart, _ role: BedrockRole
    ) throws(ConversionError) {
        let id = Self.fit(call.id)
        beginBlock(role)
        turn.pendingCalls.append(id)
        json.beginObject()
        json.key("toolUse")
        json.beginObject()
        json.key("toolUseId")
        json.string(id)
        json.key("name")
        json.string(BedrockToolNames.fit(call.name))
        json.key("input")
        if call.isCustom {
            json.beginObject()
            json.key("input")
            json.string(call.arguments)
            json.endObject()
        } else if let object = call.argumentsObject {
            json.fragment(object)
        } else {
            throw .invalid("messages", "The arguments of tool call \(call.id) are not a JSON object.")
        }
        writeOwn(part.extras)
        json.endObject()
        json.endObject()
    }

    private mutating func writeResult(
        _ result: NeutralToolResult, _ part: NeutralPart, _ role: BedrockRole
    ) throws(ConversionError) {
        let id = Self.fit(result.callID)
        guard let place = turn.pendingCalls.firstIndex(of: id) else {
            throw .invalid("messages", "The result of tool call \(result.callID) does not follow that call.")
        }
        turn.pendingCalls.remove(at: place)
        beginBlock(role)
        json.beginObject()
        json.key("toolResult")
        json.beginObject()
        json.key("toolUseId")
        json.string(id)
        json.key("content")
        json.beginArray()
        var count = 0
        for inner in result.parts where try writeResultPart(inner) { count += 1 }
        if count == 0 { writeText("(empty)") }
        json.endArray()
        // Only some models know the field, and success is what they assume.
        if result.isError {
            json.key("status")
            json.string("error")
        }
        writeOwn(part.extras)
        json.endObject()
        json.endObject()
    }

    /// Writes a part of a tool's result; `false` for one that says nothing.
    private mutating func writeResultPart(_ part: NeutralPart) throws(ConversionError) -> Bool {
        if let marked = marked(part), marked.name == "searchResult" {
            writeMarked(marked)
            return true
        }
        switch part.content {
        case .text(let text), .refusal(let text):
            dropForeign(part.extras)
            guard !text.isBlank else { return false }
            writeText(text)
        case .image, .document, .video:
            try writeMedia(part)
        case .opaque(let opaque) where opaque.origin == .bedrock:
            json.fragment(opaque.value)
        case .opaque(let opaque):
            context.losses.drop(opaque.kind)
            return false
        case .audio, .toolCall, .toolResult, .thinking, .redactedThinking:
            throw .unsupported("messages", "Bedrock takes texts, pictures, documents and films as a tool's result.")
        }
        return true
    }

    /// Writes the vendor's own members into the object that is open, and reports others'.
    mutating func writeOwn(_ extras: NeutralExtras) {
        guard !extras.isEmpty else { return }
        extras.write(for: .bedrock, to: &json, losses: &context.losses)
    }

    /// Reports other vendors' members.
    mutating func dropForeign(_ extras: NeutralExtras) {
        if !extras.isEmpty { extras.report(to: &context.losses, for: .bedrock) }
    }

    /// Writes a cache point after a block or a tool.
    mutating func writeCachePoint(_ hint: NeutralCacheHint?) {
        guard let hint else { return }
        guard context.capabilities.takesCacheHints else { return context.losses.note("cache_control") }
        guard cachePointsLeft > 0 else { return context.losses.drop("cache_control") }
        cachePointsLeft -= 1
        json.beginObject()
        json.key("cachePoint")
        json.beginObject()
        json.key("type")
        json.string("default")
        switch hint {
        case .standard: break
        case .fiveMinutes:
            json.key("ttl")
            json.string("5m")
        case .oneHour:
            json.key("ttl")
            json.string("1h")
        }
        json.endObject()
        json.endObject()
    }

    private static func fit(_ id: String) -> String {
        ToolCallCarrier.fit(id, limit: 64) { byte in
            ToolCallCarrier.isPlain(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
        }
    }
}
