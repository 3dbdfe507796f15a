/// Who signs JSON web tokens that clients may send in place of a key: an item of `auth.jwt`.
public struct TokenIssuer: Sendable, Hashable {
    /// Where the keys that verify its signatures are.
    public enum Keys: Sendable, Hashable {
        /// Where its OpenID configuration says: `/.well-known/openid-configuration` below the issuer.
        case discovered
        /// A JSON web key set at a URL.
        case url(WebURL)
        /// A JSON web key set in a file.
        case file(String)
        /// Nowhere: its tokens are signed with ``TokenIssuer/secret``.
        case none
    }

    /// The `iss` of its tokens, compared byte for byte.
    public var issuer: String
    /// A token is good when its `aud` names one of these. Never empty.
    public var audiences: [String]
    /// Where its keys are: `jwks`.
    public var keys: Keys
    /// What its tokens may be signed with.
    public var algorithms: Set<TokenAlgorithm>
    /// The secret of symmetric algorithms.
    public var secret: Secret?
    /// How far its clock may differ from the gateway's.
    public var leeway: Duration
    /// For how long its keys are good when it cannot be reached any more: `keep_keys`.
    public var keepKeys: Duration
    /// What its claims mean.
    public var claims: ClaimRules

    /// Makes an issuer; what is left out has its default.
    public init(
        issuer: String,
        audiences: [String],
        keys: Keys = .discovered,
        algorithms: Set<TokenAlgorithm> = Set(TokenAlgorithm.asymmetric),
        secret: Secret? = nil,
        leeway: Duration = .seconds(60),
        keepKeys: Duration = .seconds(86_400),
        claims: ClaimRules = ClaimRules()
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.keys = keys
        self.algorithms = algorithms
        self.secret = secret
        self.leeway = leeway
        self.keepKeys = keepKeys
        self.claims = claims
    }
}
