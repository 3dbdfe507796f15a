/// Writes a whole answer: `{"object":"text_completion","choices":[{"text","index","logprobs","finish_reason"}],"usage"}`.
struct OpenAICompletionsResponseWriter {
    var context: ResponseWriting

    init(_ context: ResponseWriting) {
        self.context = context
    }

    mutating func write(_ response: NeutralResponse) throws(ConversionError) -> [UInt8] {
        guard let finish = OpenAICompletionsFinish.word(response.finish) else {
            throw .malformed("The model's output could not be used.")
        }
        var texts: [JSONString] = []
        for part in response.parts {
            part.reportAnnotations(to: &context.losses)
            switch part.content {
            case .text(let text), .refusal(let text): texts.append(text)
            default: OpenAICompletionsFinish.report(part.content, &context.losses)
            }
        }
        let text = texts.count == 1 ? texts[0] : JSONString.joined(texts)
        var json = JSONWriter(capacity: 512 + text.escaped.count)
        json.beginObject()
        Self.writeHead(created: response.createdAt ?? context.now, to: &json, &context)
        json.key("choices" as StaticString)
        json.beginArray()
        Self.writeChoice(text, finish: finish, to: &json)
        json.endArray()
        if let usage = response.usage {
            json.key("usage" as StaticString)
            OpenAIChatUsage.write(usage, to: &json)
        }
        json.endObject()
        return json.take()
    }

    /// Writes id, object, time and model, which every chunk of a stream has too.
    static func writeHead(created: Int, to json: inout JSONWriter, _ context: inout ResponseWriting) {
        json.key("id" as StaticString)
        json.string(context.identifiers.make("cmpl-"))
        json.key("object" as StaticString)
        json.string("text_completion")
        json.key("created" as StaticString)
        json.integer(created)
        json.key("model" as StaticString)
        json.string(context.model)
    }

    static func writeChoice(_ text: JSONString, finish: StaticString?, to json: inout JSONWriter) {
        json.beginObject()
        json.key("text" as StaticString)
        json.string(text)
        json.key("index" as StaticString)
        json.integer(0)
        json.key("logprobs" as StaticString)
        json.null()
        json.key("finish_reason" as StaticString)
        if let finish { json.string("\(finish)") } else { json.null() }
        json.endObject()
    }
}
