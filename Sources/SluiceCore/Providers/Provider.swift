public import SluiceWire

/// Whom the gateway calls: where, in which dialect, with which credentials and quirks.
///
/// A provider says what to send and never sends it. All but ``prepareCredentials()`` is synchronous.
public protocol Provider: Sendable {
    /// The name that the configuration gives it.
    var name: String { get }
    /// The catalogue row or vendor that it is one of.
    var kind: String { get }
    /// The dialect that chats are converted into where it does not serve the client's surface itself.
    var dialect: Dialect { get }
    /// Where it is reached.
    var endpoint: Endpoint { get }
    /// The client header fields that go to it from a client of its own dialect.
    var forwardedHeaders: HeaderAllowList { get }
    /// The client header fields that go to it whatever the client's dialect is.
    var commonHeaders: HeaderAllowList { get }
    /// Whether `stream_options.include_usage` may be asked of it.
    var takesStreamUsage: Bool { get }
    /// Whether ``signature(of:)`` adds fields to each request.
    var signsRequests: Bool { get }

    /// What tells its credentials apart, one number for each that a request may go with: the same for the same secret, also after
    /// a reload, and nothing that leads back to it. Empty where the provider needs none, or has one that is fetched.
    var credentialIdentities: [UInt64] { get }

    /// What to send for a surface and a model, or `nil` when the provider does not serve the surface.
    ///
    /// `credential` is an index of ``credentialIdentities``; it is of no importance where there are none.
    func address(surface: Surface, model: String, credential: Int) -> ProviderAddress?

    /// The surface of the provider's own that does an operation, for clients of other surfaces: `nil` when it has none.
    func surface(for operation: Operation, isStreaming: Bool) -> Surface?

    /// What a model accepts.
    func capabilities(of model: String) -> ModelCapabilities

    /// Waits until credentials that come from elsewhere and expire are at hand. Throws
    /// ``GatewayError/Kind/upstreamCredentials`` when there are none in time.
    func prepareCredentials() async throws(GatewayError)

    /// The fields that can only be made when the whole request is known, as a signature over it.
    func signature(of request: UnsignedRequest) throws(GatewayError) -> [(name: String, value: String)]

    /// Whether a text of the provider's holds one of its credentials, whole or in the masked form that vendors echo.
    func leaksCredential(_ text: String) -> Bool
}

extension Provider {
    public var signsRequests: Bool { false }

    public var credentialIdentities: [UInt64] { [] }

    /// ``address(surface:model:credential:)`` with the first credential.
    public func address(surface: Surface, model: String) -> ProviderAddress? {
        self.address(surface: surface, model: model, credential: 0)
    }

    public func prepareCredentials() async throws(GatewayError) {}

    public func signature(of request: UnsignedRequest) throws(GatewayError) -> [(name: String, value: String)] { [] }
}

/// What a request to a provider carries beside its body.
public struct ProviderAddress: Sendable {
    /// Path and query.
    public var target: String
    /// Credentials and fixed fields, with lower-case names.
    public var headers: [(name: String, value: String)]
    /// Fields that stand only where the client, being of the same dialect, sent none of that name.
    public var defaults: [(name: String, value: String)]

    /// Makes an address.
    public init(
        target: String,
        headers: [(name: String, value: String)],
        defaults: [(name: String, value: String)] = []
    ) {
        self.target = target
        self.headers = headers
        self.defaults = defaults
    }
}
