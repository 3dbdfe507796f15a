/// Writes the messages of a request for Ollama's `/api/chat`: each has one text, its pictures, and its calls.
///
/// Thoughts are written where they have no seal, as Ollama's own have none: models that call tools want them back.
enum OllamaMessageWriter {
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
        var names: [String: String] = [:]
        writer.beginArray()
        for (index, message) in messages.enumerated() {
            if index == leading { Self.instruction(instruction, to: &writer) }
            if message.name != nil { context.losses.drop("name") }
            let path = "messages[\(index)]"
            switch message.role {
            case .system, .developer:
                let isInPlace = index < leading || context.capabilities.allowsSystemAnywhere
                if !isInPlace { context.losses.adapt("system") }
                try Self.text(message, as: isInPlace ? "system" : "user", isInPlace, path, &context, to: &writer)
            case .user: try Self.text(message, as: "user", true, path, &context, to: &writer)
            case .assistant:
                try Self.assistant(message, isPast: index < lastUser, path, &names, &context, to: &writer)
            case .tool: try Self.results(message, path, names, &context, to: &writer)
            }
        }
        if leading == messages.count { Self.instruction(instruction, to: &writer) }
        writer.endArray()
    }

    private static func instruction(_ text: JSONString?, to writer: inout JSONWriter) {
        guard let text else { return }
        writer.beginObject()
        writer.key("role" as StaticString)
        writer.string("system")
        writer.key("content" as StaticString)
        writer.string(text)
        writer.endObject()
    }

    // MARK: System and user

    private static func text(
        _ message: NeutralMessage, as role: String, _ isInPlace: Bool, _ path: String, _ context: inout RequestWriting,
        to writer: inout JSONWriter
    ) throws(ConversionError) {
        var content = OllamaContent(path: path)
        for part in message.parts { try content.take(part, &context.losses) }
        var text = content.text(separator: "\n\n")
        if !isInPlace { text = JSONString.joined(["[system] ", text]) }
        writer.beginObject()
        writer.key("role" as StaticString)
        writer.string(role)
        writer.key("content" as StaticString)
        writer.string(text)
        content.writeImages(to: &writer)
        message.extras.write(for: .ollama, to: &writer, losses: &context.losses)
        writer.endObject()
    }

    // MARK: Assistant

    private static func assistant(
        _ message: NeutralMessage, isPast: Bool, _ path: String, _ names: inout [String: String],
        _ context: inout RequestWriting, to writer: inout JSONWriter
    ) throws(ConversionError) {
        var content = OllamaContent(path: path, isAssistant: true)
        var thoughts: [JSONString] = []
        var calls: [(NeutralToolCall, NeutralExtras)] = []
        for part in message.parts {
            switch part.content {
            case .thinking(let text):
                if part.signature == nil || part.signature?.origin.isFor(.ollama, model: context.model) == true {
                    thoughts.append(text)
                } else {
                    isPast ? context.losses.note("thinking") : context.losses.drop("thinking")
                }
            case .redactedThinking: isPast ? context.losses.note("thinking") : context.losses.drop("thinking")
            case .toolCall(let call):
                names[call.id] = call.name
                calls.append((call, part.extras))
            default: try content.take(part, &context.losses)
            }
        }
        writer.beginObject()
        writer.key("role" as StaticString)
        writer.string("assistant")
        writer.key("content" as StaticString)
        writer.string(content.text(separator: .empty))
        if !thoughts.isEmpty {
            writer.key("thinking" as StaticString)
            writer.string(JSONString.joined(thoughts))
        }
        content.writeImages(to: &writer)
        if !calls.isEmpty {
            writer.key("tool_calls" as StaticString)
            writer.beginArray()
            for (index, (call, extras)) in calls.enumerated() {
                try Self.call(call, extras, "\(path).tool_calls[\(index)]", &context, to: &writer)
            }
            writer.endArray()
        }
        message.extras.write(for: .ollama, to: &writer, losses: &context.losses)
        writer.endObject()
    }

    private static func call(
        _ call: NeutralToolCall, _ extras: NeutralExtras, _ path: String, _ context: inout RequestWriting,
        to writer: inout JSONWriter
    ) throws(ConversionError) {
        writer.beginObject()
        writer.key("id" as StaticString)
        writer.string(call.id)
        writer.key("function" as StaticString)
        writer.beginObject()
        writer.key("name" as StaticString)
        writer.string(call.name)
        writer.key("arguments" as StaticString)
        if call.isCustom {
            context.losses.adapt("tool_calls")
            writer.beginObject()
            writer.key("input" as StaticString)
            writer.string(call.arguments)
            writer.endObject()
        } else if let object = call.argumentsObject {
            writer.fragment(object)
        } else {
            throw .invalid("\(path).function.arguments", "The arguments of a tool call must be a JSON object.")
        }
        writer.endObject()
        extras.write(for: .ollama, to: &writer, losses: &context.losses)
        writer.endObject()
    }

    // MARK: Tools

    private static func results(
        _ message: NeutralMessage, _ path: String, _ names: [String: String], _ context: inout RequestWriting,
        to writer: inout JSONWriter
    ) throws(ConversionError) {
        message.extras.report(to: &context.losses, for: .ollama)
        for part in message.parts {
            guard case .toolResult(let result) = part.content else { continue }
            if part.cacheHint != nil { context.losses.note("cache_control") }
            var content = OllamaContent(path: path)
            for part in result.parts { try content.take(part, &context.losses) }
            var text = content.text(separator: "\n")
            if result.isError {
                // Ollama has no mark for a failed tool; the model reads it.
                context.losses.adapt("is_error")
                text = JSONString.joined(["Error: ", text])
            }
            writer.beginObject()
            writer.key("role" as StaticString)
            writer.string("tool")
            writer.key("content" as StaticString)
            writer.string(text)
            content.writeImages(to: &writer)
            if let name = names[result.callID] ?? result.name {
                writer.key("tool_name" as StaticString)
                writer.string(name)
            }
            writer.key("tool_call_id" as StaticString)
            writer.string(result.callID)
            part.extras.write(for: .ollama, to: &writer, losses: &context.losses)
            writer.endObject()
        }
    }
}
