/// Whom to ask what an opaque token is worth: an item of `auth.introspection`. Source: RFC 7662.
public struct IntrospectionEndpoint: Sendable, Hashable {
    /// Where it is asked: `url`.
    public var url: WebURL
    /// Who the gateway is there: `client_id`.
    public var clientID: String
    /// What proves it: `client_secret`.
    public var clientSecret: Secret?
    /// A token is good when its `aud` names one of these; empty where the endpoint's word is enough.
    public var audiences: [String]
    /// For how long at most an answer is used again: `cache`.
    public var cache: Duration
    /// What the members of an answer mean.
    public var claims: ClaimRules

    /// Makes an endpoint; what is left out has its default.
    public init(
        url: WebURL,
        clientID: String,
        clientSecret: Secret? = nil,
        audiences: [String] = [],
        cache: Duration = .seconds(60),
        claims: ClaimRules = ClaimRules()
    ) {
        self.url = url
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.audiences = audiences
        self.cache = cache
        self.claims = claims
    }
}
