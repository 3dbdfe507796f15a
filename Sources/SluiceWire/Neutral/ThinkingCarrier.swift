/// Carries one vendor's sealed thoughts through another vendor's dialect and back.
///
/// A model that thinks and calls tools wants its thoughts back, byte for byte, with the results. A client of another
/// dialect has no field for them, so they travel in one that its SDK returns unchanged: an Anthropic client's `signature`,
/// a Gemini client's `thoughtSignature`, a Responses client's `encrypted_content`, and for all others the id of the tool
/// call (see ``ToolCallCarrier``). There they are a token: `slt1_` and, in base64url, a tag of 16 bytes and the sealed
/// bytes. What was altered, cut, or sealed with another key is no token, and the thoughts are left out.
public struct ThinkingCarrier: Sendable, Hashable {
    /// One thought.
    public struct Thought: Sendable, Hashable {
        /// The thought's text, where the field that carries the token has no text of its own.
        public var text: JSONString?
        /// Whether only the vendor can read it.
        public var isRedacted: Bool
        /// The vendor's seal; `nil` for thoughts without one.
        public var signature: NeutralSignature?
        /// Whether it stood before the text of its turn.
        public var precedesText: Bool

        /// Makes a thought.
        public init(
            text: JSONString?,
            isRedacted: Bool = false,
            signature: NeutralSignature?,
            precedesText: Bool = true
        ) {
            self.text = text
            self.isRedacted = isRedacted
            self.signature = signature
            self.precedesText = precedesText
        }
    }

    /// A token of more bytes than this is not made: 48 KiB, more than vendors' signatures take.
    public static let limitBytes = 48 * 1024
    static let prefix = "slt1_"
    static let tagBytes = 16

    /// The token for one signature: for dialects whose thinking blocks have a field for a seal.
    ///
    /// - Returns: the token, or `nil` when it would be longer than ``limitBytes``.
    public static func token(for signature: NeutralSignature, seal: any CarrierSeal) -> JSONString? {
        self.token(for: [Thought(text: nil, signature: signature)], seal: seal)
    }

    /// The token for thoughts.
    public static func token(for thoughts: [Thought], seal: any CarrierSeal) -> JSONString? {
        var record = CarrierRecord()
        for thought in thoughts { record.append(thought) }
        return self.token(prefix: self.prefix, over: record.bytes, seal: seal)
    }

    /// The thoughts in a token; `nil` for what is no token, or not one that this gateway sealed.
    public static func thoughts(in token: JSONString, seal: any CarrierSeal) -> [Thought]? {
        guard let bytes = self.open(token, prefix: self.prefix, seal: seal) else { return nil }
        return CarrierRecord.thoughts(in: bytes)
    }

    /// The signature in a token of one; a text that is no token at all is the vendor's own signature of `origin`.
    ///
    /// - Returns: `nil` when the text looks like a token and is not one that this gateway sealed.
    public static func signature(
        from text: JSONString,
        origin: @autoclosure () -> NeutralOrigin,
        seal: any CarrierSeal
    ) -> NeutralSignature? {
        guard self.isToken(text) else { return NeutralSignature(text, origin: origin()) }
        return self.thoughts(in: text, seal: seal)?.first?.signature
    }

    /// Whether a text claims to be a token.
    public static func isToken(_ text: JSONString) -> Bool {
        text.escaped.starts(with: self.prefix.utf8)
    }

    static func token(prefix: String, over bytes: [UInt8], seal: any CarrierSeal) -> JSONString? {
        guard bytes.count <= Self.limitBytes / 4 * 3 - 64 else { return nil }
        var sealed = seal.tag(over: bytes.span)
        guard sealed.count == Self.tagBytes else { return nil }
        sealed.append(contentsOf: bytes)
        var token = Array(prefix.utf8)
        Base64URL.append(sealed, to: &token)
        return JSONString(escaped: token[...])
    }

    static func open(_ token: JSONString, prefix: String, seal: any CarrierSeal) -> [UInt8]? {
        let text = token.escaped
        guard text.count <= Self.limitBytes, text.starts(with: prefix.utf8),
            let sealed = Base64URL.decode(text.dropFirst(prefix.utf8.count)), sealed.count > Self.tagBytes
        else { return nil }
        let bytes = Array(sealed.dropFirst(Self.tagBytes))
        let expected = seal.tag(over: bytes.span)
        guard expected.count == Self.tagBytes else { return nil }
        var difference: UInt8 = 0
        for (a, b) in zip(expected, sealed) { difference |= a ^ b }
        return difference == 0 ? bytes : nil
    }
}
