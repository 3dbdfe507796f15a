/// Parts of messages of the client's side, and of what tools answered.
extension OpenAIResponsesRequestWriter {
    mutating func writeInputPart(
        _ part: NeutralPart,
        _ index: Int,
        prefix: JSONString = .empty
    ) throws(ConversionError) {
        json.beginObject()
        switch part.content {
        case .text(let text), .refusal(let text), .thinking(let text):
            json.named("type", "input_text")
            json.named("text", text: prefix.isEmpty ? text : JSONString.joined([prefix, text]))
        case .image(let media): try writeImage(media, index)
        case .document(let media): try writeFile(media, index)
        case .audio: throw Self.unsupported(index, "audio")
        case .video: throw Self.unsupported(index, "video")
        case .redactedThinking, .toolCall, .toolResult, .opaque: throw Self.unsupported(index, "parts of this kind")
        }
        writeCacheHint(part.cacheHint)
        part.extras.write(for: .openAIResponses, to: &json, losses: &context.losses)
        json.endObject()
    }

    mutating func writeOutput(
        _ result: NeutralToolResult,
        cacheHint: NeutralCacheHint?,
        _ index: Int
    ) throws(ConversionError) {
        // There is no flag for failure.
        var prefix: JSONString = .empty
        if result.isError {
            context.losses.adapt("is_error")
            prefix = "Error: "
        }
        let hint = context.capabilities.takesCacheHints ? cacheHint : nil
        if hint == nil, cacheHint != nil { context.losses.note("cache_control") }
        if result.parts.isEmpty { return json.string(prefix) }
        if hint == nil, result.parts.count == 1, let part = result.parts.first, part.cacheHint == nil,
            part.extras.isEmpty, case .text(let text) = part.content
        {
            return json.string(prefix.isEmpty ? text : JSONString.joined([prefix, text]))
        }
        json.beginArray()
        if !prefix.isEmpty, let first = result.parts.first {
            if case .text = first.content {
            } else {
                try writeInputPart(NeutralPart(.text(prefix)), index)
                prefix = .empty
            }
        }
        for (place, part) in result.parts.enumerated() {
            var part = part
            if place == result.parts.count - 1, part.cacheHint == nil { part.cacheHint = hint }
            try writeInputPart(part, index, prefix: prefix)
            prefix = .empty
        }
        json.endArray()
    }

    private static func unsupported(_ index: Int, _ what: String) -> ConversionError {
        .unsupported(
            "messages[\(index)].content", "messages[\(index)].content: this model's provider does not take \(what).")
    }

    private mutating func writeImage(_ media: NeutralMedia, _ index: Int) throws(ConversionError) {
        json.named("type", "input_image")
        switch media.source {
        case .base64(let data): writeDataURI("image_url", media.mediaType ?? "image/png", data)
        case .url(let url):
            guard context.capabilities.takesImageURLs else { throw Self.unsupported(index, "pictures at an address") }
            json.named("image_url", text: url)
        case .file(let id, let origin):
            json.named("file_id", text: try Self.fileID(id, origin, index))
        case .text: throw Self.unsupported(index, "pictures in text")
        }
        switch media.detail?.text {
        case "low"?, "high"?, "auto"?, "original"?: json.named("detail", media.detail?.text ?? "auto")
        case nil: json.named("detail", "auto")
        case .some:
            context.losses.note("detail")
            json.named("detail", "auto")
        }
    }

    private mutating func writeFile(_ media: NeutralMedia, _ index: Int) throws(ConversionError) {
        switch media.source {
        case .base64(let data):
            json.named("type", "input_file")
            json.named(
                "filename",
                text: media.name ?? JSONString(OpenAIFileType.name(for: media.mediaType ?? "application/pdf")))
            writeDataURI("file_data", media.mediaType ?? "application/pdf", data)
        case .url(let url):
            json.named("type", "input_file")
            if let name = media.name { json.named("filename", text: name) }
            json.named("file_url", text: url)
        case .file(let id, let origin):
            json.named("type", "input_file")
            if let name = media.name { json.named("filename", text: name) }
            json.named("file_id", text: try Self.fileID(id, origin, index))
        case .text(let text):
            // Every model reads text; files of text are taken by few.
            context.losses.adapt("document")
            json.named("type", "input_text")
            json.named("text", text: media.name.map { JSONString.joined([$0, text], separator: "\n\n") } ?? text)
            return
        }
        if let detail = media.detail, ["auto", "low", "high"].contains(detail.text) {
            json.named("detail", text: detail)
        }
    }

    private mutating func writeDataURI(_ key: StaticString, _ mediaType: String, _ data: JSONString) {
        json.key(key)
        json.string(JSONString.joined([JSONString("data:\(mediaType);base64,"), data]))
    }

    /// The vendor's files are the same in both of its chat dialects.
    private static func fileID(_ id: JSONString, _ origin: Dialect, _ index: Int) throws(ConversionError) -> JSONString
    {
        guard origin == .openAIResponses || origin == .openAIChat else {
            throw .unsupported(
                "messages[\(index)].content",
                "messages[\(index)].content: a file id of another vendor means nothing to this model's provider; "
                    + "send the file itself.")
        }
        return id
    }

    private mutating func writeCacheHint(_ hint: NeutralCacheHint?) {
        guard let hint else { return }
        guard context.capabilities.takesCacheHints else { return context.losses.note("cache_control") }
        json.named("prompt_cache_breakpoint") { json in
            json.named("mode", "explicit")
            switch hint {
            case .standard: break
            case .fiveMinutes: json.named("ttl", "30m")
            case .oneHour: json.named("ttl", "12h")
            }
        }
    }
}
