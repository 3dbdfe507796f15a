/// Writes a whole answer for a client.
///
/// `content` is there even when it is `null`, and so is `refusal`. Thoughts go into `reasoning_content`; sealed ones also
/// into `reasoning_details` and into the id of the call that they led to, so that the client brings them back.
struct OpenAIChatResponseWriter {
    var context: ResponseWriting
    private var texts: [JSONString] = []
    private var refusals: [JSONString] = []
    private var thoughts: [JSONString] = []
    private var details: [NeutralPart] = []
    private var pictures: [NeutralMedia] = []
    /// An open JSON array.
    private var annotations = JSONWriter(capacity: 0)
    private var hasAnnotations = false
    private var logprobs: [JSONFragment] = []
    private var calls: [(id: String, call: NeutralToolCall, signature: NeutralSignature?)] = []
    private var pending = OpenAIChatPendingThoughts()

    init(_ context: ResponseWriting) {
        self.context = context
    }

    mutating func write(_ response: NeutralResponse) throws(ConversionError) -> [UInt8] {
        annotations.beginArray()
        for part in response.parts { gather(part) }
        if response.finish.reason == .refusal, refusals.isEmpty, calls.isEmpty, !texts.isEmpty {
            swap(&texts, &refusals)
        }
        let isLegacy = context.request.usesLegacyFunctions
        let hasRefusal = response.parts.contains { if case .refusal = $0.content { true } else { false } }
        guard let finish = OpenAIChatFinish.word(response.finish, hasRefusal: hasRefusal, isLegacy: isLegacy) else {
            let word = response.finish.vendorWord.map { " (\($0.prefix(64)))" } ?? ""
            throw .malformed("The model's output could not be used\(word).")
        }
        var json = JSONWriter(capacity: 1024 + texts.reduce(0) { $0 + $1.escaped.count })
        json.beginObject()
        json.key("id" as StaticString)
        json.string(Self.id(response.id, &context))
        json.key("object" as StaticString)
        json.string("chat.completion")
        json.key("created" as StaticString)
        json.integer(response.createdAt ?? context.now)
        json.key("model" as StaticString)
        json.string(context.model)
        json.key("choices" as StaticString)
        json.beginArray()
        json.beginObject()
        json.key("index" as StaticString)
        json.integer(0)
        json.key("message" as StaticString)
        writeMessage(isLegacy: isLegacy, to: &json)
        json.key("logprobs" as StaticString)
        if logprobs.isEmpty { json.null() } else { OpenAIChatAnnotations.write(logprobs, to: &json) }
        json.key("finish_reason" as StaticString)
        json.string("\(finish)")
        if let stop = response.finish.stopSequence {
            json.key("stop_reason" as StaticString)
            json.string(stop)
        }
        json.endObject()
        json.endArray()
        if let usage = response.usage {
            json.key("usage" as StaticString)
            OpenAIChatUsage.write(usage, to: &json)
        }
        if let tier = response.serviceTier.flatMap(OpenAIChatServiceTier.name) {
            json.key("service_tier" as StaticString)
            json.string("\(tier)")
        }
        response.extras.write(for: .openAIChat, to: &json, losses: &context.losses)
        json.endObject()
        return json.take()
    }

    /// The vendor's id where it is one of OpenAI's, else one like it.
    static func id(_ id: String?, _ context: inout ResponseWriting) -> String {
        if let id, id.hasPrefix("chatcmpl-") { return id }
        return context.identifiers.make("chatcmpl-")
    }

    private mutating func gather(_ part: NeutralPart) {
        switch part.content {
        case .text(let text):
            if !part.annotations.isEmpty { gather(part.annotations, of: text) }
            texts.append(text)
            pending.textFollows()
            if part.signature != nil { context.losses.note("thinking") }
        case .refusal(let text): refusals.append(text)
        case .thinking(let text):
            if !text.isEmpty { thoughts.append(text) }
            details.append(part)
            pending.append(text, part.signature)
        case .redactedThinking:
            details.append(part)
            pending.append(nil, part.signature)
        case .toolCall(let call):
            calls.append((pending.takeID(of: call.id, signature: part.signature, &context), call, part.signature))
        case .image(let media): pictures.append(media)
        case .document: context.losses.drop("document")
        case .audio: context.losses.drop("audio")
        case .video: context.losses.drop("video")
        case .opaque(let opaque): context.losses.drop(opaque.kind)
        case .toolResult: break
        }
        for field in part.extras.fields { context.losses.drop(field.name) }
    }

