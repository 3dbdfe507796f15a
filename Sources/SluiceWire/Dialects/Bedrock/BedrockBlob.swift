/// The vendor's blobs: bytes in base64 with padding. Source: RFC 4648, section 4.
///
/// SDKs decode a blob when they read it and encode it again when they send it back, so that what is handed out must be
/// canonical base64.
enum BedrockBlob {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The blob of bytes.
    static func encode(_ bytes: some Collection<UInt8>) -> JSONString {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            word = word << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(word >> bits & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(word << (6 - bits) & 63)]) }
        while text.count % 4 != 0 { text.append(padding) }
        return JSONString(escaped: text[...])
    }

    /// The bytes of a blob, padded or not; `nil` for another alphabet or an impossible length.
    static func decode(_ blob: JSONString) -> [UInt8]? {
        var text = blob.utf8
        while text.last == padding { text.removeLast() }
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 3)
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for character in text {
            guard let digit = self.digit(character) else { return nil }
            word = word << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> bits))
            }
        }
        return bytes
    }

    /// The blob of the bytes of several, one after the other: what a stream sends in pieces. Copied as it stands where the
    /// pieces before the last are whole groups.
    static func join(_ pieces: [JSONString]) -> JSONString? {
        guard let last = pieces.last else { return nil }
        if pieces.count == 1 { return last }
        if pieces.dropLast().allSatisfy({ $0.escaped.last != padding && $0.escaped.count % 4 == 0 }) {
            return JSONString.joined(pieces)
        }
        var bytes: [UInt8] = []
        for piece in pieces {
            guard let decoded = decode(piece) else { return nil }
            bytes.append(contentsOf: decoded)
        }
        return encode(bytes)
    }

    private static func digit(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
