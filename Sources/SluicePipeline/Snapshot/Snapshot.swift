import NIOCore
public import SluiceCore
public import SluiceHTTP
public import SluiceRouting
public import SluiceWire

/// The whole configuration as the request path uses it: one immutable value. Every request keeps the one it began with.
public final class Snapshot: Sendable {
    /// One provider, with what the gateway holds for it.
    public struct ProviderEntry: Sendable {
        /// The provider.
        public var provider: any Provider
        /// Where its connections go.
        public let origin: UpstreamOrigin
        /// The authority of its requests.
        public let authority: String
        /// Its `max_concurrency`, if it has one.
        public var permits: Permits?
        /// How long its phases may take.
        public var timeouts: AttemptTimeouts

        /// Makes an entry.
        public init(provider: any Provider, origin: UpstreamOrigin, permits: Permits?, timeouts: AttemptTimeouts) {
            self.provider = provider
            self.origin = origin
            self.authority = origin.authority
            self.permits = permits
            self.timeouts = timeouts
        }
    }

    /// The model table.
    public let models: ModelTable
    /// The providers, in the order that ``Target/provider`` counts.
    public let providers: [ProviderEntry]
    /// What each entry of the model table says beside where it leads; parallel to its entries.
    public let modelSettings: [ModelSettings]
    /// Knows the keys.
    public let authenticator: any Authenticator
    /// Knows client certificates; `nil` when none is taken in place of a key.
    public let certificatePrincipals: CertificatePrincipals?
    /// How providers are told who asks.
    public let identityHeaders: IdentityHeaders
    /// Whether a request needs a key.
    public let isAuthenticationRequired: Bool
    /// The longest request body, in bytes.
    public let bodyLimitBytes: Int
    /// Which origins browsers may call from.
    public let crossOrigin: CrossOrigin?
    /// Whether whole JSON answers are compressed for clients that ask for it.
    public let isCompressionEnabled: Bool
    /// Whether `/metrics` is answered on the client listener.
    public let servesMetrics: Bool
    /// Whether the client's address may be taken from `x-forwarded-for` when the connection comes from here.
    public let isTrustedProxy: @Sendable (String) -> Bool
    /// The rules that are looked at before the model table.
    public let routes: RouteTable
    /// For each of these rules, whether a conversion may lose nothing.
    public let strictRoutes: [Bool]
    /// Whether clients see the names that providers know models by, where no entry of the model table says.
    public let exposesTargetModel: Bool
    /// Seals the thoughts that clients carry.
    public let seal: any CarrierSeal
    /// What models cost.
    public let prices: PriceTable
    /// Says which requests may run; `nil`: all of them.
    public let admission: (any AdmissionControl)?
    /// Captures prompts and answers; `nil`: those of nobody.
    public let capture: PayloadCapture?
    /// Makes accounts and their keys; `nil`: there are no such paths.
    public let accounts: (any AccountService)?

    /// Makes a snapshot.
    public init(
        models: ModelTable,
        providers: [ProviderEntry],
        modelSettings: [ModelSettings] = [],
        authenticator: any Authenticator,
        certificatePrincipals: CertificatePrincipals? = nil,
        identityHeaders: IdentityHeaders = IdentityHeaders(),
        isAuthenticationRequired: Bool,
        bodyLimitBytes: Int,
        crossOrigin: CrossOrigin?,
        isCompressionEnabled: Bool,
        servesMetrics: Bool,
        isTrustedProxy: @escaping @Sendable (String) -> Bool,
        routes: RouteTable = RouteTable(),
        strictRoutes: [Bool] = [],
        exposesTargetModel: Bool = false,
        seal: any CarrierSeal,
        prices: PriceTable = PriceTable(),
        admission: (any AdmissionControl)? = nil,
        capture: PayloadCapture? = nil,
        accounts: (any AccountService)? = nil
    ) {
        self.models = models
        self.providers = providers
        self.modelSettings = modelSettings
        self.authenticator = authenticator
        self.certificatePrincipals = certificatePrincipals
        self.identityHeaders = identityHeaders
        self.isAuthenticationRequired = isAuthenticationRequired
        self.bodyLimitBytes = bodyLimitBytes
        self.crossOrigin = crossOrigin
        self.isCompressionEnabled = isCompressionEnabled
        self.servesMetrics = servesMetrics
        self.isTrustedProxy = isTrustedProxy
        self.routes = routes
        self.strictRoutes = strictRoutes
        self.exposesTargetModel = exposesTargetModel
        self.seal = seal
        self.prices = prices
        self.admission = admission
        self.capture = capture
        self.accounts = accounts
    }

    /// What an entry of the model table says, if there is one.
    func settings(of entry: Int?) -> ModelSettings? {
        self.place(of: entry).map { self.modelSettings[$0] }
    }

    // The settings are large; what one of them says is read where it lies.
    private func place(of entry: Int?) -> Int? {
        guard let entry, self.modelSettings.indices.contains(entry) else { return nil }
        return entry
    }

    /// What the model of a target accepts.
    func capabilities(of target: Target) -> ModelCapabilities {
        let capabilities = self.providers[target.provider].provider.capabilities(of: target.model)
        guard let place = self.place(of: target.entry), let index = target.index,
            self.modelSettings[place].capabilityOverrides.indices.contains(index)
        else { return capabilities }
        return self.modelSettings[place].capabilityOverrides[index](capabilities)
    }

    /// What the model of a target costs.
    func pricing(of target: Target) -> ModelPricing {
        var own: ModelPrice?
        if let place = self.place(of: target.entry), let index = target.index {
            if self.modelSettings[place].pricings.indices.contains(index),
                let pricing = self.modelSettings[place].pricings[index]
            {
                return pricing
            }
            if self.modelSettings[place].ownPrices.indices.contains(index) {
                own = self.modelSettings[place].ownPrices[index]
            }
        }
        return self.prices.pricing(of: target.model, provider: target.provider, own: own)
    }

    /// Whether a conversion may lose nothing: the rule says so that led to the model, else its entry.
    func convertsStrictly(entry: Int?, route: Int?) -> Bool {
        if let route, self.strictRoutes.indices.contains(route), self.strictRoutes[route] { return true }
        return self.place(of: entry).map { self.modelSettings[$0].convertsStrictly } ?? false
    }

    /// How long the phases of an attempt may take.
    func timeouts(of entry: Int?, provider: ProviderEntry) -> AttemptTimeouts {
        guard let place = self.place(of: entry), let change = self.modelSettings[place].timeouts else {
            return provider.timeouts
        }
        return change(provider.timeouts)
    }

    /// How long an exchange may take in all: what the model's entry says, else its first target's provider.
    func totalTimeout(of plan: AttemptPlan) -> TimeAmount {
        guard let provider = plan.firstProvider, self.providers.indices.contains(provider) else { return .minutes(30) }
        return self.timeouts(of: plan.entry, provider: self.providers[provider]).relay.total
    }

    /// Whether clients of a model see the name that its provider knows it by.
    func exposesTargetModel(entry: Int?) -> Bool {
        self.place(of: entry).map { self.modelSettings[$0].exposesTargetModel } ?? self.exposesTargetModel
    }
}
