public import SluiceCore
public import SluiceWire

/// One provider: an entry of `providers`, or an `[[upstreams]]` table of an earlier gateway.
public struct ProviderConfiguration: Sendable, Equatable {
    /// How this provider is reached.
    public enum Proxy: Sendable, Equatable {
        /// As ``GatewayConfiguration/outbound`` says.
        case inherited
        /// Directly, whatever ``GatewayConfiguration/outbound`` says: `proxy: off`.
        case off
        /// Through a proxy of its own.
        case through(ProxyURL)
    }

    /// The name that models and routes refer to: letters, digits, `.`, `_` and `-`.
    public var name: String
    /// The row of the provider catalogue: `kind`, default the name.
    public var kind: String
    /// Whether it may be called. False when its key is needed and empty.
    public var isEnabled: Bool
    /// Where it is: `base_url`. `nil`: where its kind says.
    public var baseURL: BaseURL?
    /// The credentials that take turns: `api_key` or `api_keys`.
    public var apiKeys: [Secret]
    /// `api_version`, for kinds that have one.
    public var apiVersion: String?
    /// `region`, for kinds that have one.
    public var region: String?
    /// `project`, for kinds that have one.
    public var project: String?
    /// Keys that sign, for kinds that take them; `nil` where the section names none.
    public var signing: SigningKeys?
    /// The section of the vendor's own credentials file that is used: `profile`.
    public var profile: String?
    /// The JSON of a service account: `service_account`, itself or the content of the file that it names.
    public var serviceAccount: Secret?
    /// Which one dialect it is to serve, for kinds that can be told: `dialect`.
    public var dialect: String?
    /// What is said of its models over the built-in table: `capabilities`.
    public var capabilities: [CapabilityOverride]
    /// The most exchanges at once in the whole process: `max_concurrency`. `nil`: unbounded.
    public var maxConcurrency: Int?
    /// How many exchanges may wait for one of those: `queue`. `nil`: sixteen for each, and 64 at least.
    public var queue: Int?
    /// When its targets are left alone for a while: `breaker`. `nil` (`off`): never.
    public var breaker: BreakerConfiguration?
    /// The share of requests that may be tried again, so that an outage is not made worse: `retry_budget`, default 20 %.
    /// `nil` (`off`): all of them.
    public var retryBudget: Percentage?
    /// How it is asked whether it is well: `probe`. `nil`: not at all.
    public var probe: ProbeConfiguration?
    /// What it sets over `server.timeouts`: `timeouts`.
    public var timeouts: TimeoutOverrides
    /// Headers that are added to every request to it, in the order of the file: `headers`.
    public var headers: [HeaderField]
    /// Names (lower case) of client headers that are let through besides those of its kind: `forward_headers`.
    public var forwardHeaders: [String]
    /// A PEM file of the authorities that sign its certificate: `ca`.
    public var certificateAuthorities: String?
    /// How it is reached: `proxy`.
    public var proxy: Proxy
    /// The limits and budgets of all requests to it together, as they are written: `limits`. `nil`: none.
    public var limits: RuleText?

    /// Makes a provider; what is left out has its default.
    public init(
        name: String,
        kind: String? = nil,
        isEnabled: Bool = true,
        baseURL: BaseURL? = nil,
        apiKeys: [Secret] = [],
        apiVersion: String? = nil,
        region: String? = nil,
        project: String? = nil,
        signing: SigningKeys? = nil,
        profile: String? = nil,
        serviceAccount: Secret? = nil,
        dialect: String? = nil,
        capabilities: [CapabilityOverride] = [],
        maxConcurrency: Int? = nil,
        queue: Int? = nil,
        breaker: BreakerConfiguration? = BreakerConfiguration(),
        retryBudget: Percentage? = .percent(20),
        probe: ProbeConfiguration? = nil,
        timeouts: TimeoutOverrides = TimeoutOverrides(),
        headers: [HeaderField] = [],
        forwardHeaders: [String] = [],
        certificateAuthorities: String? = nil,
        proxy: Proxy = .inherited,
        limits: RuleText? = nil
    ) {
        self.name = name
        self.kind = kind ?? name
        self.isEnabled = isEnabled
        self.baseURL = baseURL
        self.apiKeys = apiKeys
        self.apiVersion = apiVersion
        self.region = region
        self.project = project
        self.signing = signing
        self.profile = profile
        self.serviceAccount = serviceAccount
        self.dialect = dialect
        self.capabilities = capabilities
        self.maxConcurrency = maxConcurrency
        self.queue = queue
        self.breaker = breaker
        self.retryBudget = retryBudget
        self.probe = probe
        self.timeouts = timeouts
        self.headers = headers
        self.forwardHeaders = forwardHeaders
        self.certificateAuthorities = certificateAuthorities
        self.proxy = proxy
        self.limits = limits
    }
}
