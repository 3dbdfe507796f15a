/// How a provider is asked whether it is well, beside what requests tell: `providers.<name>.probe`.
public struct ProbeConfiguration: Sendable, Equatable {
    /// The time between two probes: `every`, default 10 s.
    public var every: Duration
    /// What is asked for by GET, from the root of the provider's host: `path`, default `/health`.
    public var path: String
    /// How long an answer may take: `timeout`, default 2 s.
    public var timeout: Duration

    /// Makes a configuration; what is left out has its default.
    public init(every: Duration = .seconds(10), path: String = "/health", timeout: Duration = .seconds(2)) {
        self.every = every
        self.path = path
        self.timeout = timeout
    }
}
