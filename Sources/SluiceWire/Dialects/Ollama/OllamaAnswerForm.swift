/// The two shapes of Ollama's answers, whole or as lines of a stream.
enum OllamaAnswerForm: Sendable {
    /// `/api/chat`: the text is `message.content`.
    case chat
    /// `/api/generate`: the text is `response`.
    case generate

    /// Writes the members of one answer or line, without its braces: model, time, text, thoughts, pictures and calls.
    func write(
        model: String, createdAt: String, text: JSONString = .empty, thinking: JSONString? = nil,
        images: [JSONString] = [], calls: [OllamaAnswerCall] = [], losses: inout ConversionLosses,
        to writer: inout JSONWriter
    ) {
        writer.key("model" as StaticString)
        writer.string(model)
        writer.key("created_at" as StaticString)
        writer.string(createdAt)
        switch self {
        case .chat:
            writer.key("message" as StaticString)
            writer.beginObject()
            writer.key("role" as StaticString)
            writer.string("assistant")
            writer.key("content" as StaticString)
        case .generate: writer.key("response" as StaticString)
        }
        writer.string(text)
        if let thinking {
            writer.key("thinking" as StaticString)
            writer.string(thinking)
        }
        if self == .generate, !images.isEmpty { losses.drop("images") }
        if self == .chat, !images.isEmpty {
            writer.key("images" as StaticString)
            writer.beginArray()
            for image in images { writer.string(image) }
            writer.endArray()
        }
        if !calls.isEmpty {
            writer.key("tool_calls" as StaticString)
            writer.beginArray()
            for call in calls { call.write(to: &writer, losses: &losses) }
            writer.endArray()
        }
        if case .chat = self { writer.endObject() }
    }

    /// Writes `logprobs`, where there are some.
    static func write(logprobs lists: [JSONFragment], to writer: inout JSONWriter) {
        guard !lists.isEmpty else { return }
        writer.key("logprobs" as StaticString)
        writer.beginArray()
        for list in lists { NeutralLogprobs.write(list, to: &writer) }
        writer.endArray()
    }

    /// Writes what ends an answer: `done`, `done_reason`, the counts where they are known, and the durations.
    ///
    /// The durations are 0: nothing here measures them, and some SDKs read the counts only where all members are there.
    static func writeEnd(
        _ finish: NeutralFinish, _ usage: TokenUsage?, losses: inout ConversionLosses, to writer: inout JSONWriter
    ) {
        writer.key("done" as StaticString)
        writer.bool(true)
        writer.key("done_reason" as StaticString)
        writer.string(OllamaFinish.word(for: finish, &losses))
        writer.key("total_duration" as StaticString)
        writer.integer(0)
        writer.key("load_duration" as StaticString)
        writer.integer(0)
        if let usage {
            writer.key("prompt_eval_count" as StaticString)
            writer.integer(usage.promptTokens)
        }
        writer.key("prompt_eval_duration" as StaticString)
        writer.integer(0)
        if let usage {
            writer.key("eval_count" as StaticString)
            writer.integer(usage.completionTokens)
        }
        writer.key("eval_duration" as StaticString)
        writer.integer(0)
    }
}

/// A tool call as an answer of Ollama's has it: `{"id","function":{"index","name","arguments":{...}}}`.
struct OllamaAnswerCall: Sendable {
    /// The id for the client, thoughts included.
    var id: String
    /// The place among the calls of the answer, from 0.
    var index: Int
    /// The call.
    var call: NeutralToolCall

    func write(to writer: inout JSONWriter, losses: inout ConversionLosses) {
        writer.beginObject()
        writer.key("id" as StaticString)
        writer.string(id)
        writer.key("function" as StaticString)
        writer.beginObject()
        writer.key("index" as StaticString)
        writer.integer(index)
        writer.key("name" as StaticString)
        writer.string(call.name)
        writer.key("arguments" as StaticString)
        if !call.isCustom, let object = call.argumentsObject {
            writer.fragment(object.singleLine)
        } else {
            losses.adapt("tool_arguments")
            writer.beginObject()
            writer.key((call.isCustom ? "input" : "_raw") as StaticString)
            writer.string(call.arguments)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }
}
