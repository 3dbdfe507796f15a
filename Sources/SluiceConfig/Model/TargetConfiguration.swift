public import SluiceCore
public import SluiceWire

/// An item of `models.<name>.targets`: one provider plus the model name that it knows, or another model of the table.
public struct TargetConfiguration: Sendable, Equatable {
    /// Where it leads.
    public var destination: ModelReference
    /// The share of requests under a strategy that weighs: `weight`, 0 to 1,000,000. `nil` counts as 1.
    public var weight: Int?
    /// What is said of the model over the provider's capabilities: `capabilities`. Empty for another model.
    public var capabilities: [CapabilityOverride]
    /// What it costs, over `prices` and the built-in book: `price`. `nil` for another model.
    public var price: ModelPrice?

    /// The name of the provider; `nil` for another model.
    public var provider: String? { destination.provider }

    /// The model name that is sent upstream. `nil`: the name that the client sent, or another model decides.
    public var model: String? {
        if case .provider(_, let model) = destination { model } else { nil }
    }

    /// Makes a target.
    public init(
        _ destination: ModelReference,
        weight: Int? = nil,
        capabilities: [CapabilityOverride] = [],
        price: ModelPrice? = nil
    ) {
        self.destination = destination
        self.weight = weight
        self.capabilities = capabilities
        self.price = price
    }

    /// Makes a target of a provider.
    public init(
        provider: String,
        model: String? = nil,
        weight: Int? = nil,
        capabilities: [CapabilityOverride] = [],
        price: ModelPrice? = nil
    ) {
        self.init(.provider(provider, model: model), weight: weight, capabilities: capabilities, price: price)
    }
}
