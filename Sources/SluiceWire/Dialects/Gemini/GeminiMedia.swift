/// Pictures, sound, films and files: `inlineData` with base64, `fileData` with an address.
///
/// Source: google-genai 3.4.0, `Blob`, `FileData`; ai.google.dev, File input methods (read 2026-11).
enum GeminiMedia {
    /// Reads `{"mimeType":"image/png","data":"..."}`; `nil` when the data is no base64 or the type is missing.
    static func inline(_ node: JSONNode) -> NeutralPart.Content? {
        var type: String?
        var data: JSONString?
        var name: JSONString?
        for (key, value) in node.members {
            switch GeminiName.camel(key) {
            case "mimeType": type = value.stringValue?.lowercased()
            case "data": data = JSONString(value)
            case "displayName": name = JSONString(value)
            default: break
            }
        }
        guard let type, let data = data.flatMap({ GeminiBase64.standard($0) }) else { return nil }
        return content(NeutralMedia(.base64(data), mediaType: type, name: name))
    }

    /// Reads `{"mimeType":"application/pdf","fileUri":"https://..."}`; `nil` when the address is missing.
    static func file(_ node: JSONNode) -> NeutralPart.Content? {
        var type: String?
        var address: JSONString?
        var name: JSONString?
        for (key, value) in node.members {
            switch GeminiName.camel(key) {
            case "mimeType": type = value.stringValue?.lowercased()
            case "fileUri": address = JSONString(value)
            case "displayName": name = JSONString(value)
            default: break
            }
        }
        guard let address, !address.isEmpty else { return nil }
        let text = address.text
        // Files that were given to Google, and films that only Google can look up.
        guard isPublic(text) else {
            return content(NeutralMedia(.file(id: address, origin: .gemini), mediaType: type, name: name), at: text)
        }
        return content(NeutralMedia(.url(address), mediaType: type, name: name), at: text)
    }

    /// The type that a picture's or document's address tells by its ending; `nil` for others.
    static func type(at address: String) -> String? {
        let path = address.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard let dot = path.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        switch String(decoding: path[path.index(after: dot)...], as: UTF8.self).lowercased() {
        case "png": return "image/png"
        case "jpg", "jpeg": return "image/jpeg"
        case "webp": return "image/webp"
        case "gif": return "image/gif"
        case "heic": return "image/heic"
        case "heif": return "image/heif"
        case "pdf": return "application/pdf"
        case "txt": return "text/plain"
        case "mp4": return "video/mp4"
        case "mp3": return "audio/mp3"
        case "wav": return "audio/wav"
        default: return nil
        }
    }

    /// Writes the member `inlineData` or `fileData`. Throws where Google cannot take the medium.
    static func write(
        _ media: NeutralMedia,
        fallbackType: String?,
        capabilities: ModelCapabilities,
        to writer: inout JSONWriter,
        losses: inout ConversionLosses
    ) throws(ConversionError) {
        switch media.source {
        case .base64(let data):
            guard let type = media.mediaType ?? NeutralMedia.sniffedType(data) ?? fallbackType else {
                throw .unsupported("messages", "The media type of a file is missing; Gemini needs it.")
            }
            writeInline(data, type: type, name: media.name, to: &writer)
        case .text(let text):
            writeInline(
                GeminiBase64.encode(text.utf8), type: media.mediaType ?? "text/plain", name: media.name, to: &writer)
        case .url(let address):
            guard capabilities.takesImageURLs else {
                throw .unsupported(
                    "image_url", "The model takes no addresses of files; send the file's bytes in base64.")
            }
            var type = media.mediaType ?? type(at: address.text)
            if type == nil, let fallbackType {
                type = fallbackType
                losses.adapt("media_type")
            }
            writeFile(address, type: type, name: media.name, to: &writer)
        case .file(let id, .gemini):
            writeFile(id, type: media.mediaType, name: media.name, to: &writer)
        case .file:
            throw .unsupported("file_id", "A file that was given to another vendor cannot be sent to Gemini.")
        }
    }

    /// Writes `"inlineData":{"mimeType":..,"data":..}`.
    static func writeInline(_ data: JSONString, type: String, name: JSONString?, to writer: inout JSONWriter) {
        writer.key("inlineData")
        writer.beginObject()
        writer.key("mimeType")
        writer.string(type)
        writer.key("data")
        writer.string(data)
        writeName(name, to: &writer)
        writer.endObject()
    }

    /// Writes `"fileData":{"mimeType":..,"fileUri":..}`.
    static func writeFile(_ address: JSONString, type: String?, name: JSONString?, to writer: inout JSONWriter) {
        writer.key("fileData")
        writer.beginObject()
        if let type {
            writer.key("mimeType")
            writer.string(type)
        }
        writer.key("fileUri")
        writer.string(address)
        writeName(name, to: &writer)
        writer.endObject()
    }

    private static func writeName(_ name: JSONString?, to writer: inout JSONWriter) {
        guard let name, !name.isEmpty else { return }
        writer.key("displayName")
        writer.string(name)
    }

    private static func content(_ media: NeutralMedia, at address: String? = nil) -> NeutralPart.Content {
        let type = media.mediaType ?? address.flatMap { Self.type(at: $0) } ?? ""
        if type.hasPrefix("image/") { return .image(media) }
        if type.hasPrefix("audio/") { return .audio(media) }
        if type.hasPrefix("video/") { return .video(media) }
        if type.isEmpty, let address, isFilm(address) { return .video(media) }
        return .document(media)
    }

    private static func isPublic(_ address: String) -> Bool {
        let isWeb = address.hasPrefix("https://") || address.hasPrefix("http://")
        return isWeb && !address.hasPrefix("https://generativelanguage.googleapis.com/") && !isFilm(address)
    }

    private static func isFilm(_ address: String) -> Bool {
        ["https://www.youtube.com/", "https://youtube.com/", "https://youtu.be/"].contains { address.hasPrefix($0) }
    }
}
