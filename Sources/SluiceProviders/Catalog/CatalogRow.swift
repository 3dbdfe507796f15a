public import SluiceCore
public import SluiceWire

/// One vendor: what sets it apart from the others, as data.
public struct CatalogRow: Sendable {
    /// How the key is sent.
    public enum Authorization: Sendable, Equatable {
        /// `authorization: Bearer …`.
        case bearer
        /// The bare key in a field of its own; the name in lower case.
        case field(String)
    }

    /// Whether a key is needed.
    public enum Need: Sendable, Equatable {
        case required, optional, none
    }

    /// The kind, as the configuration names it.
    public var kind: String
    /// What the vendor's own SDK takes for its base URL; `nil` where each installation has its own.
    public var baseURL: String?
    /// The base URL of a region, for vendors whose address holds it.
    public var regionalBaseURL: (@Sendable (_ region: String) -> String)?
    /// What a base URL may end with though the paths have it themselves: `/v1` where OpenAI's SDK wants it.
    public var optionalBasePath: String?
    /// The dialect that chats of other dialects are converted into.
    public var dialect = Dialect.openAIChat
    /// How the key is sent.
    public var authorization = Authorization.bearer
    /// Whether a key is needed.
    public var key = Need.required
    /// Where the key is found in the environment, the first that is set; empty: `KIND_API_KEY`.
    public var keyVariables: [String] = []
    /// Whether it is in a region that is part of its address.
    public var region = Need.none
    /// Where the region is found in the environment.
    public var regionVariables: [String] = []
    /// The region where none is named.
    public var defaultRegion: String?
    /// Whether it needs a project.
    public var hasProject = false
    /// Where the project is found in the environment.
    public var projectVariables: [String] = []
    /// Where the path of a service account's file is found in the environment.
    public var serviceAccountVariables: [String] = []
    /// Which vendor's credentials, beside keys, its section may hold.
    public var credentials = CredentialFamily.keys
    /// Variables of which one makes the provider where the file names none at all, beside a key.
    public var witnessVariables: [String] = []
    /// The surfaces that it serves.
    public var surfaces: Set<Surface>
    /// Whether it takes `stream_options.include_usage`.
    public var takesStreamUsage = true
    /// Paths below the base URL that are not OpenAI's. `{model}` stands for the model's name, one segment.
    public var paths: [Surface: String] = [:]
    /// What model names may begin with that its paths have themselves.
    public var optionalModelPrefix: String?
    /// Fields that stand where the client, being of the same dialect, sent none of that name.
    public var defaultHeaders: [(name: String, value: String)] = []
    /// Client fields that only this vendor understands.
    public var forwardedHeaders: [String] = []
    /// Client fields that go to it whatever the client's dialect, beside those that go to everyone.
    public var commonHeaders: [String] = []
    /// The models that it serves when the model table is empty.
    public var patterns: [String] = []

    /// Makes a row.
    public init(kind: String, baseURL: String?, surfaces: Set<Surface>) {
        self.kind = kind
        self.baseURL = baseURL
        self.surfaces = surfaces
    }

    /// Makes a row, and changes what departs from the defaults.
    init(_ kind: String, _ baseURL: String?, _ surfaces: Set<Surface>, _ adjust: (inout CatalogRow) -> Void) {
        self.init(kind: kind, baseURL: baseURL, surfaces: surfaces)
        adjust(&self)
    }

    /// Where it has a surface, below its base URL.
    func path(of surface: Surface) -> String? {
        guard self.surfaces.contains(surface) else { return nil }
        return self.paths[surface] ?? OpenAIPaths.path(of: surface)
    }
}

/// What a provider's section may hold to prove who calls.
public enum CredentialFamily: Sendable, Equatable {
    /// `api_key` and `api_keys` alone.
    case keys
    /// Also `access_key_id`, `secret_access_key`, `session_token` and `profile`.
    case aws
    /// Also `service_account`.
    case google
}
