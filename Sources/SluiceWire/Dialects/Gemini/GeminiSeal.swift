/// The field `thoughtSignature`: Google's own seals, and the gateway's tokens that carry another vendor's.
///
/// The field is of type `bytes`: SDKs decode its base64 and encode it again, in either alphabet, with or without
/// padding. A token's own characters would not survive that, so the field holds the base64 of the token's characters.
enum GeminiSeal {
    /// What Google takes in place of a seal for a call that none of its models made.
    ///
    /// Source: ai.google.dev, Thought signatures, FAQ (read 2026-11).
    static let placeholder: StaticString = "skip_thought_signature_validator"

    /// What a client's field turned out to be.
    enum Opened {
        /// The vendor's own seal.
        case own(NeutralSignature)
        /// What the gateway had sealed.
        case thoughts([ThinkingCarrier.Thought])
        /// A token that was altered, or that another key sealed.
        case broken
    }

    /// The base64 of `slt1_` begins like this; the next character depends on what follows.
    private static let encodedPrefix = Array("c2x0MV".utf8)

    /// The field's value for a token.
    static func field(_ token: JSONString) -> JSONString {
        GeminiBase64.encode(token.utf8)
    }

    /// Reads the field of a client's request.
    static func open(_ field: JSONString, seal: any CarrierSeal) -> Opened {
        if field.escaped.starts(with: encodedPrefix), let bytes = GeminiBase64.decode(field) {
            let token = JSONString(utf8: bytes)
            if ThinkingCarrier.isToken(token) {
                return ThinkingCarrier.thoughts(in: token, seal: seal).map { .thoughts($0) } ?? .broken
            }
        }
        return .own(NeutralSignature(field, origin: NeutralOrigin(.gemini)))
    }
}
