/// Reads the blocks that hold files, and those that hold text with something around it.
enum BedrockMediaReader {
    /// The part that an `image`, `document`, `audio` or `video` is; `nil` when it has no source.
    static func part(_ kind: String, _ value: JSONNode) -> NeutralPart? {
        var format: String?
        var name: JSONString?
        var source: JSONNode?
        var extras = NeutralExtras()
        for (key, member) in value.members where !member.isNull {
            switch key {
            case "format": format = member.stringValue
            case "name": name = JSONString(member)
            case "source": source = member
            default: extras.append(key, JSONFragment(member), from: .bedrock)
            }
        }
        guard let source, source.kind == .object else { return nil }
        let rows = rows(kind)
        let mediaType = format.map { BedrockMediaFormat.mediaType(of: $0, in: rows) ?? "application/\($0)" }
        guard let content = self.source(source, format, &extras) else { return nil }
        let media = NeutralMedia(content, mediaType: mediaType, name: name)
        switch kind {
        case "image": return NeutralPart(.image(media), extras: extras)
        case "document": return NeutralPart(.document(media), extras: extras)
        case "audio": return NeutralPart(.audio(media), extras: extras)
        default: return NeutralPart(.video(media), extras: extras)
        }
    }

    /// The text within a `guardContent`, `searchResult` or `citationsContent`, with the whole of it as an extra of that name;
    /// `nil` where there is no text.
    static func marked(_ kind: String, _ value: JSONNode) -> NeutralPart? {
        let text: JSONString
        switch kind {
        case "guardContent":
            if let image = value["image"], let part = part("image", image) { return wrapped(part, kind, value) }
            guard let guarded = JSONString(value["text"]?["text"]) else { return nil }
            text = guarded
        default:
            let texts = value["content"]?.elements.compactMap { JSONString($0["text"]) } ?? []
            guard !texts.isEmpty else { return nil }
            text = JSONString.joined(texts, separator: kind == "searchResult" ? "\n" : .empty)
        }
        return wrapped(NeutralPart(.text(text)), kind, value)
    }

    private static func wrapped(_ part: NeutralPart, _ kind: String, _ value: JSONNode) -> NeutralPart {
        var part = part
        part.extras = NeutralExtras()
        part.extras.append(kind, JSONFragment(value), from: .bedrock)
        return part
    }

    private static func source(
        _ source: JSONNode, _ format: String?, _ extras: inout NeutralExtras
    ) -> NeutralMedia.Source? {
        for (key, value) in source.members where !value.isNull {
            switch key {
            case "bytes":
                guard let data = JSONString(value) else { return nil }
                // Text of a known kind is text in every dialect; what is not UTF-8 stays bytes.
                if let format, BedrockMediaFormat.isText(format), let bytes = BedrockBlob.decode(data),
                    let text = String(validating: bytes, as: UTF8.self)
                {
                    return .text(JSONString(text))
                }
                return .base64(data)
            case "s3Location":
                guard let uri = JSONString(value["uri"]) else { return nil }
                if let owner = value["bucketOwner"], !owner.isNull {
                    extras.append("bucketOwner", JSONFragment(owner), from: .bedrock)
                }
                return .file(id: uri, origin: .bedrock)
            case "text":
                return JSONString(value).map { .text($0) }
            case "content":
                // Chunks that citations point to: the text is for every model.
                extras.append("source", JSONFragment(source), from: .bedrock)
                return .text(
                    JSONString.joined(value.elements.compactMap { JSONString($0["text"]) }, separator: "\n"))
            default: return nil
            }
        }
        return nil
    }

    private static func rows(_ kind: String) -> [BedrockMediaFormat.Row] {
        switch kind {
        case "image": BedrockMediaFormat.images
        case "document": BedrockMediaFormat.documents
        case "audio": BedrockMediaFormat.sounds
        default: BedrockMediaFormat.films
        }
    }
}
