public import SluiceCore

/// The whole configuration of one gateway: every key resolved, checked and in its own type.
///
/// A value of this type is what a snapshot is built from. It holds no reference to the file it came from: `${...}`
/// references are resolved, defaults filled in and environment overrides applied. ``init()`` is the configuration of a
/// gateway that has no file at all and an empty environment.
public struct GatewayConfiguration: Sendable, Equatable {
    /// The listeners, their limits and timeouts.
    public var server: ServerConfiguration
    /// What is logged and how.
    public var logging: LoggingConfiguration
    /// Where keys, budgets and the ledger are kept.
    public var storage: StorageConfiguration
    /// The record of every exchange.
    public var ledger: LedgerConfiguration
    /// The capture of prompts and answers.
    public var capture: CaptureConfiguration
    /// How providers are reached: proxy and certificate authorities.
    public var outbound: OutboundConfiguration
    /// The providers in the order of the file, those that are switched off included (see
    /// ``ProviderConfiguration/isEnabled``).
    public var providers: [ProviderConfiguration]
    /// The model table in the order of the file. Empty: names resolve by the providers' own patterns.
    public var models: [ModelConfiguration]
    /// What is looked at before the model table; the first match wins.
    public var routes: [RouteConfiguration]
    /// Who may call.
    public var auth: AuthConfiguration
    /// What models cost, over the built-in book, in the order of the file: `prices`. A provider is one of ``providers``.
    public var prices: [PriceBook.Override]
    /// What becomes of requests for models whose price is not known: `unknown_price`.
    public var unknownPrice: UnknownPrice
    /// How much everybody may ask: `limits`.
    public var limits: LimitsConfiguration

    /// Makes a configuration; what is left out has its default.
    public init(
        server: ServerConfiguration = ServerConfiguration(),
        logging: LoggingConfiguration = LoggingConfiguration(),
        storage: StorageConfiguration = StorageConfiguration(),
        ledger: LedgerConfiguration = LedgerConfiguration(),
        capture: CaptureConfiguration = CaptureConfiguration(),
        outbound: OutboundConfiguration = OutboundConfiguration(),
        providers: [ProviderConfiguration] = [],
        models: [ModelConfiguration] = [],
        routes: [RouteConfiguration] = [],
        auth: AuthConfiguration = AuthConfiguration(),
        prices: [PriceBook.Override] = [],
        unknownPrice: UnknownPrice = .flag,
        limits: LimitsConfiguration = LimitsConfiguration()
    ) {
        self.server = server
        self.logging = logging
        self.storage = storage
        self.ledger = ledger
        self.capture = capture
        self.outbound = outbound
        self.providers = providers
        self.models = models
        self.routes = routes
        self.auth = auth
        self.prices = prices
        self.unknownPrice = unknownPrice
        self.limits = limits
    }
}
