import Crypto

/// What stands for a vendor's signature of content that a client has to send back unchanged: a thinking block, the
/// place of a function call, an encrypted reasoning item.
///
/// The same content has the same signature in every run, and whoever gets it back can tell whether it was altered:
/// by a byte of the signature itself, or by a byte of what it signs. Layout, then base64: one byte of version, one
/// byte for the length of the family and the family in UTF-8, eight bytes of the answer's seed, eight bytes of the
/// prefix, sixteen bytes of HMAC-SHA256 over all of that, the kind and the text.
struct ContentSignature: Sendable, Equatable {
    /// Whose signature it is; that of one kind is no signature of another.
    enum Kind: String, Sendable {
        /// Thinking of Claude, the same on Anthropic's API and on Bedrock, whose signatures are exchangeable.
        case thinking
        case redactedThinking
        /// Gemini's `thoughtSignature`.
        case thought
        /// The `encrypted_content` of OpenAI's reasoning items.
        case reasoningItem
    }

    private static let version: UInt8 = 1
    private static let key = SymmetricKey(data: Array("sluice mock model".utf8))
    private static let macBytes = 16

    /// The family of the model that signed, up to 255 bytes.
    var family: String
    /// What tells the answer apart from others with the same text.
    var seed: UInt64
    /// A hash of the conversation before the block; 0 where it is bound to none.
    var prefix: UInt64 = 0

    /// The signature of `text`, in base64.
    func sign(_ text: some Sequence<UInt8>, as kind: Kind) -> String {
        let head = head()
        return Base64.encode(head + Self.mac(head, text, kind))
    }

    /// Reads a signature and checks that it is that of `text`; nil when either was altered. Base64 of both alphabets
    /// is taken, with or without padding, since SDKs that decode and encode again change those.
    static func verify(_ signature: String, of text: some Sequence<UInt8>, as kind: Kind) -> ContentSignature? {
        guard let bytes = Base64.decode(signature), bytes.count > 2, bytes[0] == version else { return nil }
        let familyEnd = 2 + Int(bytes[1])
        guard bytes.count == familyEnd + 16 + macBytes else { return nil }
        let head = Array(bytes[..<(familyEnd + 16)])
        guard mac(head, text, kind).elementsEqual(bytes[(familyEnd + 16)...]) else { return nil }
        return ContentSignature(
            family: String(decoding: bytes[2..<familyEnd], as: UTF8.self),
            seed: number(bytes[familyEnd..<(familyEnd + 8)]),
            prefix: number(bytes[(familyEnd + 8)..<(familyEnd + 16)]))
    }

    private func head() -> [UInt8] {
        let name = Array(family.utf8.prefix(255))
        var head = [Self.version, UInt8(truncatingIfNeeded: name.count)] + name
        for word in [seed, prefix] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                head.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return head
    }

    private static func mac(_ head: [UInt8], _ text: some Sequence<UInt8>, _ kind: Kind) -> ArraySlice<UInt8> {
        var hmac = HMAC<SHA256>(key: key)
        hmac.update(data: Array(kind.rawValue.utf8) + [0])
        hmac.update(data: head)
        hmac.update(data: Array(text))
        return Array(hmac.finalize()).prefix(macBytes)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
