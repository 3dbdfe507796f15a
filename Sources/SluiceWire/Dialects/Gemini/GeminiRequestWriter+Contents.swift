/// `contents`: turns into contents and parts.
extension GeminiRequestWriter {
    mutating func writeMessage(_ message: NeutralMessage, at index: Int) throws(ConversionError) {
        if message.name != nil { losses.drop("name") }
        let hasOwnExtras = message.extras.fields.contains { $0.origin == .gemini }
        // Fields of a content of its own cannot be merged with another's.
        if hasOwnExtras { close() }
        if message.role == .user, turn != .user, message.parts.allSatisfy({ Self.isEmpty($0) }) { owesUserTurn = true }
        for part in message.parts {
            noteHint(part.cacheHint)
            switch message.role {
            case .system, .developer: try writeLateSystem(part)
            case .user: try writeUserPart(part)
            case .assistant: try writeModelPart(part, at: index)
            case .tool: try writeResult(part, in: message)
            }
        }
        if message.role == .tool { try writeAttachments(message) }
        if hasOwnExtras, turn != .none {
            writer.endArray()
            message.extras.write(for: .gemini, to: &writer, losses: &losses)
            writer.endObject()
            turn = .none
        } else {
            for field in message.extras.fields { losses.drop(field.name) }
        }
    }

    /// Ends the open content.
    mutating func close() {
        guard turn != .none else { return }
        writer.endArray()
        writer.endObject()
        turn = .none
    }

    /// Writes the user's turn that had nothing in it, unless another message makes it one: contents are never empty.
    mutating func settleUserTurn(before next: Turn = .none) {
        guard owesUserTurn else { return }
        owesUserTurn = false
        guard next != .user else { return }
        losses.adapt("messages")
        writeText(" ", .user, NeutralPart(.text(" ")))
    }

    private static func isEmpty(_ part: NeutralPart) -> Bool {
        switch part.content {
        case .text(let text), .refusal(let text): text.isEmpty && part.extras.isEmpty
        default: false
        }
    }

    private mutating func open(_ next: Turn) {
        settleUserTurn(before: next)
        guard turn != next else { return }
        close()
        turn = next
        hasCall = false
        writer.beginObject()
        writer.key("role")
        writer.string(next == .model ? "model" : "user")
        writer.key("parts")
        writer.beginArray()
    }

    private mutating func writeText(_ text: JSONString, _ next: Turn, _ part: NeutralPart) {
        open(next)
        writer.beginObject()
        writer.key("text")
        writer.string(text)
        writeExtras(part.extras)
        writer.endObject()
    }

    /// Instructions in the middle of a conversation: Gemini has no role for them.
    private mutating func writeLateSystem(_ part: NeutralPart) throws(ConversionError) {
        guard case .text(let text) = part.content else {
            throw .unsupported("messages", "Instructions for Gemini can only be text.")
        }
        guard !text.isEmpty else { return }
        losses.adapt("system")
        writeText(.joined(["[system] ", text]), .user, part)
    }

    private mutating func writeUserPart(_ part: NeutralPart) throws(ConversionError) {
        switch part.content {
        case .text(let text), .refusal(let text):
            if !text.isEmpty || !part.extras.isEmpty { writeText(text, .user, part) }
        case .image, .document, .audio, .video:
            try writeMedium(part, .user, signature: nil)
        case .opaque(let opaque):
            writeOpaque(opaque, .user)
        case .thinking, .redactedThinking, .toolCall, .toolResult:
            throw .invalid("messages", "A user's message cannot hold calls, results or thoughts.")
        }
    }

    private mutating func writeModelPart(_ part: NeutralPart, at index: Int) throws(ConversionError) {
        switch part.content {
        case .text(let text), .refusal(let text):
            let signature = ownSeal(part, at: index)
            guard !text.isEmpty || signature != nil || !part.extras.isEmpty else { return }
            open(.model)
            writer.beginObject()
            writer.key("text")
            writer.string(text)
            writeSeal(signature)
            writeExtras(part.extras)
            writer.endObject()
        case .thinking(let text):
            guard let signature = ownSeal(part, at: index) else { return }
            open(.model)
            writer.beginObject()
            writer.key("text")
            writer.string(text)
            writer.key("thought")
            writer.bool(true)
            writeSeal(signature)
            writeExtras(part.extras)
            writer.endObject()
        case .redactedThinking:
            // Google has no thoughts without text; a seal of its own stands on an empty one.
            guard let signature = ownSeal(part, at: index) else { return }
            open(.model)
            writer.beginObject()
            writer.key("text")
            writer.string(JSONString.empty)
            writer.key("thought")
            writer.bool(true)
            writeSeal(signature)
            writer.endObject()
        case .toolCall(let call):
            try writeCall(call, part, at: index)
        case .image, .document, .audio, .video:
            try writeMedium(part, .model, signature: ownSeal(part, at: index))
        case .opaque(let opaque):
            writeOpaque(opaque, .model)
        case .toolResult:
            throw .invalid("messages[\(index)]", "messages[\(index)]: an assistant's message cannot hold results.")
        }
    }

