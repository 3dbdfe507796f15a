// The conversation.
extension OpenAIChatRequestWriter {
    /// Ids of calls in the history may have 40 characters at most.
    static let callIDLimit = 40

    static func fit(id: String) -> String {
        ToolCallCarrier.fit(id, limit: callIDLimit) { (0x21...0x7E).contains($0) }
    }

    mutating func writeMessages() throws(ConversionError) {
        guard !request.messages.isEmpty else { throw .invalid("messages", "Expected at least one message.") }
        if request.messages.last?.role == .assistant, !context.capabilities.allowsPrefill {
            throw .unsupported(
                "messages",
                "The model does not go on with an answer that was begun: the last message must be the user's.")
        }
        let lastUser = request.messages.lastIndex { $0.role == .user } ?? -1
        let leading = request.messages.prefix { $0.role == .system || $0.role == .developer }.count
        json.key("messages" as StaticString)
        json.beginArray()
        for index in request.messages.indices {
            if index == leading { writeFormatInstruction() }
            let message = request.messages[index]
            switch message.role {
            case .system, .developer: try writeSystem(message, isLeading: index < leading)
            case .user: try writeUser(message)
            case .assistant: try writeAssistant(message, isOver: index < lastUser)
            case .tool: try writeResults(message)
            }
        }
        if leading == request.messages.count { writeFormatInstruction() }
        json.endArray()
    }

    private var systemRole: String {
        context.capabilities.usesDeveloperRole ? "developer" : "system"
    }

    private mutating func writeFormatInstruction() {
        guard let instruction = formatInstruction else { return }
        json.beginObject()
        json.key("role" as StaticString)
        json.string(systemRole)
        json.key("content" as StaticString)
        json.string(instruction)
        json.endObject()
    }

    private mutating func writeSystem(_ message: NeutralMessage, isLeading: Bool) throws(ConversionError) {
        var message = message
        var role = systemRole
        if !isLeading, !context.capabilities.allowsSystemAnywhere {
            context.losses.adapt("system")
            role = "user"
            if let first = message.parts.first, case .text(let text) = first.content {
                message.parts[0].content = .text(JSONString.joined(["[system] ", text]))
            } else {
                message.parts.insert(NeutralPart(.text("[system]")), at: 0)
            }
        }
        for part in message.parts {
            guard let word = Self.mediaWord(part), !Self.isTextDocument(part) else { continue }
            throw .unsupported("messages", "A system message can hold text only, and there is a part of \(word).")
        }
        try begin(message, role: role)
        try writeContent(message.parts)
        end(message)
    }

    private mutating func writeUser(_ message: NeutralMessage) throws(ConversionError) {
        try begin(message, role: "user")
        try writeContent(message.parts)
        end(message)
    }

    private mutating func begin(_ message: NeutralMessage, role: String) throws(ConversionError) {
        json.beginObject()
        json.key("role" as StaticString)
        json.string(role)
        if let name = message.name {
            json.key("name" as StaticString)
            json.string(name)
        }
    }

    private mutating func end(_ message: NeutralMessage) {
        message.extras.write(for: .openAIChat, to: &json, losses: &context.losses)
        json.endObject()
    }

    /// Writes `content`: a string where there is one plain text, else an array of parts.
    mutating func writeContent(_ parts: [NeutralPart]) throws(ConversionError) {
        json.key("content" as StaticString)
        if parts.isEmpty { return json.string("") }
        if parts.count == 1, let text = plainText(parts[0]) {
            parts[0].extras.write(for: .openAIChat, to: &json, losses: &context.losses)
            return json.string(text)
        }
        json.beginArray()
        for part in parts { try writePart(part) }
        json.endArray()
    }

    /// The text of a part that needs no object of its own.
    private func plainText(_ part: NeutralPart) -> JSONString? {
        guard case .text(let text) = part.content, part.cacheHint == nil || !context.capabilities.takesCacheHints,
            !part.extras.fields.contains(where: { $0.origin == .openAIChat })
        else { return nil }
        return text
    }

    // MARK: Assistant

