public import SluiceCore

/// The client side of the gateway: `server` in the file.
public struct ServerConfiguration: Sendable, Equatable {
    /// Which listener answers `GET /metrics`.
    public enum MetricsListener: String, Sendable, CaseIterable {
        /// The client listener, and the admin listener where there is one.
        case client
        /// The admin listener alone.
        case admin
    }

    /// Where clients connect: `server.listen`, default `127.0.0.1:8080`.
    public var listen: HostPort
    /// Where the admin API listens: `server.admin`. `nil`: no admin listener.
    public var admin: HostPort?
    /// Who answers `/metrics`: `server.metrics`, default `client`.
    public var metrics: MetricsListener
    /// The number of event loops: `server.threads`. `nil` (`auto`): one a core.
    public var threads: Int?
    /// TLS of the client listener: `server.tls`. `nil`: clear text.
    public var tls: TLSConfiguration?
    /// Sizes and counts that bound what clients may use: `server.limits`.
    public var limits: ServerLimits
    /// The deadline of each phase of an exchange: `server.timeouts`.
    public var timeouts: Timeouts
    /// Peers whose `x-forwarded-for` is believed: `server.trusted_proxies`, default none.
    public var trustedProxies: [CIDR]
    /// Whether every connection begins with a PROXY protocol header: `server.proxy_protocol`, default false.
    public var proxyProtocol: Bool
    /// Cross-origin access for browsers: `server.cors`. `nil`: off.
    public var cors: CORSConfiguration?
    /// Whether whole JSON replies are gzipped for clients that ask: `server.compression`, default true.
    public var compression: Bool
    /// How long running exchanges may go on after SIGTERM: `server.shutdown_grace`, default 30 s.
    public var shutdownGrace: Duration
    /// Whether clients see the model name that the provider knows instead of the one that they asked for:
    /// `server.expose_target_model`, default false. A model's own setting goes before it.
    public var exposesTargetModel: Bool
    /// What seals the thoughts that clients carry: `server.carrier_key`. `nil`: a key made of the providers' credentials.
    public var carrierKey: Secret?
    /// Whether the gateway is ready only while the database can be reached: `server.ready_needs_database`, default false. Otherwise it is
    /// ready for as long as known keys are valid without it.
    public var readyNeedsDatabase: Bool

    /// Makes a server configuration; what is left out has its default.
    public init(
        listen: HostPort = HostPort(host: "127.0.0.1", port: 8080),
        admin: HostPort? = nil,
        metrics: MetricsListener = .client,
        threads: Int? = nil,
        tls: TLSConfiguration? = nil,
        limits: ServerLimits = ServerLimits(),
        timeouts: Timeouts = Timeouts(),
        trustedProxies: [CIDR] = [],
        proxyProtocol: Bool = false,
        cors: CORSConfiguration? = nil,
        compression: Bool = true,
        shutdownGrace: Duration = .seconds(30),
        exposesTargetModel: Bool = false,
        carrierKey: Secret? = nil,
        readyNeedsDatabase: Bool = false
    ) {
        self.listen = listen
        self.admin = admin
        self.metrics = metrics
        self.threads = threads
        self.tls = tls
        self.limits = limits
        self.timeouts = timeouts
        self.trustedProxies = trustedProxies
        self.proxyProtocol = proxyProtocol
        self.cors = cors
        self.compression = compression
        self.shutdownGrace = shutdownGrace
        self.exposesTargetModel = exposesTargetModel
        self.carrierKey = carrierKey
        self.readyNeedsDatabase = readyNeedsDatabase
    }
}
