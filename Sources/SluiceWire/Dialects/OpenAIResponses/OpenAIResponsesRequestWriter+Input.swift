/// `instructions` and `input`.
extension OpenAIResponsesRequestWriter {
    mutating func writeInput() throws(ConversionError) {
        noteCustomCalls()
        var messages = request.messages[...]
        if messages.count > 1, let first = messages.first, let text = Self.instructions(first) {
            json.named("instructions", text: text)
            messages = messages.dropFirst()
        }
        if let last = messages.last, last.role == .assistant, !context.capabilities.allowsPrefill, Self.isPrefill(last)
        {
            throw .unsupported(
                "messages[\(messages.endIndex - 1)]",
                "messages[\(messages.endIndex - 1)]: this model does not go on with an answer that the request begins.")
        }
        let lastUser = messages.lastIndex { $0.role == .user } ?? messages.startIndex
        var schema = schemaInstruction()
        json.key("input" as StaticString)
        json.beginArray()
        for (index, message) in zip(messages.indices, messages) {
            if message.role != .system, message.role != .developer, let text = schema {
                writeMessage(role: context.capabilities.usesDeveloperRole ? "developer" : "system", text: text)
                schema = nil
            }
            try write(message, index, isPast: index < lastUser, isFirst: index == messages.startIndex)
        }
        if let schema { writeMessage(role: "system", text: schema) }
        json.endArray()
    }

    /// The text of a first message that `instructions` can say.
    private static func instructions(_ message: NeutralMessage) -> JSONString? {
        guard message.role == .system, message.name == nil, message.extras.isEmpty, message.parts.count == 1,
            let part = message.parts.first, part.cacheHint == nil, part.extras.isEmpty,
            case .text(let text) = part.content, !text.isEmpty
        else { return nil }
        return text
    }

    private static func isPrefill(_ message: NeutralMessage) -> Bool {
        message.parts.contains { if case .text = $0.content { true } else { false } }
            && !message.parts.contains { if case .toolCall = $0.content { true } else { false } }
    }

    private mutating func noteCustomCalls() {
        for message in request.messages where message.role == .assistant {
            for part in message.parts {
                if case .toolCall(let call) = part.content, call.isCustom { customCalls.insert(call.id) }
            }
        }
    }

    /// The schema as an instruction, for models that cannot be held to one.
    private mutating func schemaInstruction() -> JSONString? {
        guard case .jsonSchema(let schema) = request.outputFormat,
            context.capabilities.structuredOutput == .instruction
        else { return nil }
        context.losses.adapt("response_format")
        var text: JSONString = "Answer with nothing but one JSON value that follows this JSON Schema:\n"
        text.append(JSONString(utf8: schema.schema.bytes))
        return text
    }

    // MARK: Messages

    private mutating func write(
        _ message: NeutralMessage,
        _ index: Int,
        isPast: Bool,
        isFirst: Bool
    ) throws(ConversionError) {
        if message.name != nil { context.losses.drop("name") }
        switch message.role {
        case .system, .developer:
            if !isFirst, !context.capabilities.allowsSystemAnywhere, isAfterConversationBegan(index) {
                context.losses.adapt("system")
                try writeInputMessage(message, index, role: "user", prefix: "[system] ")
            } else {
                let isDeveloper = message.role == .developer || context.capabilities.usesDeveloperRole
                try writeInputMessage(message, index, role: isDeveloper ? "developer" : "system")
            }
        case .user: try writeInputMessage(message, index, role: "user")
        case .assistant: try writeTurn(message, index, isPast: isPast)
        case .tool:
            message.extras.report(for: .openAIResponses, losses: &context.losses)
            for part in message.parts {
                if case .toolResult(let result) = part.content { try write(result, of: part, index) }
            }
        }
    }

    private func isAfterConversationBegan(_ index: Int) -> Bool {
        request.messages[..<index].contains { $0.role != .system && $0.role != .developer }
    }

    private mutating func writeMessage(role: String, text: JSONString) {
        json.beginObject()
        json.named("type", "message")
        json.named("role", role)
        json.named("content", text: text)
        json.endObject()
    }

    /// A message of the client's side; items of the vendor's own in it become items again.
    private mutating func writeInputMessage(
        _ message: NeutralMessage,
        _ index: Int,
        role: String,
        prefix: JSONString = .empty
    ) throws(ConversionError) {
        if message.parts.count == 1, prefix.isEmpty, message.extras.isEmpty, let part = message.parts.first,
            part.cacheHint == nil, part.extras.isEmpty, case .text(let text) = part.content
        {
            return writeMessage(role: role, text: text)
        }
        var prefix = prefix
        var isOpen = false
        var hasWritten = false
        for part in message.parts {
            if case .opaque(let opaque) = part.content {
                guard opaque.origin == .openAIResponses else {
                    throw .unsupported(
                        "messages[\(index)].content",
                        "messages[\(index)].content: only another vendor understands '\(opaque.kind.prefix(64))'."
                    )
                }
                if isOpen { closeMessage(message) }
                isOpen = false
                json.fragment(opaque.value)
                hasWritten = true
                continue
            }
            if case .toolResult(let result) = part.content {
                if isOpen { closeMessage(message) }
                isOpen = false
                try write(result, of: part, index)
                hasWritten = true
                continue
            }
            if !isOpen {
                json.beginObject()
                json.named("type", "message")
                json.named("role", role)
                json.key("content" as StaticString)
                json.beginArray()
                isOpen = true
                hasWritten = true
            }
            try writeInputPart(part, index, prefix: prefix)
            prefix = .empty
        }
        if isOpen { closeMessage(message) }
        if !hasWritten { writeMessage(role: role, text: prefix) }
    }

    private mutating func closeMessage(_ message: NeutralMessage) {
        json.endArray()
        message.extras.write(for: .openAIResponses, to: &json, losses: &context.losses)
        json.endObject()
    }

    private mutating func write(
        _ result: NeutralToolResult,
        of part: NeutralPart,
        _ index: Int
    ) throws(ConversionError) {
        json.beginObject()
        json.named("type", customCalls.contains(result.callID) ? "custom_tool_call_output" : "function_call_output")
        json.named("call_id", Self.fit(result.callID))
        json.key("output" as StaticString)
        try writeOutput(result, cacheHint: part.cacheHint, index)
        part.extras.write(for: .openAIResponses, to: &json, losses: &context.losses)
        json.endObject()
    }

    /// The vendor takes ids of at most 64 bytes.
    static func fit(_ id: String) -> String {
        ToolCallCarrier.fit(id, limit: 64) { (0x21...0x7E).contains($0) }
    }
}
