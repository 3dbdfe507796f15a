/// The vendor's names of file formats, and their media types.
///
/// Source: the service model of bedrock-runtime, `ImageFormat`, `DocumentFormat`, `AudioFormat`, `VideoFormat` (read 2026-11).
enum BedrockMediaFormat {
    /// A format and its media types, the usual one first.
    typealias Row = (format: String, mediaTypes: [String])

    static let images: [Row] = [
        ("png", ["image/png"]),
        ("jpeg", ["image/jpeg", "image/jpg", "image/pjpeg"]),
        ("gif", ["image/gif"]),
        ("webp", ["image/webp"]),
    ]

    static let documents: [Row] = [
        ("pdf", ["application/pdf", "application/x-pdf"]),
        ("csv", ["text/csv", "application/csv"]),
        ("doc", ["application/msword"]),
        ("docx", ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"]),
        ("xls", ["application/vnd.ms-excel"]),
        ("xlsx", ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
        ("html", ["text/html", "application/xhtml+xml"]),
        ("txt", ["text/plain"]),
        ("md", ["text/markdown", "text/x-markdown"]),
    ]

    static let sounds: [Row] = [
        ("mp3", ["audio/mpeg", "audio/mp3", "audio/x-mp3"]),
        ("opus", ["audio/opus"]),
        ("wav", ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"]),
        ("aac", ["audio/aac"]),
        ("flac", ["audio/flac", "audio/x-flac"]),
        ("mp4", ["audio/mp4"]),
        ("ogg", ["audio/ogg"]),
        ("mkv", ["video/x-matroska-audio"]),
        ("mka", ["audio/x-matroska", "audio/matroska"]),
        ("x-aac", ["audio/x-aac"]),
        ("m4a", ["audio/m4a", "audio/x-m4a"]),
        ("mpeg", ["audio/x-mpeg"]),
        ("mpga", ["audio/mpga"]),
        ("pcm", ["audio/pcm", "audio/l16"]),
        ("webm", ["audio/webm"]),
    ]

    static let films: [Row] = [
        ("mkv", ["video/x-matroska", "video/matroska"]),
        ("mov", ["video/quicktime", "video/mov"]),
        ("mp4", ["video/mp4"]),
        ("webm", ["video/webm"]),
        ("flv", ["video/x-flv"]),
        ("mpeg", ["video/mpeg"]),
        ("mpg", ["video/mpg"]),
        ("wmv", ["video/x-ms-wmv", "video/wmv"]),
        ("three_gp", ["video/3gpp"]),
    ]

    /// The media type of a format.
    static func mediaType(of format: String, in rows: [Row]) -> String? {
        rows.first { $0.format == format }?.mediaTypes.first
    }

    /// The format of a media type; parameters after a `;` are passed over.
    static func format(of mediaType: String, in rows: [Row]) -> String? {
        let bare = String(decoding: mediaType.utf8.prefix { $0 != 0x3B && $0 != 0x20 }, as: UTF8.self).lowercased()
        return rows.first { $0.mediaTypes.contains(bare) }?.format
    }

    /// The format of a picture, told by its first bytes, which do not lie; else by its media type.
    static func image(_ data: JSONString, mediaType: String?) -> String? {
        if let type = NeutralMedia.sniffedType(data), let format = format(of: type, in: images) { return format }
        return mediaType.flatMap { self.format(of: $0, in: images) }
    }

    /// The format of a document, told by its media type, else by the ending of its name.
    static func document(mediaType: String?, name: JSONString?) -> String? {
        if let mediaType, let format = format(of: mediaType, in: documents) { return format }
        if let name, let point = name.utf8.lastIndex(of: UInt8(ascii: ".")) {
            let ending = String(decoding: name.utf8[(point + 1)...], as: UTF8.self).lowercased()
            let known = ending == "htm" ? "html" : ending == "markdown" ? "md" : ending
            if documents.contains(where: { $0.format == known }) { return known }
        }
        guard let mediaType else { return nil }
        // Any other text, JSON and XML are plain text to the vendor.
        return mediaType.hasPrefix("text/") || mediaType.hasPrefix("application/json")
            || mediaType.hasPrefix("application/xml") ? "txt" : nil
    }

    /// Whether a document of the format is text that every dialect with text documents takes.
    static func isText(_ format: String) -> Bool {
        switch format {
        case "txt", "md", "csv", "html": true
        default: false
        }
    }
}
