/// Reads the content of messages and the output of tools: a text, or a list of parts.
///
/// Parts: `input_text`, `output_text`, `refusal`, `input_image` (`image_url`: an address or a `data:` URI; `file_id`),
/// `input_file` (`file_data`, `file_url`, `file_id`), `input_audio`; each of the client's may carry
/// `prompt_cache_breakpoint`.
enum OpenAIResponsesContentReader {
    static func parts(_ node: JSONNode, _ field: String) throws(ConversionError) -> [NeutralPart] {
        if let text = JSONString(node) { return [NeutralPart(.text(text))] }
        guard node.kind == .array else { throw OpenAIResponsesField.wrong(field, "a string or an array", node) }
        var parts: [NeutralPart] = []
        parts.reserveCapacity(node.count)
        for (index, element) in node.elements.enumerated() {
            try parts.append(self.part(element, "\(field)[\(index)]"))
        }
        return parts
    }

    private static func part(_ node: JSONNode, _ field: String) throws(ConversionError) -> NeutralPart {
        try OpenAIResponsesField.object(node, field)
        let type = try OpenAIResponsesField.member("type", of: node, field).text
        var extras = NeutralExtras()
        let content: NeutralPart.Content
        switch type {
        case "input_text", "output_text", "text":
            content = .text(try OpenAIResponsesField.member("text", of: node, field))
            self.keep(node, except: ["text"], in: &extras)
        case "refusal":
            content = .refusal(try OpenAIResponsesField.member("refusal", of: node, field))
            self.keep(node, except: ["refusal"], in: &extras)
        case "input_image":
            content = .image(try self.image(node, field))
            self.keep(node, except: ["image_url", "file_id", "detail"], in: &extras)
        case "input_file":
            content = .document(try self.file(node, field))
            self.keep(node, except: ["file_data", "file_url", "file_id", "filename", "detail"], in: &extras)
        case "input_audio":
            content = .audio(try self.audio(node, field))
            self.keep(node, except: ["input_audio"], in: &extras)
        default:
            throw .invalid(
                "\(field).type",
                "\(field).type: expected input_text, input_image, input_file, output_text or refusal, "
                    + "found '\(type.prefix(64))'.")
        }
        return NeutralPart(content, cacheHint: self.cacheHint(node["prompt_cache_breakpoint"]), extras: extras)
    }

    private static func keep(_ node: JSONNode, except known: [String], in extras: inout NeutralExtras) {
        for (key, value) in node.members where !known.contains(key) {
            switch key {
            case "type", "prompt_cache_breakpoint": break
            // Lists that every answer has, mostly empty; clients send them back as they came.
            case "annotations" where value.count == 0, "logprobs" where value.count == 0: break
            default: extras.keepResponses(key, value)
            }
        }
    }

    /// `{"mode":"explicit","ttl":"30m"|"12h"}`. The vendor's two lives stand for the short and the long one.
    private static func cacheHint(_ node: JSONNode?) -> NeutralCacheHint? {
        guard let node, node.kind == .object else { return nil }
        switch node["ttl"]?.stringValue {
        case "30m": return .fiveMinutes
        case "12h": return .oneHour
        default: return .standard
        }
    }

    private static func image(_ node: JSONNode, _ field: String) throws(ConversionError) -> NeutralMedia {
        var media: NeutralMedia
        if let url = JSONString(node["image_url"]) {
            media = DataURL(url)?.media ?? NeutralMedia(.url(url))
        } else if let id = JSONString(node["file_id"]) {
            media = NeutralMedia(.file(id: id, origin: .openAIResponses))
        } else {
            throw .invalid("\(field).image_url", "\(field): expected image_url, a string, or file_id.")
        }
        media.detail = JSONString(node["detail"])
        return media
    }

    private static func file(_ node: JSONNode, _ field: String) throws(ConversionError) -> NeutralMedia {
        let name = JSONString(node["filename"])
        var media: NeutralMedia
        if let data = JSONString(node["file_data"]), !data.isEmpty {
            media =
                DataURL(data)?.media
                ?? NeutralMedia(.base64(data), mediaType: name.flatMap { OpenAIFileType.mediaType(of: $0.text) })
        } else if let url = JSONString(node["file_url"]) {
            media = NeutralMedia(.url(url))
        } else if let id = JSONString(node["file_id"]) {
            media = NeutralMedia(.file(id: id, origin: .openAIResponses))
        } else {
            throw .invalid("\(field).file_data", "\(field): expected file_data, file_url or file_id, a string.")
        }
        media.name = name
        media.detail = JSONString(node["detail"])
        return media
    }

    private static func audio(_ node: JSONNode, _ field: String) throws(ConversionError) -> NeutralMedia {
        guard let audio = node["input_audio"] else {
            throw .invalid("\(field).input_audio", "\(field).input_audio: this field is required.")
        }
        let data = try OpenAIResponsesField.member("data", of: audio, "\(field).input_audio")
        let format = try OpenAIResponsesField.member("format", of: audio, "\(field).input_audio").text
        return NeutralMedia(.base64(data), mediaType: format == "mp3" ? "audio/mpeg" : "audio/\(format.lowercased())")
    }
}
