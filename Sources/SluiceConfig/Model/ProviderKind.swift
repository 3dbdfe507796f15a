/// What the configuration needs to know of one row of the provider catalogue.
///
/// The catalogue hands these in, so that no vendor is named in this target.
public struct ProviderKind: Sendable, Equatable {
    /// What a kind needs in the way of a key.
    public enum Credential: Sendable, Equatable {
        /// A provider without a key is switched off, with a warning.
        case required
        /// A key is sent if there is one.
        case optional
        /// It takes no key; one that is written is an error.
        case none
    }

    /// The name: `openai`, `openai-compatible`, `mock`.
    public var name: String
    /// Whether `base_url` must be written, since there is no address of its own.
    public var requiresBaseURL: Bool
    /// Whether it needs a key.
    public var credential: Credential
    /// Environment variables that hold its key where the file names none; the first that is set wins.
    public var apiKeyVariables: [String]
    /// Environment variables that hold its address where the file names none.
    public var baseURLVariables: [String]
    /// Environment variables that hold its region where the file names none.
    public var regionVariables: [String]
    /// Whether it needs a region.
    public var requiresRegion: Bool
    /// Whether it needs a project, which a service account may name.
    public var requiresProject: Bool
    /// Environment variables that hold its project where the file names none.
    public var projectVariables: [String]
    /// Whether its section may hold keys that sign: `access_key_id`, `secret_access_key`, `session_token`, `profile`.
    public var takesSigningKeys: Bool
    /// Whether its section may hold `service_account`.
    public var takesServiceAccount: Bool
    /// Environment variables that hold the path of its service account where the file names none.
    public var serviceAccountVariables: [String]
    /// What `dialect` may say; empty where there is no such key.
    public var dialects: [String]
    /// Variables of which one makes the provider where the file has no `providers`, beside its key.
    public var witnessVariables: [String]
    /// Whether a gateway without any `providers` in its file has it all the same (the mock model).
    public var isBuiltIn: Bool

    /// Makes a kind. The variables that are left out are `<NAME>_API_KEY` and `<NAME>_BASE_URL`, the name in upper case
    /// with `_` for what is no letter or digit.
    public init(
        name: String,
        requiresBaseURL: Bool = false,
        credential: Credential = .required,
        apiKeyVariables: [String]? = nil,
        baseURLVariables: [String]? = nil,
        regionVariables: [String] = [],
        requiresRegion: Bool = false,
        requiresProject: Bool = false,
        projectVariables: [String] = [],
        takesSigningKeys: Bool = false,
        takesServiceAccount: Bool = false,
        serviceAccountVariables: [String] = [],
        dialects: [String] = [],
        witnessVariables: [String] = [],
        isBuiltIn: Bool = false
    ) {
        let prefix = EnvironmentName.normalized(name)
        self.name = name
        self.requiresBaseURL = requiresBaseURL
        self.credential = credential
        self.apiKeyVariables = apiKeyVariables ?? ["\(prefix)_API_KEY"]
        self.baseURLVariables = baseURLVariables ?? ["\(prefix)_BASE_URL"]
        self.regionVariables = regionVariables
        self.requiresRegion = requiresRegion
        self.requiresProject = requiresProject
        self.projectVariables = projectVariables
        self.takesSigningKeys = takesSigningKeys
        self.takesServiceAccount = takesServiceAccount
        self.serviceAccountVariables = serviceAccountVariables
        self.dialects = dialects
        self.witnessVariables = witnessVariables
        self.isBuiltIn = isBuiltIn
    }
}
