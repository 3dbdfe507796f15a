/// Media within a body: `data:image/png;base64,iVBOR...`. Source: RFC 2397.
enum OpenAIResponsesDataURI {
    /// The bytes and their type; `nil` for what is no `data:` URI in base64.
    static func media(in text: JSONString) -> NeutralMedia? {
        let bytes = text.utf8
        guard self.isPrefix("data:", of: bytes), let comma = bytes.prefix(256).firstIndex(of: UInt8(ascii: ",")) else {
            return nil
        }
        let head = bytes[bytes.startIndex + 5..<comma]
        let suffix: StaticString = ";base64"
        guard head.count >= suffix.utf8CodeUnitCount,
            self.isPrefix(suffix, of: head.suffix(suffix.utf8CodeUnitCount))
        else { return nil }
        let type = head.prefix { $0 != UInt8(ascii: ";") }
        let data = bytes[(comma + 1)...]
        return NeutralMedia(
            // What was escaped may need to be escaped again; base64 by itself does not.
            .base64(text.hasEscapes ? JSONString(utf8: data) : JSONString(escaped: data)),
            mediaType: self.mediaType(type))
    }

    /// The type of a file by its name, where vendors tell them apart.
    static func mediaType(ofFile name: JSONString?) -> String? {
        guard let name = name?.text.lowercased(), let dot = name.lastIndex(of: ".") else { return nil }
        return switch name[name.index(after: dot)...] {
        case "pdf": "application/pdf"
        case "txt": "text/plain"
        case "md": "text/markdown"
        case "csv": "text/csv"
        case "html": "text/html"
        case "json": "application/json"
        default: nil
        }
    }

    /// A name for a file that has none: the vendor wants one beside the bytes.
    static func fileName(_ mediaType: String?) -> String {
        switch mediaType {
        case "application/pdf", nil: "document.pdf"
        case "text/plain": "document.txt"
        case "text/markdown": "document.md"
        case "text/csv": "document.csv"
        case "text/html": "document.html"
        case "application/json": "document.json"
        default: "document"
        }
    }

    private static func mediaType(_ bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.isEmpty else { return nil }
        let type = String(decoding: bytes, as: UTF8.self).lowercased()
        return type == "image/jpg" ? "image/jpeg" : type
    }

    private static func isPrefix(_ text: StaticString, of bytes: ArraySlice<UInt8>) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return bytes.count >= wanted.count && zip(bytes, wanted).allSatisfy { $0 | 0x20 == $1 || $0 == $1 }
    }
}
