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
    /// For each entry of the model table, the timeouts that it sets itself; parallel to its entries.
    public let modelTimeouts: [@Sendable (AttemptTimeouts) -> AttemptTimeouts]
    /// Knows the keys.
    public let authenticator: any Authenticator
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
    /// Paths of earlier gateways' files, and the target that each leads to.
    public let fixedRoutes: [FixedRoute]

    /// Seals the thoughts that clients carry.
    public let seal: any CarrierSeal
    /// For each entry of the model table, whether a conversion may lose nothing; parallel to its entries.
    public let strictEntries: [Bool]
    /// For each entry of the model table and each of its targets, what it says of a model over the built-in table.
    public let capabilityOverrides: [[@Sendable (ModelCapabilities) -> ModelCapabilities]]

    /// Makes a snapshot.
    public init(
        models: ModelTable,
        providers: [ProviderEntry],
        modelTimeouts: [@Sendable (AttemptTimeouts) -> AttemptTimeouts],
        authenticator: any Authenticator,
        isAuthenticationRequired: Bool,
        bodyLimitBytes: Int,
        crossOrigin: CrossOrigin?,
        isCompressionEnabled: Bool,
        servesMetrics: Bool,
        isTrustedProxy: @escaping @Sendable (String) -> Bool,
        fixedRoutes: [FixedRoute],
        seal: any CarrierSeal,
        strictEntries: [Bool] = [],
        capabilityOverrides: [[@Sendable (ModelCapabilities) -> ModelCapabilities]] = []
    ) {
        self.models = models
        self.providers = providers
        self.modelTimeouts = modelTimeouts
        self.authenticator = authenticator
        self.isAuthenticationRequired = isAuthenticationRequired
        self.bodyLimitBytes = bodyLimitBytes
        self.crossOrigin = crossOrigin
        self.isCompressionEnabled = isCompressionEnabled
        self.servesMetrics = servesMetrics
        self.isTrustedProxy = isTrustedProxy
        self.fixedRoutes = fixedRoutes
        self.seal = seal
        self.strictEntries = strictEntries
        self.capabilityOverrides = capabilityOverrides
    }

    /// What the model of a target accepts.
    func capabilities(of plan: AttemptPlan, target: Target) -> ModelCapabilities {
        let capabilities = self.providers[target.provider].provider.capabilities(of: target.model)
        guard let entry = target.entry ?? plan.entry, self.capabilityOverrides.indices.contains(entry),
            let index = target.index,
            self.capabilityOverrides[entry].indices.contains(index)
        else { return capabilities }
        return self.capabilityOverrides[entry][index](capabilities)
    }

    /// Whether a conversion may lose nothing.
    func convertsStrictly(_ plan: AttemptPlan, _ route: FixedRoute?) -> Bool {
        if let route { return route.convertsStrictly }
        return plan.entry.map { self.strictEntries.indices.contains($0) && self.strictEntries[$0] } ?? false
    }

    /// How long the phases of an attempt at `target` may take.
    func timeouts(of plan: AttemptPlan, provider: ProviderEntry) -> AttemptTimeouts {
        guard let entry = plan.entry, self.modelTimeouts.indices.contains(entry) else { return provider.timeouts }
        return self.modelTimeouts[entry](provider.timeouts)
    }
}
