import SluiceCore
import SluiceWire

/// A JSON web token in its compact form, taken apart and not verified.
///
/// Shape: `header.claims.signature`, each in base 64 for URLs without padding. Source: RFC 7515, section 7.1; RFC 8725, section 3.
struct CompactToken {
    /// The longest token, in bytes; it came in a header field.
    static let longest = 16 * 1024
    /// The longest header, in base 64.
    private static let longestHeader = 2048
    /// The longest name of a key, in bytes.
    private static let longestKeyID = 256

    /// How it claims to be signed.
    let algorithm: TokenAlgorithm
    /// The name of the key, if it says one.
    let keyID: String?
    /// What the claims say.
    let claims: TokenClaims
    /// The bytes that are signed.
    let signed: ArraySlice<UInt8>
    /// The signature.
    let signature: [UInt8]

    /// Whether a text has the shape of a token. Cheap, and true of every token.
    static func hasShape(_ text: some StringProtocol) -> Bool {
        // `eyJ` is `{"`; members may be written with white space before them, but nobody does.
        text.hasPrefix("eyJ") && text.utf8.count <= Self.longest && text.utf8.count { $0 == UInt8(ascii: ".") } == 2
    }

    /// Takes a token apart; `nil` for what is no signed token that this gateway understands.
    init?(_ text: String) {
        guard Self.hasShape(text) else { return nil }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count <= Self.longestHeader, !parts[2].isEmpty,
            let header = Base64URL.decode(parts[0]).flatMap({ TokenClaims($0) }),
            // Also refuses `none`: RFC 8725, section 3.1.
            let algorithm = header.root["alg"]?.stringValue.flatMap({ TokenAlgorithm(rawValue: $0) }),
            // No extension is understood: RFC 7515, section 4.1.11.
            header.root["crit"] == nil, header.root["b64"] == nil,
            // A token of another sort, such as one that says goodbye, must not pass for one: RFC 8725, section 3.11.
            Self.isAccessToken(header.root["typ"]),
            let claims = Base64URL.decode(parts[1]).flatMap({ TokenClaims($0) }),
            let signature = Base64URL.decode(parts[2])
        else { return nil }
        if let node = header.root["kid"] {
            guard let keyID = node.stringValue, keyID.utf8.count <= Self.longestKeyID else { return nil }
            self.keyID = keyID
        } else {
            self.keyID = nil
        }
        self.algorithm = algorithm
        self.claims = claims
        self.signed = bytes[..<parts[1].endIndex]
        self.signature = signature
    }

    /// Who says that it made the token; not verified.
    static func claimedIssuer(_ text: String) -> String? {
        guard Self.hasShape(text) else { return nil }
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return Base64URL.decode(parts[1]).flatMap { TokenClaims($0) }?.root["iss"]?.stringValue
    }

    /// Source: RFC 7519, section 5.1; RFC 9068, section 2.1.
    private static func isAccessToken(_ type: JSONNode?) -> Bool {
        guard let type else { return true }
        guard let text = type.stringValue?.lowercased() else { return false }
        return ["jwt", "at+jwt", "application/jwt", "application/at+jwt"].contains(text)
    }
}
