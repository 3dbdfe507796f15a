public import SluiceCore
public import SluiceWire

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
    /// The region, where its address or its signature names one.
    public var region: String?
    /// The project that pays, where its paths name one.
    public var project: String?
    /// Which one dialect the mock model is to serve.
    public var dialect: MockDialect?
    /// What the configuration says of its models, over the built-in table.
    public var capabilities: [CapabilityOverride]
    /// Its credentials that expire, where it has such. Shared by all snapshots with the same configuration.
    public var credentials: CredentialStore?

    /// Makes settings.
    public init(
        name: String,
        kind: String,
        endpoint: Endpoint,
        keys: [Secret] = [],
        apiVersion: String? = nil,
        headers: [(name: String, value: Secret)] = [],
        forwardedHeaders: [String] = [],
        region: String? = nil,
        project: String? = nil,
        dialect: MockDialect? = nil,
        capabilities: [CapabilityOverride] = [],
        credentials: CredentialStore? = nil
    ) {
        self.name = name
        self.kind = kind
        self.endpoint = endpoint
        self.keys = keys
        self.apiVersion = apiVersion
        self.headers = headers
        self.forwardedHeaders = forwardedHeaders
        self.region = region
        self.project = project
        self.dialect = dialect
        self.capabilities = capabilities
        self.credentials = credentials
    }
}