    private mutating func writeCall(_ call: NeutralToolCall, _ part: NeutralPart, at index: Int) throws(ConversionError)
    {
        guard !call.isCustom else {
            throw .unsupported("messages[\(index)]", "Gemini has no tools that take free text.")
        }
        guard let arguments = call.argumentsObject else {
            let field = "messages[\(index)].tool_calls.function.arguments"
            throw .invalid(field, "\(field): must be a JSON object.")
        }
        names[call.id] = call.name
        var signature = ownSeal(part, at: index)
        open(.model)
        if !hasCall, signature == nil, capabilities.requiresCallSignatures {
            signature = JSONString("\(GeminiSeal.placeholder)")
            if index >= currentStart { losses.adapt("thinking") } else { losses.note("thinking") }
        }
        hasCall = true
        writer.beginObject()
        writer.key("functionCall")
        writer.beginObject()
        writer.key("id")
        writer.string(call.id)
        writer.key("name")
        writer.string(call.name)
        writer.key("args")
        writer.fragment(arguments)
        writeExtras(part.extras, within: "functionCall.")
        writer.endObject()
        writeSeal(signature)
        writeExtras(part.extras)
        writer.endObject()
    }

    private mutating func writeResult(_ part: NeutralPart, in message: NeutralMessage) throws(ConversionError) {
        guard case .toolResult(let result) = part.content else {
            throw .invalid("messages", "A tool's message can hold results only.")
        }
        guard let name = names[result.callID] ?? result.name else {
            throw .invalid(
                "messages", "A tool result answers no call of the conversation; Gemini needs the tool's name.")
        }
        open(.results)
        writer.beginObject()
        writer.key("functionResponse")
        writer.beginObject()
        writer.key("id")
        writer.string(result.callID)
        writer.key("name")
        writer.string(name)
        GeminiFunctionResult.write(result.text, isError: result.isError, to: &writer)
        let media = Self.media(of: result)
        if !media.isEmpty, takesMediaInResults {
            writer.key("parts")
            writer.beginArray()
            for part in media { try writeMediumObject(part, signature: nil) }
            writer.endArray()
        }
        writeExtras(part.extras, within: "functionResponse.")
        writer.endObject()
        writeExtras(part.extras)
        writer.endObject()
    }

    /// Media of results stand beside the responses where the model does not take them within: before Gemini 3.
    private mutating func writeAttachments(_ message: NeutralMessage) throws(ConversionError) {
        for part in message.parts {
            guard case .toolResult(let result) = part.content else { continue }
            for part in result.parts {
                noteHint(part.cacheHint)
                switch part.content {
                case .text: break
                case .image, .document, .audio, .video:
                    if !takesMediaInResults { try writeMedium(part, .results, signature: nil) }
                case .opaque(let opaque): losses.drop(opaque.kind)
                default: losses.drop("tool_result")
                }
            }
        }
    }

    /// The generation that must bring its seals back is the one that takes media within a response.
    private var takesMediaInResults: Bool { capabilities.requiresCallSignatures }

    private static func media(of result: NeutralToolResult) -> [NeutralPart] {
        result.parts.filter { part in
            switch part.content {
            case .image, .document, .audio, .video: true
            default: false
            }
        }
    }

    private mutating func writeMedium(_ part: NeutralPart, _ next: Turn, signature: JSONString?) throws(ConversionError)
    {
        open(next)
        try writeMediumObject(part, signature: signature)
    }

    private mutating func writeMediumObject(_ part: NeutralPart, signature: JSONString?) throws(ConversionError) {
        let (media, fallback): (NeutralMedia, String?) =
            switch part.content {
            case .image(let media): (media, "image/jpeg")
            case .document(let media): (media, "application/pdf")
            case .audio(let media), .video(let media): (media, nil)
            default: throw .invalid("messages", "A part is no medium.")
            }
        if media.detail != nil { losses.note("detail") }
        writer.beginObject()
        try GeminiMedia.write(
            media, fallbackType: fallback, capabilities: capabilities, to: &writer, losses: &losses)
        writeSeal(signature)
        writeExtras(part.extras)
        writer.endObject()
    }

    private mutating func writeOpaque(_ opaque: NeutralOpaque, _ next: Turn) {
        guard opaque.origin == .gemini else { return losses.drop(opaque.kind) }
        open(next)
        writer.fragment(opaque.value)
    }

    /// The part's seal where it is Google's and this model's; what is another's is left out, reported.
    private mutating func ownSeal(_ part: NeutralPart, at index: Int) -> JSONString? {
        guard let signature = part.signature else {
            switch part.content {
            case .thinking, .redactedThinking: losses.note("thinking")
            default: break
            }
            return nil
        }
        if signature.origin.isFor(.gemini, model: model) { return signature.value }
        // Seals before the last turn of the user are of no more use to their vendor either.
        if index >= currentStart { losses.drop("thinking") } else { losses.note("thinking") }
        return nil
    }

    private mutating func writeSeal(_ signature: JSONString?) {
        guard let signature else { return }
        writer.key("thoughtSignature")
        writer.string(signature)
    }

    /// Fields beside a part's data; with a prefix, those within it.
    private mutating func writeExtras(_ extras: NeutralExtras, within prefix: String = "") {
        for field in extras.fields {
            guard field.origin == .gemini else {
                losses.drop(field.name)
                continue
            }
            let isInner = field.name.hasPrefix("functionCall.") || field.name.hasPrefix("functionResponse.")
            if prefix.isEmpty ? !isInner : field.name.hasPrefix(prefix) {
                writer.key(String(field.name.dropFirst(prefix.count)))
                writer.fragment(field.value)
            }
        }
    }
}
