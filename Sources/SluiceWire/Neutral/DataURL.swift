/// A `data:` URL that holds base64: `data:image/png;base64,iVBORw0...`. Source: RFC 2397.
struct DataURL {
    /// In lower case, without parameters; `image/jpg` is told as `image/jpeg`.
    var mediaType: String?
    /// The base64.
    var data: JSONString

    private static let headLimit = 256

    /// The medium.
    var media: NeutralMedia { NeutralMedia(.base64(data), mediaType: mediaType) }

    /// Whether a text begins as such a URL does.
    static func isData(_ text: JSONString) -> Bool {
        Self.isWord("data:", text.escaped.prefix(5))
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
        guard fields.dropFirst().contains(where: { Self.isWord("base64", $0) }) else { return nil }
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
        return NeutralMedia.sniffedType(data) ?? (type == "image/jpg" ? "image/jpeg" : type)
    }

    /// Whether bytes are a word of lower case, in any case.
    private static func isWord(_ word: StaticString, _ bytes: ArraySlice<UInt8>) -> Bool {
        let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        return bytes.elementsEqual(wanted) { $0 == $1 || ($0 &- 0x41 < 26 && $0 | 0x20 == $1) }
    }

    /// Writes a URL.
    static func write(_ mediaType: String, _ data: JSONString, to writer: inout JSONWriter) {
        var text = JSONString("data:\(mediaType);base64,").escaped
        text.reserveCapacity(text.count + data.escaped.count)
        text.append(contentsOf: data.escaped)
        writer.escapedString(text.span)
    }
}
