// Parts of a message: texts, pictures, sounds, files.
extension OpenAIChatRequestWriter {
    mutating func writePart(_ part: NeutralPart) throws(ConversionError) {
        switch part.content {
        case .text(let text): write(text, of: part)
        case .refusal(let text):
            begin("refusal")
            json.key("refusal" as StaticString)
            json.string(text)
            end(part, takesHint: false)
        case .image(let media): try writeImage(media, of: part)
        case .document(let media): try writeDocument(media, of: part)
        case .audio(let media): try writeAudio(media, of: part)
        case .video: throw .unsupported("messages", "The model takes no video.")
        case .opaque(let opaque):
            guard opaque.origin == .openAIChat else {
                throw .unsupported("messages", "A part of the type '\(opaque.kind)' is for another vendor's models.")
            }
            json.fragment(opaque.value)
        case .thinking, .redactedThinking: context.losses.note("thinking")
        case .toolCall, .toolResult:
            throw .invalid("messages", "A tool call or result stands in a message of another role.")
        }
    }

    private mutating func begin(_ type: StaticString) {
        json.beginObject()
        json.key("type" as StaticString)
        json.string("\(type)")
    }

    private mutating func end(_ part: NeutralPart, takesHint: Bool = true) {
        if takesHint { OpenAIChatCacheHint.write(part, to: &json, &context) }
        part.extras.write(for: .openAIChat, to: &json, losses: &context.losses)
        json.endObject()
    }

    private mutating func write(_ text: JSONString, of part: NeutralPart) {
        begin("text")
        json.key("text" as StaticString)
        json.string(text)
        end(part)
    }

    private mutating func writeImage(_ media: NeutralMedia, of part: NeutralPart) throws(ConversionError) {
        begin("image_url")
        json.key("image_url" as StaticString)
        json.beginObject()
        json.key("url" as StaticString)
        switch media.source {
        case .base64(let data):
            let type = DataURL.known(media.mediaType, data) ?? "image/png"
            DataURL.write(type, data, to: &json)
        case .url(let url):
            guard context.capabilities.takesImageURLs else {
                throw .unsupported("messages", "The model takes pictures within the request only, not at an address.")
            }
            json.string(url)
        case .file, .text:
            throw .unsupported("messages", "A picture can be sent within the request or at an address, not by file id.")
        }
        if let detail = media.detail {
            if detail.isOne(of: ["auto", "low", "high", "original"]) {
                json.key("detail" as StaticString)
                json.string(detail)
            } else {
                context.losses.note("image_url.detail")
            }
        }
        json.endObject()
        end(part)
    }

    private mutating func writeDocument(_ media: NeutralMedia, of part: NeutralPart) throws(ConversionError) {
        switch media.source {
        case .text(let text):
            return write(media.name.map { JSONString.joined([$0, text], separator: "\n\n") } ?? text, of: part)
        case .url:
            throw .unsupported("messages", "The model takes documents within the request only, not at an address.")
        case .file(let id, let origin):
            guard origin.family == .openAIChat else {
                throw .unsupported(
                    "messages", "The file '\(id.text.prefix(64))' is at another vendor: send its content.")
            }
            begin("file")
            json.key("file" as StaticString)
            json.beginObject()
            json.key("file_id" as StaticString)
            json.string(id)
        case .base64(let data):
            let type = DataURL.known(media.mediaType, data) ?? "application/pdf"
            begin("file")
            json.key("file" as StaticString)
            json.beginObject()
            json.key("file_data" as StaticString)
            DataURL.write(type, data, to: &json)
            if media.name == nil {
                json.key("filename" as StaticString)
                json.string(OpenAIFileType.name(for: type))
            }
        }
        if let name = media.name {
            json.key("filename" as StaticString)
            json.string(name)
        }
        json.endObject()
        end(part)
    }

    private mutating func writeAudio(_ media: NeutralMedia, of part: NeutralPart) throws(ConversionError) {
        let format: StaticString? =
            switch media.mediaType {
            case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave": "wav"
            case "audio/mpeg", "audio/mp3": "mp3"
            default: nil
            }
        guard case .base64(let data) = media.source, let format else {
            throw .unsupported("messages", "The model takes sound within the request only, as wav or mp3.")
        }
        begin("input_audio")
        json.key("input_audio" as StaticString)
        json.beginObject()
        json.key("data" as StaticString)
        json.string(data)
        json.key("format" as StaticString)
        json.string("\(format)")
        json.endObject()
        end(part)
    }
}

extension JSONString {
    /// Whether the text is one of a few words.
    fileprivate func isOne(of words: [StaticString]) -> Bool {
        words.contains { equals($0) }
    }
}

extension OpenAIChatRequestWriter {
    /// What to call a picture, a document, a sound or a film; `nil` for other parts.
    static func mediaWord(_ part: NeutralPart) -> String? {
        switch part.content {
        case .image: "image"
        case .document: "document"
        case .audio: "audio"
        case .video: "video"
        default: nil
        }
    }

    /// Whether it is a document whose text is at hand.
    static func isTextDocument(_ part: NeutralPart) -> Bool {
        guard case .document(let media) = part.content, case .text = media.source else { return false }
        return true
    }
}
