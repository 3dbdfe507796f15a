public import SluiceCore

/// What a configuration says of one provider, as a provider is made from it.
public struct ProviderSettings: Sendable {
    /// The name that the configuration gives it.
    public var name: String
    /// The kind: the name of a catalogue row.
    public var kind: String
    /// Where it is reached.
    public var endpoint: Endpoint
    /// Its keys, taken in turns.
    public var keys: [Secret]
    /// The version of its API, where that is asked for.
    public var apiVersion: String?
    /// Fields that every request to it carries.
    public var headers: [(name: String, value: Secret)]
    /// Names of further client fields that go to it, in lower case.
    public var forwardedHeaders: [String]

    /// Makes settings.
    public init(
        name: String,
        kind: String,
        endpoint: Endpoint,
        keys: [Secret] = [],
        apiVersion: String? = nil,
        headers: [(name: String, value: Secret)] = [],
        forwardedHeaders: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.endpoint = endpoint
        self.keys = keys
        self.apiVersion = apiVersion
        self.headers = headers
        self.forwardedHeaders = forwardedHeaders
    }
}
