/// Writes a whole answer for a client of `/api/chat` or `/api/generate`.
enum OllamaResponseWriter {
    static func write(
        _ response: NeutralResponse, as form: OllamaAnswerForm, _ context: inout ResponseWriting
    ) -> [UInt8] {
        var texts: [JSONString] = []
        var thinking: [JSONString] = []
        var images: [JSONString] = []
        var calls: [OllamaAnswerCall] = []
        var thoughts = OllamaThoughts()
        var logprobs: [JSONFragment] = []
        for part in response.parts {
            part.extras.report(to: &context.losses, for: .ollama)
            for annotation in part.annotations {
                if case .logprobs(let list) = annotation {
                    logprobs.append(list)
                } else {
                    context.losses.drop(annotation.word)
                }
            }
            switch part.content {
            case .text(let text):
                texts.append(text)
                thoughts.sawText()
            case .refusal(let text):
                context.losses.adapt("refusal")
                texts.append(text)
                thoughts.sawText()
            case .thinking(let text):
                thinking.append(text)
                thoughts.add(text, signature: part.signature)
            case .redactedThinking: thoughts.add(nil, isRedacted: true, signature: part.signature)
            case .toolCall(let call):
                let id = thoughts.id(
                    for: call, signature: part.signature, seal: context.seal, losses: &context.losses)
                calls.append(OllamaAnswerCall(id: id, index: calls.count, call: call))
            case .image(let media):
                if case .base64(let data) = media.source { images.append(data) } else { context.losses.drop("images") }
            case .document, .audio, .video: context.losses.drop("content")
            case .opaque(let opaque): context.losses.drop(opaque.kind)
            case .toolResult: break
            }
        }
        var writer = JSONWriter(capacity: 512 + texts.reduce(0) { $0 + $1.escaped.count })
        writer.beginObject()
        form.write(
            model: context.model, createdAt: CivilTime(secondsSince1970: Int64(response.createdAt ?? context.now)).text,
            text: JSONString.joined(texts), thinking: thinking.isEmpty ? nil : JSONString.joined(thinking),
            images: images, calls: calls, losses: &context.losses, to: &writer)
        OllamaAnswerForm.write(logprobs: logprobs, to: &writer)
        OllamaAnswerForm.writeEnd(response.finish, response.usage, losses: &context.losses, to: &writer)
        for field in response.extras.fields {
            if field.origin == .ollama {
                writer.key(field.name)
                writer.fragment(field.value)
            } else {
                context.losses.drop(field.name)
            }
        }
        writer.endObject()
        return writer.take()
    }
}