    private mutating func gather(_ annotations: [NeutralAnnotation], of text: JSONString) {
        let offset = texts.reduce(0) { $0 + $1.codePoints }
        let length = text.codePoints
        for annotation in annotations {
            switch annotation {
            case .citation(let citation):
                if OpenAIChatAnnotations.write(citation, after: offset, length: length, to: &self.annotations) {
                    hasAnnotations = true
                } else {
                    context.losses.drop(annotation.word)
                }
            case .logprobs(let list): logprobs.append(list)
            }
        }
    }

    private mutating func writeMessage(isLegacy: Bool, to json: inout JSONWriter) {
        json.beginObject()
        json.key("role" as StaticString)
        json.string("assistant")
        json.key("content" as StaticString)
        Self.write(texts, to: &json)
        json.key("refusal" as StaticString)
        Self.write(refusals, to: &json)
        if !thoughts.isEmpty {
            json.key("reasoning_content" as StaticString)
            json.string(JSONString.joined(thoughts, separator: "\n\n"))
        }
        if details.contains(where: { $0.signature != nil }) { writeDetails(to: &json) }
        if !pictures.isEmpty {
            json.key("images" as StaticString)
            json.beginArray()
            for picture in pictures { OpenAIChatPicture.write(picture, at: nil, to: &json) }
            json.endArray()
        }
        if hasAnnotations {
            json.key("annotations" as StaticString)
            json.raw(annotations.bytes + [0x5D])
        }
        if isLegacy {
            writeFunctionCall(to: &json)
        } else if !calls.isEmpty {
            writeCalls(to: &json)
        }
        json.endObject()
    }

    private static func write(_ texts: [JSONString], to json: inout JSONWriter) {
        if texts.isEmpty {
            json.null()
        } else if texts.count == 1 {
            json.string(texts[0])
        } else {
            json.string(JSONString.joined(texts))
        }
    }

    private mutating func writeDetails(to json: inout JSONWriter) {
        json.key("reasoning_details" as StaticString)
        json.beginArray()
        var index = 0
        for part in details {
            let text: JSONString? = if case .thinking(let text) = part.content { text } else { nil }
            if OpenAIChatDetail.write(text, part.signature, at: index, to: &json, &context) { index += 1 }
        }
        json.endArray()
    }

    private mutating func writeFunctionCall(to json: inout JSONWriter) {
        guard let (_, call, _) = calls.first else { return }
        if calls.count > 1 { context.losses.drop("tool_calls") }
        // The form has no id in which they could travel.
        if details.contains(where: { $0.signature != nil }) { context.losses.note("thinking") }
        json.key("function_call" as StaticString)
        json.beginObject()
        json.key("name" as StaticString)
        json.string(call.name)
        json.key("arguments" as StaticString)
        json.string(call.arguments.isEmpty ? "{}" : call.arguments)
        json.endObject()
    }

    private func writeCalls(to json: inout JSONWriter) {
        json.key("tool_calls" as StaticString)
        json.beginArray()
        for (id, call, signature) in calls {
            json.beginObject()
            json.key("id" as StaticString)
            json.string(id)
            json.key("type" as StaticString)
            json.string(call.isCustom ? "custom" : "function")
            json.key(call.isCustom ? "custom" : "function" as StaticString)
            json.beginObject()
            json.key("name" as StaticString)
            json.string(call.name)
            json.key(call.isCustom ? "input" : "arguments" as StaticString)
            json.string(call.arguments.isEmpty && !call.isCustom ? "{}" : call.arguments)
            json.endObject()
            if let signature, signature.origin.dialect == .gemini {
                OpenAIChatGoogleSignature.write(signature.value, to: &json)
            }
            json.endObject()
        }
        json.endArray()
    }
}
