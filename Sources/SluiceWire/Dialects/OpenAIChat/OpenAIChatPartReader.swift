/// Reads the content of a message: a string, or an array of parts.
enum OpenAIChatPartReader {
    static func parts(_ node: JSONNode, _ place: OpenAIChatPlace) throws(ConversionError) -> [NeutralPart] {
        if let text = JSONString(node) { return [NeutralPart(.text(text))] }
        guard node.kind == .array else {
            throw .invalid(place.field("content"), "Expected a string or an array of parts.")
        }
        var parts: [NeutralPart] = []
        parts.reserveCapacity(node.count)
        var place = place
        var position = 0
        for element in node.elements {
            place.part = position
            position += 1
            parts.append(try part(element, place))
        }
        return parts
    }

    private static func part(_ node: JSONNode, _ place: OpenAIChatPlace) throws(ConversionError) -> NeutralPart {
        // A bare string among parts: several SDKs allow it.
        if let text = JSONString(node) { return NeutralPart(.text(text)) }
        try OpenAIChatField.object(node, place.field())
        guard let type = node["type"]?.stringValue else {
            throw .invalid(place.field("type"), "Expected a string.")
        }
        guard let content = try content(type, node, place) else {
            return NeutralPart(.opaque(NeutralOpaque(origin: .openAIChat, kind: type, value: JSONFragment(node))))
        }
        var part = NeutralPart(content)
        for (key, value) in node.keyedMembers where key != "type" && key.text != type && !value.isNull {
            OpenAIChatCacheHint.take(key.text, value, into: &part)
        }
        return part
    }

    /// `nil` for a type that is not known.
    private static func content(
        _ type: String,
        _ node: JSONNode,
        _ place: OpenAIChatPlace
    ) throws(ConversionError) -> NeutralPart.Content? {
        switch type {
        case "text", "refusal":
            guard let text = JSONString(node[type]) else { throw .invalid(place.field(type), "Expected a string.") }
            return type == "text" ? .text(text) : .refusal(text)
        case "image_url":
            let holder = node["image_url"]
            guard let url = JSONString(holder) ?? JSONString(holder?["url"]) else {
                throw .invalid(place.field("image_url.url"), "Expected a string.")
            }
            let detail = holder?.kind == .object ? JSONString(holder?["detail"]) : nil
            return .image(try media(url, detail: detail, place, "image_url.url"))
        case "input_audio":
            return .audio(try audio(node["input_audio"], place))
        case "file":
            return .document(try file(node["file"], place))
        case "video_url", "audio_url":
            let holder = node[type]
            guard let url = JSONString(holder) ?? JSONString(holder?["url"]) else {
                throw .invalid(place.field("\(type).url"), "Expected a string.")
            }
            let media = try media(url, detail: nil, place, "\(type).url")
            return type == "video_url" ? .video(media) : .audio(media)
        default: return nil
        }
    }

    private static func media(
        _ url: JSONString,
        detail: JSONString?,
        _ place: OpenAIChatPlace,
        _ member: String
    ) throws(ConversionError) -> NeutralMedia {
        if DataURL.isData(url) {
            guard let data = DataURL(url) else {
                throw .invalid(place.field(member), "Expected data:<media type>;base64,<data>.")
            }
            return NeutralMedia(.base64(data.data), mediaType: data.mediaType, detail: detail)
        }
        guard !url.isBlank else { throw .invalid(place.field(member), "Expected a URL.") }
        return NeutralMedia(.url(url), detail: detail)
    }

    private static func audio(_ node: JSONNode?, _ place: OpenAIChatPlace) throws(ConversionError) -> NeutralMedia {
        guard let data = JSONString(node?["data"]), let format = node?["format"]?.stringValue else {
            throw .invalid(place.field("input_audio"), "Expected an object with data and format.")
        }
        return NeutralMedia(.base64(data), mediaType: format == "mp3" ? "audio/mpeg" : "audio/\(format.lowercased())")
    }

    private static func file(_ node: JSONNode?, _ place: OpenAIChatPlace) throws(ConversionError) -> NeutralMedia {
        guard let node, node.kind == .object else { throw .invalid(place.field("file"), "Expected an object.") }
        let name = JSONString(node["filename"])
        if let data = JSONString(OpenAIChatField.member(node, "file_data")) {
            if DataURL.isData(data) {
                guard let url = DataURL(data) else {
                    throw .invalid(place.field("file.file_data"), "Expected data:<media type>;base64,<data>.")
                }
                return NeutralMedia(.base64(url.data), mediaType: url.mediaType, name: name)
            }
            if DataURL.isAddress(data) { return NeutralMedia(.url(data), name: name) }
            let type = DataURL.known(nil, data) ?? name.flatMap { OpenAIFileType.mediaType(of: $0.text) }
            return NeutralMedia(.base64(data), mediaType: type, name: name)
        }
        guard let id = JSONString(OpenAIChatField.member(node, "file_id")) else {
            throw .invalid(place.field("file"), "Expected file_data or file_id.")
        }
        return NeutralMedia(.file(id: id, origin: .openAIChat), name: name)
    }
}
