/// Whom the gateway calls: where, in which dialect, with which credentials and quirks.
///
/// Synchronous: a provider says what to send and never sends it.
public protocol Provider: Sendable {
    /// The name that the configuration gives it.
    var name: String { get }
    /// The catalogue row or vendor that it is one of.
    var kind: String { get }
    /// What it speaks.
    var dialect: Dialect { get }
    /// Where it is reached.
    var endpoint: Endpoint { get }
    /// The client header fields that go to it.
    var forwardedHeaders: HeaderAllowList { get }
    /// Whether `stream_options.include_usage` may be asked of it.
    var takesStreamUsage: Bool { get }

    /// What to send for a surface and a model, or `nil` when the provider does not serve the surface.
    ///
    /// Each call may use the next of several credentials.
    func address(surface: Surface, model: String) -> ProviderAddress?
    /// Whether a text of the provider's holds one of its credentials, whole or in the masked form that vendors echo.
    func leaksCredential(_ text: String) -> Bool
}

/// What a request to a provider carries beside its body.
public struct ProviderAddress: Sendable {
    /// Path and query.
    public var target: String
    /// Credentials and fixed fields, with lower-case names.
    public var headers: [(name: String, value: String)]

    /// Makes an address.
    public init(target: String, headers: [(name: String, value: String)]) {
        self.target = target
        self.headers = headers
    }
}
