extension BedrockRequestWriter {
    /// Writes a picture, document, sound or film: `{"image":{"format":"png","source":{"bytes":"..."}}}`.
    mutating func writeMedia(_ part: NeutralPart) throws(ConversionError) {
        json.beginObject()
        switch part.content {
        case .image(let media):
            if media.detail != nil { context.losses.note("image.detail") }
            json.key("image")
            try writeFile(media, part.extras, "pictures", BedrockMediaFormat.images)
        case .document(let media):
            json.key("document")
            turn.hasDocument = true
            try writeDocument(media, part.extras)
        case .audio(let media):
            json.key("audio")
            try writeFile(media, part.extras, "sound", BedrockMediaFormat.sounds)
        case .video(let media):
            json.key("video")
            try writeFile(media, part.extras, "films", BedrockMediaFormat.films)
        default:
            json.key("text")
            json.string("")
        }
        json.endObject()
    }

    private mutating func writeFile(
        _ media: NeutralMedia, _ extras: NeutralExtras, _ words: String, _ rows: [BedrockMediaFormat.Row]
    ) throws(ConversionError) {
        var format = media.mediaType.flatMap { BedrockMediaFormat.format(of: $0, in: rows) }
        if case .base64(let data) = media.source, rows.first?.format == "png" {
            format = BedrockMediaFormat.image(data, mediaType: media.mediaType)
        } else if format == nil {
            format = Self.ending(media.source, rows)
        }
        guard let format else {
            let known = rows.map(\.format).joined(separator: ", ")
            throw .unsupported("messages", "Bedrock takes \(words) of these formats: \(known).")
        }
        json.beginObject()
        json.key("format")
        json.string(format)
        json.key("source")
        try writeSource(media.source, extras, words)
        writeMembers(extras)
        json.endObject()
    }

    private mutating func writeDocument(_ media: NeutralMedia, _ extras: NeutralExtras) throws(ConversionError) {
        var format = BedrockMediaFormat.document(mediaType: media.mediaType, name: media.name)
        if case .text = media.source, format.map({ !BedrockMediaFormat.isText($0) }) ?? true { format = "txt" }
        let isOwn = extras.value("source", of: .bedrock) != nil
        guard format != nil || isOwn || Self.isFile(media.source) else {
            let known = BedrockMediaFormat.documents.map(\.format).joined(separator: ", ")
            throw .unsupported("messages", "Bedrock takes documents of these formats: \(known).")
        }
        let (name, isKept) = documents.name(for: media.name)
        if !isKept { context.losses.note("document.name") }
        json.beginObject()
        if let format {
            json.key("format")
            json.string(format)
        }
        json.key("name")
        json.string(name)
        json.key("source")
        if let source = extras.value("source", of: .bedrock) {
            json.fragment(source)
        } else {
            try writeSource(media.source, extras, "documents")
        }
        writeMembers(extras)
        json.endObject()
    }

    private mutating func writeSource(
        _ source: NeutralMedia.Source, _ extras: NeutralExtras, _ words: String
    ) throws(ConversionError) {
        json.beginObject()
        switch source {
        case .base64(let data):
            guard !data.isEmpty else { throw .invalid("messages", "Bedrock takes no empty files.") }
            json.key("bytes")
            json.string(data)
        case .text(let text):
            guard !text.isEmpty else { throw .invalid("messages", "Bedrock takes no empty documents.") }
            json.key("bytes")
            json.string(BedrockBlob.encode(text.utf8))
        case .file(let uri, .bedrock):
            writeS3(uri, extras)
        case .url(let url) where url.escaped.starts(with: "s3://".utf8):
            writeS3(url, extras)
        case .url:
            throw .unsupported(
                "messages", "Bedrock takes \(words) as bytes or in S3, not at an address: send the data itself.")
        case .file:
            throw .unsupported("messages", "The file id is another vendor's: send the data itself.")
        }
        json.endObject()
    }

    private mutating func writeS3(_ uri: JSONString, _ extras: NeutralExtras) {
        json.key("s3Location")
        json.beginObject()
        json.key("uri")
        json.string(uri)
        if let owner = extras.value("bucketOwner", of: .bedrock) {
            json.key("bucketOwner")
            json.fragment(owner)
        }
        json.endObject()
    }

    /// The vendor's own members but for those that stand within the source.
    private mutating func writeMembers(_ extras: NeutralExtras) {
        for field in extras.fields {
            if field.origin != .bedrock {
                context.losses.drop(field.name)
            } else if field.name != "source", field.name != "bucketOwner" {
                json.key(field.name)
                json.fragment(field.value)
            }
        }
    }

    private static func isFile(_ source: NeutralMedia.Source) -> Bool {
        switch source {
        case .file, .url: true
        case .base64, .text: false
        }
    }

    /// The format that the ending of an address names.
    private static func ending(_ source: NeutralMedia.Source, _ rows: [BedrockMediaFormat.Row]) -> String? {
        let address: JSONString
        switch source {
        case .file(let uri, _): address = uri
        case .url(let url): address = url
        case .base64, .text: return nil
        }
        guard let point = address.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let ending = String(decoding: address.utf8[(point + 1)...], as: UTF8.self).lowercased()
        return rows.first { $0.format == (ending == "jpg" ? "jpeg" : ending) }?.format
    }
}
