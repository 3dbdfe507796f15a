/// Writes the messages of a request for Cohere's `/v2/chat`.
///
/// Text beside tool calls is the `tool_plan`. Results of tools are texts; their pictures follow in a user message after
/// all results of the turn. Thoughts without a seal, as Cohere's own are, go back while the tools that they led to are
/// being answered; before that the API itself forgets them.
enum CohereMessageWriter {
    static func write(
        _ request: NeutralRequest, instruction: JSONString?, _ context: inout RequestWriting,
        to writer: inout JSONWriter
    ) throws(ConversionError) {
        let messages = request.messages
        if messages.last?.role == .assistant, !context.capabilities.allowsPrefill {
            throw .unsupported(
                "messages",
                "The model cannot go on from the beginning of an answer: the last message must not be the assistant's.")
        }
        let leading = messages.prefix { $0.role == .system || $0.role == .developer }.count
        let lastUser = messages.lastIndex { $0.role == .user } ?? 0
        writer.beginArray()
        for (index, message) in messages.enumerated() {
            if index == leading { Self.instruction(instruction, to: &writer) }
            if message.name != nil { context.losses.drop("name") }
            let path = "messages[\(index)]"
            switch message.role {
            case .system, .developer:
                let isInPlace = index < leading || context.capabilities.allowsSystemAnywhere
                if !isInPlace { context.losses.adapt("system") }
                try Self.system(message, isInPlace: isInPlace, path, &context, to: &writer)
            case .user: try Self.user(message, path, &context, to: &writer)
            case .assistant: try Self.assistant(message, isPast: index < lastUser, path, &context, to: &writer)
            case .tool: try Self.results(message, path, &context, to: &writer)
            }
        }
        if leading == messages.count { Self.instruction(instruction, to: &writer) }
        writer.endArray()
    }

    private static func instruction(_ text: JSONString?, to writer: inout JSONWriter) {
        guard let text else { return }
        Self.message("system", text, to: &writer)
        writer.endObject()
    }

    /// Writes a message up to its text; the caller ends it.
    private static func message(_ role: String, _ text: JSONString, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("role" as StaticString)
        writer.string(role)
        writer.key("content" as StaticString)
        writer.string(text)
    }

    private static func system(
        _ message: NeutralMessage, isInPlace: Bool, _ path: String, _ context: inout RequestWriting,
        to writer: inout JSONWriter
    ) throws(ConversionError) {
        var content = CohereContent(path: path)
        for part in message.parts { try content.take(part, &context) }
        guard !content.hasImages else {
            throw .unsupported("\(path).content", "Cohere's system messages are text.")
        }
        let text = content.text(separator: "\n\n")
        Self.message(
            isInPlace ? "system" : "user", isInPlace ? text : JSONString.joined(["[system] ", text]), to: &writer)
        message.extras.write(for: .cohere, to: &writer, losses: &context.losses)
        writer.endObject()
    }

    private static func user(
        _ message: NeutralMessage, _ path: String, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) throws(ConversionError) {
        var content = CohereContent(path: path)
        for part in message.parts { try content.take(part, &context) }
        writer.beginObject()
        writer.key("role" as StaticString)
        writer.string("user")
        writer.key("content" as StaticString)
        content.write(to: &writer)
        message.extras.write(for: .cohere, to: &writer, losses: &context.losses)
        writer.endObject()
    }

    // MARK: Assistant

