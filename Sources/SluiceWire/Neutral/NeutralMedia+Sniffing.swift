extension NeutralMedia {
    /// The type that the first bytes of a picture or a PDF say, seen through base64; `nil` for bytes of another kind.
    ///
    /// Clients often name the wrong type, and vendors refuse a picture whose bytes are of another.
    static func sniffedType(_ data: JSONString) -> String? {
        // Nothing is decoded: each signature has its own beginning in base64. An escaped slash takes two bytes.
        let head = JSONString(escaped: Self.head(data.escaped)).utf8
        func begins(_ text: StaticString) -> Bool {
            head.starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
        if begins("/9j/") { return "image/jpeg" }
        if begins("iVBORw0KGgo") { return "image/png" }
        if begins("R0lGODdh") || begins("R0lGODlh") { return "image/gif" }
        if begins("JVBERi0") { return "application/pdf" }
        // RIFF, four bytes of length, WEBP.
        if begins("UklGR"), head.dropFirst(12).starts(with: "RUJQ".utf8) { return "image/webp" }
        return nil
    }

    /// The beginning of an escaped text, not ending inside an escape.
    private static func head(_ escaped: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard escaped.count > 64 else { return escaped }
        let head = escaped.prefix(64)
        guard let cut = head.suffix(6).lastIndex(of: JSONToken.backslash) else { return head }
        return head[..<cut]
    }
}
