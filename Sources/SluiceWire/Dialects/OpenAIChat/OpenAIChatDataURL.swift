/// A `data:` URL that holds base64: `data:image/png;base64,iVBORw0...`. Source: RFC 2397.
struct OpenAIChatDataURL {
    /// In lower case, without parameters; `image/jpg` is told as `image/jpeg`.
    var mediaType: String?
    /// The base64.
    var data: JSONString

    private static let headLimit = 256

    /// Whether a text begins as such a URL does.
    static func isData(_ text: JSONString) -> Bool {
        text.escaped.prefix(5).elementsEqual("data:".utf8)
    }

    /// Whether a text is an address of the web.
    static func isAddress(_ text: JSONString) -> Bool {
        let head = text.utf8.prefix(8)
        return head.starts(with: "http://".utf8) || head.starts(with: "https://".utf8)
    }

    /// Takes a URL apart; `nil` for another kind of URL, and for data that is not in base64.
    init?(_ text: JSONString) {
        guard Self.isData(text) else { return nil }
        let bytes = text.utf8
        guard let comma = bytes.prefix(Self.headLimit).firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let head = bytes[bytes.index(bytes.startIndex, offsetBy: 5)..<comma]
        let fields = head.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard fields.dropFirst().contains(where: { $0.elementsEqual("base64".utf8) }) else { return nil }
        let type = String(decoding: fields.first ?? [], as: UTF8.self).lowercased()
        let content = bytes[(comma + 1)...]
        // What was not escaped before needs no escape now; some encoders write `\/`.
        data = text.hasEscapes ? JSONString(utf8: content) : JSONString(escaped: content)
        mediaType = Self.known(type.isEmpty ? nil : type, data)
    }

    /// The type of a picture as its first bytes tell it, where they contradict what was said; vendors refuse a wrong one.
    static func known(_ type: String?, _ data: JSONString) -> String? {
        let isOpen = type == nil || type?.hasPrefix("image/") == true || type == "application/octet-stream"
        guard isOpen else { return type }
        let sniffed: String? =
            switch data.escaped {
            case let bytes where bytes.starts(with: "iVBORw0KGgo".utf8): "image/png"
            case let bytes where bytes.starts(with: "/9j/".utf8): "image/jpeg"
            case let bytes where bytes.starts(with: "R0lGOD".utf8): "image/gif"
            case let bytes where bytes.starts(with: "UklGR".utf8): type == nil ? nil : "image/webp"
            case let bytes where bytes.starts(with: "JVBERi0".utf8): "application/pdf"
            default: nil
            }
        return sniffed ?? (type == "image/jpg" ? "image/jpeg" : type)
    }

    /// Writes a URL.
    static func write(_ mediaType: String, _ data: JSONString, to writer: inout JSONWriter) {
        var text = JSONString("data:\(mediaType);base64,").escaped
        text.reserveCapacity(text.count + data.escaped.count)
        text.append(contentsOf: data.escaped)
        writer.escapedString(text.span)
    }
}
