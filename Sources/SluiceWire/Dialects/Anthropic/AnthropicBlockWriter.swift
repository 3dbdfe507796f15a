/// Writes parts as content blocks of a request.
///
/// Source: Anthropic SDK type `ContentBlockParam` (read 2026-11).
struct AnthropicBlockWriter {
    var out: AnthropicWriter
    var losses: ConversionLosses
    var marks: AnthropicCacheControl.Marks
    let capabilities: ModelCapabilities
    /// Which tools, by the client's name, take free text.
    let names: AnthropicToolNames

    /// Writes one part.
    mutating func write(_ part: NeutralPart) throws(ConversionError) {
        switch part.content {
        case .text(let text), .refusal(let text):
            begin("text")
            out.member("text", text)
            end(part)
        case .image(let media): try image(part, media)
        case .document(let media): try document(part, media)
        case .toolCall(let call): try toolCall(part, call)
        case .toolResult(let result): try toolResult(part, result)
        case .thinking(let text):
            begin("thinking")
            out.member("thinking", text)
            out.member("signature", part.signature?.value ?? .empty)
            end(part)
        case .redactedThinking:
            begin("redacted_thinking")
            out.member("data", part.signature?.value ?? .empty)
            end(part)
        case .opaque(let opaque): out.json.fragment(opaque.value)
        case .audio: throw .unsupported("messages", "The model takes no audio input.")
        case .video: throw .unsupported("messages", "The model takes no video input.")
        }
    }

    private mutating func begin(_ type: String) {
        out.json.beginObject()
        out.member("type", type)
    }

    private mutating func end(_ part: NeutralPart) {
        marks.write(part.cacheHint, to: &out, losses: &losses)
        part.extras.write(for: .anthropic, to: &out.json, losses: &losses)
        out.json.endObject()
    }

    // MARK: Media

    private mutating func image(_ part: NeutralPart, _ media: NeutralMedia) throws(ConversionError) {
        if media.detail != nil { losses.note("detail") }
        switch media.source {
        case .base64(let data):
            let sniffed = NeutralMedia.sniffedType(data)
            if sniffed == "application/pdf" {
                losses.adapt("image")
                return try document(part, NeutralMedia(media.source, mediaType: sniffed, name: media.name))
            }
            guard let type = sniffed ?? AnthropicMediaType.image(media.mediaType) else {
                throw .unsupported(
                    "messages",
                    "The model takes JPEG, PNG, GIF and WebP pictures, not \(media.mediaType ?? "this type").")
            }
            if let declared = media.mediaType, declared != type { losses.note("image") }
            begin("image")
            base64(data, type)
        case .url(let url):
            begin("image")
            try source(url: url, "picture")
        case .file(let id, let origin):
            begin("image")
            try source(file: id, origin)
        case .text: throw .unsupported("messages", "A picture cannot be given as text.")
        }
        end(part)
    }

    private mutating func document(_ part: NeutralPart, _ media: NeutralMedia) throws(ConversionError) {
        var part = part
        if let whole = part.extras.take("search_result", of: .anthropic) { return out.json.fragment(whole) }
        begin("document")
        if let chunks = part.extras.take("source", of: .anthropic) {
            out.member("source", chunks)
        } else {
            try documentSource(media)
        }
        if let name = media.name, !name.isBlank { out.member("title", name) }
        end(part)
    }

    private mutating func documentSource(_ media: NeutralMedia) throws(ConversionError) {
        switch media.source {
        case .base64(let data):
            if NeutralMedia.sniffedType(data) == "application/pdf" || media.mediaType == "application/pdf" {
                return base64(data, "application/pdf")
            }
            guard let text = media.plainText else {
                throw .unsupported(
                    "messages", "The model takes PDF and text documents, not \(media.mediaType ?? "this type").")
            }
            source(text: text)
        case .text(let text): source(text: text)
        case .url(let url):
            if let type = media.mediaType, type != "application/pdf" {
                throw .unsupported("messages", "The model takes only PDF documents at an address, not \(type).")
            }
            try source(url: url, "document")
        case .file(let id, let origin): try source(file: id, origin)
        }
    }

    private mutating func base64(_ data: JSONString, _ type: String) {
        out.beginObject("source")
        out.member("type", "base64")
        out.member("media_type", type)
        out.member("data", data)
        out.json.endObject()
    }

    private mutating func source(text: JSONString) {
        out.beginObject("source")
        out.member("type", "text")
        out.member("media_type", "text/plain")
        out.member("data", text)
        out.json.endObject()
    }

    private mutating func source(url: JSONString, _ what: String) throws(ConversionError) {
        guard capabilities.takesImageURLs else {
            throw .unsupported("messages", "The model takes no address of a \(what): send its bytes in base64.")
        }
        guard url.utf8.prefix(8).elementsEqual("https://".utf8) else {
            throw .unsupported("messages", "The address of a \(what) has to begin with https://.")
        }
        out.beginObject("source")
        out.member("type", "url")
        out.member("url", url)
        out.json.endObject()
    }

    private mutating func source(file id: JSONString, _ origin: Dialect) throws(ConversionError) {
        guard origin == .anthropic else {
            throw .unsupported("messages", "A file that another vendor keeps cannot be sent to this model.")
        }
        out.beginObject("source")
        out.member("type", "file")
        out.member("file_id", id)
        out.json.endObject()
    }

    // MARK: Tools

    private mutating func toolCall(_ part: NeutralPart, _ call: NeutralToolCall) throws(ConversionError) {
        begin("tool_use")
        out.member("id", AnthropicToolNames.fit(id: call.id))
        out.member("name", AnthropicToolNames.fit(name: call.name))
        if call.isCustom || names.isCustom(call.name) {
            out.member("input", AnthropicToolNames.wrap(call.arguments))
        } else {
            guard let input = call.argumentsObject else {
                throw .invalid("messages", "The arguments of a call of the tool \"\(call.name)\" are no JSON object.")
            }
            out.member("input", input)
        }
        end(part)
    }

    private mutating func toolResult(_ part: NeutralPart, _ result: NeutralToolResult) throws(ConversionError) {
        begin("tool_result")
        out.member("tool_use_id", AnthropicToolNames.fit(id: result.callID))
        var parts: [NeutralPart] = []
        for inner in result.parts {
            switch inner.content {
            case .text(let text), .refusal(let text): if !text.isBlank { parts.append(inner) }
            case .image, .document: parts.append(inner)
            case .opaque(let opaque) where opaque.origin == .anthropic: parts.append(inner)
            default: throw .unsupported("messages", "The model takes texts, pictures and documents as a tool's result.")
            }
        }
        if parts.isEmpty {
            // The vendor refuses an error that says nothing.
            if result.isError { out.member("content", "The tool failed without a message.") }
        } else if parts.count == 1, case .text(let text) = parts[0].content, parts[0].cacheHint == nil,
            parts[0].extras.isEmpty
        {
            out.member("content", text)
        } else {
            out.beginArray("content")
            for inner in parts { try write(inner) }
            out.json.endArray()
        }
        if result.isError { out.member("is_error", true) }
        end(part)
    }
}