    private static func assistant(
        _ message: NeutralMessage, isPast: Bool, _ path: String, _ context: inout RequestWriting,
        to writer: inout JSONWriter
    ) throws(ConversionError) {
        var content = CohereContent(path: path, isAssistant: true)
        var thoughts: [JSONString] = []
        var calls: [NeutralToolCall] = []
        for part in message.parts {
            switch part.content {
            case .thinking(let text):
                let isOwn = part.signature == nil || part.signature?.origin.isFor(.cohere, model: context.model) == true
                if isPast || context.capabilities.thinking.isEmpty {
                    context.losses.note("thinking")
                } else if isOwn {
                    if !text.isEmpty { thoughts.append(text) }
                } else {
                    context.losses.drop("thinking")
                }
            case .redactedThinking: isPast ? context.losses.note("thinking") : context.losses.drop("thinking")
            case .toolCall(let call):
                part.extras.report(to: &context.losses, for: .cohere)
                calls.append(call)
            default: try content.take(part, &context)
            }
        }
        // Outside of a chain of tool calls thoughts are of no more use.
        if calls.isEmpty, !thoughts.isEmpty {
            context.losses.note("thinking")
            thoughts = []
        }
        guard !content.hasImages else {
            throw .unsupported("\(path).content", "Cohere's assistant messages are text.")
        }
        let text = content.text(separator: .empty)
        writer.beginObject()
        writer.key("role" as StaticString)
        writer.string("assistant")
        if !thoughts.isEmpty {
            writer.key("content" as StaticString)
            writer.beginArray()
            for thought in thoughts {
                writer.beginObject()
                writer.key("type" as StaticString)
                writer.string("thinking")
                writer.key("thinking" as StaticString)
                writer.string(thought)
                writer.endObject()
            }
            writer.endArray()
        } else if calls.isEmpty {
            writer.key("content" as StaticString)
            writer.string(text)
        }
        if !calls.isEmpty {
            if !text.isEmpty {
                writer.key("tool_plan" as StaticString)
                writer.string(text)
            }
            writer.key("tool_calls" as StaticString)
            writer.beginArray()
            for call in calls { Self.call(call, &context, to: &writer) }
            writer.endArray()
        }
        message.extras.write(for: .cohere, to: &writer, losses: &context.losses)
        writer.endObject()
    }

    private static func call(_ call: NeutralToolCall, _ context: inout RequestWriting, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id" as StaticString)
        writer.string(call.id)
        writer.key("type" as StaticString)
        writer.string("function")
        writer.key("function" as StaticString)
        writer.beginObject()
        writer.key("name" as StaticString)
        writer.string(call.name)
        writer.key("arguments" as StaticString)
        if call.isCustom {
            context.losses.adapt("tool_calls")
            var arguments = JSONWriter(capacity: call.arguments.escaped.count + 16)
            arguments.beginObject()
            arguments.key("input" as StaticString)
            arguments.string(call.arguments)
            arguments.endObject()
            writer.string(utf8: arguments.bytes.span)
        } else {
            writer.string(call.arguments.isBlank ? "{}" : call.arguments)
        }
        writer.endObject()
        writer.endObject()
    }

    // MARK: Tools

    private static func results(
        _ message: NeutralMessage, _ path: String, _ context: inout RequestWriting, to writer: inout JSONWriter
    ) throws(ConversionError) {
        message.extras.report(to: &context.losses, for: .cohere)
        var pictures = CohereContent(path: path)
        for part in message.parts {
            guard case .toolResult(let result) = part.content else { continue }
            if part.cacheHint != nil { context.losses.note("cache_control") }
            part.extras.report(to: &context.losses, for: .cohere)
            var content = CohereContent(path: path)
            for part in result.parts {
                if case .image = part.content {
                    try pictures.take(part, &context)
                } else {
                    try content.take(part, &context)
                }
            }
            var text = content.text(separator: "\n")
            if text.isEmpty, result.parts.contains(where: { if case .image = $0.content { true } else { false } }) {
                text = "The result is a picture; it follows."
            }
            if result.isError {
                context.losses.adapt("is_error")
                text = JSONString.joined(["Error: ", text])
            }
            writer.beginObject()
            writer.key("role" as StaticString)
            writer.string("tool")
            writer.key("tool_call_id" as StaticString)
            writer.string(result.callID)
            writer.key("content" as StaticString)
            writer.string(text)
            writer.endObject()
        }
        guard pictures.hasImages else { return }
        context.losses.adapt("tool_result")
        writer.beginObject()
        writer.key("role" as StaticString)
        writer.string("user")
        writer.key("content" as StaticString)
        pictures.write(to: &writer)
        writer.endObject()
    }
}
