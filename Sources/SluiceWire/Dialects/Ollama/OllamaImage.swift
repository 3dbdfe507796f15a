/// Pictures as Ollama takes them: base64 alone, without a word about their kind.
enum OllamaImage {
    /// Reads one element of `images`. The kind is told from the first bytes of the file; a `data:` address, which some
    /// clients send although the reference has none, is taken as what it holds.
    static func read(_ value: JSONNode, at path: String) throws(ConversionError) -> NeutralPart {
        guard var text = JSONString(value) else { throw .invalid(path, "An image must be a string of base64.") }
        if text.hasEscapes { text = JSONString(escaped: Self.withoutEscapes(text)) }
        if text.escaped.starts(with: "data:".utf8) {
            guard let comma = text.escaped.firstIndex(of: 0x2C) else {
                throw .invalid(path, "An image must be a string of base64.")
            }
            text = JSONString(escaped: text.escaped[(comma + 1)...])
        }
        if text.escaped.starts(with: "http://".utf8) || text.escaped.starts(with: "https://".utf8) {
            throw .invalid(path, "An image must be a string of base64; addresses are not fetched.")
        }
        return NeutralPart(.image(NeutralMedia(.base64(text), mediaType: NeutralMedia.sniffedType(text))))
    }

    // Base64 needs no escape but for a slash, which some writers escape; the alphabet has no character to escape anew.
    private static func withoutEscapes(_ text: JSONString) -> ArraySlice<UInt8> {
        let plain = text.utf8
        let isSafe = plain.allSatisfy { $0 >= 0x20 && $0 != JSONToken.quote && $0 != JSONToken.backslash }
        return isSafe ? plain : text.escaped
    }
}
