public import SluiceWire

/// One provider plus the model name that it knows: an item of `models.<name>.targets`.
public struct TargetConfiguration: Sendable, Equatable {
    /// The name of the provider; one of ``GatewayConfiguration/providers``.
    public var provider: String
    /// The model name that is sent upstream. `nil`: the name that the client sent.
    public var model: String?
    /// The share of requests under a weighted strategy; kept for it, without effect so far.
    public var weight: Int?
    /// What is said of the model over the provider's capabilities: `capabilities`.
    public var capabilities: [CapabilityOverride]

    /// Makes a target.
    public init(
        provider: String,
        model: String? = nil,
        weight: Int? = nil,
        capabilities: [CapabilityOverride] = []
    ) {
        self.provider = provider
        self.model = model
        self.weight = weight
        self.capabilities = capabilities
    }
}