    private mutating func writeAssistant(_ message: NeutralMessage, isOver: Bool) throws(ConversionError) {
        var content: [NeutralPart] = []
        var refusals: [JSONString] = []
        var calls: [NeutralPart] = []
        var audio: JSONFragment?
        for part in message.parts {
            switch part.content {
            case .text: content.append(part)
            case .refusal(let text):
                refusals.append(text)
                content.append(part)
            case .toolCall: calls.append(part)
            case .thinking, .redactedThinking: break
            case .opaque(let opaque):
                if opaque.origin != .openAIChat {
                    context.losses.drop(opaque.kind)
                } else if opaque.kind == "audio" {
                    audio = opaque.value
                } else {
                    content.append(part)
                }
            case .image, .document, .audio, .video, .toolResult:
                throw .unsupported(
                    "messages",
                    "An assistant message can hold text only, and there is a part of "
                        + "\(Self.mediaWord(part) ?? "a tool result").")
            }
        }
        try begin(message, role: "assistant")
        if !refusals.isEmpty, refusals.count == content.count {
            json.key("content" as StaticString)
            json.null()
            json.key("refusal" as StaticString)
            json.string(JSONString.joined(refusals))
        } else if content.isEmpty {
            json.key("content" as StaticString)
            if calls.isEmpty && audio == nil { json.string("") } else { json.null() }
        } else {
            try writeContent(content)
        }
        writeThoughts(message.parts, isOver: isOver)
        if !calls.isEmpty {
            json.key("tool_calls" as StaticString)
            json.beginArray()
            for call in calls { writeCall(call) }
            json.endArray()
        }
        if let audio {
            json.key("audio" as StaticString)
            json.fragment(audio)
        }
        end(message)
    }

    private mutating func writeCall(_ part: NeutralPart) {
        guard case .toolCall(let call) = part.content else { return }
        json.beginObject()
        json.key("id" as StaticString)
        json.string(Self.fit(id: call.id))
        json.key("type" as StaticString)
        json.string(call.isCustom ? "custom" : "function")
        json.key(call.isCustom ? "custom" : "function" as StaticString)
        json.beginObject()
        json.key("name" as StaticString)
        json.string(FittedToolNames.fit(call.name))
        json.key(call.isCustom ? "input" : "arguments" as StaticString)
        json.string(call.arguments.isEmpty && !call.isCustom ? "{}" : call.arguments)
        json.endObject()
        if let signature = part.signature { writeSeal(of: signature) }
        if part.cacheHint != nil { context.losses.note("cache_control") }
        part.extras.write(for: .openAIChat, to: &json, losses: &context.losses)
        json.endObject()
    }

    /// Google's own servers of this dialect want the seal of the model that made it, and no others do.
    private mutating func writeSeal(of signature: NeutralSignature) {
        let isKnown = signature.origin.model == context.model
        let isWanted = isKnown || (signature.origin.model == nil && context.capabilities.requiresCallSignatures)
        if signature.origin.dialect == .gemini, isWanted {
            OpenAIChatGoogleSignature.write(signature.value, to: &json)
        } else {
            context.losses.drop("thinking")
        }
    }

    // MARK: Results

    private mutating func writeResults(_ message: NeutralMessage) throws(ConversionError) {
        var moved: [(id: String, parts: [NeutralPart])] = []
        for part in message.parts {
            guard case .toolResult(let result) = part.content else { continue }
            let id = Self.fit(id: result.callID)
            var texts: [NeutralPart] = []
            var media: [NeutralPart] = []
            for inner in result.parts {
                if let word = Self.mediaWord(inner), !Self.isTextDocument(inner) {
                    media.append(inner)
                    texts.append(NeutralPart(.text(JSONString("[\(word) attached]"))))
                } else {
                    texts.append(inner)
                }
            }
            if result.isError { markError(&texts) }
            json.beginObject()
            json.key("role" as StaticString)
            json.string("tool")
            json.key("tool_call_id" as StaticString)
            json.string(id)
            try writeContent(texts)
            if part.cacheHint != nil { context.losses.note("cache_control") }
            part.extras.write(for: .openAIChat, to: &json, losses: &context.losses)
            json.endObject()
            if !media.isEmpty { moved.append((id, media)) }
        }
        guard !moved.isEmpty else { return }
        // A tool message holds text only, and nothing may stand between the results of one turn.
        context.losses.adapt("messages.tool.content")
        var parts: [NeutralPart] = []
        for (id, media) in moved {
            parts.append(NeutralPart(.text(JSONString("[attached to the result of tool call \(id)]"))))
            parts.append(contentsOf: media)
        }
        try writeUser(NeutralMessage(.user, parts))
    }

    private mutating func markError(_ texts: inout [NeutralPart]) {
        context.losses.note("is_error")
        if let first = texts.first, case .text(let text) = first.content {
            texts[0].content = .text(JSONString.joined(["Error: ", text]))
        } else {
            texts.insert(NeutralPart(.text("Error: the tool failed.")), at: 0)
        }
    }
}
