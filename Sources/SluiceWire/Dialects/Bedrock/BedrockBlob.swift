/// The vendor's blobs: bytes in base64 with padding.
///
/// SDKs decode a blob when they read it and encode it again when they send it back, so that what is handed out must be
/// canonical base64.
enum BedrockBlob {
    /// The blob of bytes.
    static func encode(_ bytes: some Collection<UInt8>) -> JSONString {
        var text: [UInt8] = []
        Base64.append(Array(bytes).span, to: &text)
        return JSONString(escaped: text[...])
    }

    /// The bytes of a blob, padded or not; `nil` for another alphabet or an impossible length.
    static func decode(_ blob: JSONString) -> [UInt8]? {
        Base64.decode(blob.utf8)
    }

    /// The blob of the bytes of several, one after the other: what a stream sends in pieces. Copied as it stands where the
    /// pieces before the last are whole groups.
    static func join(_ pieces: [JSONString]) -> JSONString? {
        guard let last = pieces.last else { return nil }
        if pieces.count == 1 { return last }
        if pieces.dropLast().allSatisfy({ $0.escaped.last != UInt8(ascii: "=") && $0.escaped.count % 4 == 0 }) {
            return JSONString.joined(pieces)
        }
        var bytes: [UInt8] = []
        for piece in pieces {
            guard let decoded = decode(piece) else { return nil }
            bytes.append(contentsOf: decoded)
        }
        return encode(bytes)
    }
}
