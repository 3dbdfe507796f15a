/// Which browser pages may call the gateway from another origin: `server.cors`.
public struct CORSConfiguration: Sendable, Equatable {
    /// The origins that are let in.
    public enum AllowedOrigins: Sendable, Equatable {
        /// Any origin: `["*"]`.
        case any
        /// These alone, each `scheme://host[:port]` in lower case.
        case only([String])
    }

    /// `allowed_origins`.
    public var allowedOrigins: AllowedOrigins
    /// How long a browser may keep the answer to a preflight: `max_age`, default 10 min.
    public var maxAge: Duration

    /// Makes a CORS configuration.
    public init(allowedOrigins: AllowedOrigins, maxAge: Duration = .seconds(600)) {
        self.allowedOrigins = allowedOrigins
        self.maxAge = maxAge
    }

    /// Whether a page of `origin` (the value of the `Origin` header) may read the answer.
    public func allows(origin: String) -> Bool {
        switch allowedOrigins {
        case .any: true
        case .only(let origins): origins.contains(origin.lowercased())
        }
    }
}
