public import NIOCore
public import SluiceCore
public import SluiceWire

/// What one entry of the model table says beside where it leads: how its attempts are made and what may become of answers.
public struct ModelSettings: Sendable {
    /// What it sets over a provider's timeouts; `nil`: nothing.
    public var timeouts: (@Sendable (AttemptTimeouts) -> AttemptTimeouts)?
    /// Whether a conversion may lose nothing.
    public var convertsStrictly = false
    /// For each of its targets, what it says of a model over the built-in table.
    public var capabilityOverrides: [@Sendable (ModelCapabilities) -> ModelCapabilities] = []
    /// For each of its targets what it costs, where that is the same whatever the client's name for the model is.
    public var pricings: [ModelPricing?] = []
    /// For each of its targets what it says of their price, where the client's name for the model may have another in the book.
    public var ownPrices: [ModelPrice?] = []
    /// What its strategy, and those of the entries within it and behind it, need to know of a request.
    public var needs: SignalNeeds = []
    /// What the `sticky` strategy follows, if it or an entry within it has that strategy.
    public var stickyBy: StickyBy?
    /// After which time without an answer a second attempt begins; `nil`: none does.
    public var hedgeAfter: TimeAmount?
    /// Where copies of its requests go; `nil`: nowhere.
    public var mirror: MirrorSettings?
    /// Whether clients see the name that the provider knows the model by.
    public var exposesTargetModel = false
    /// Whether prompts and answers are captured, where the key does not say otherwise.
    public var isCaptured = false

    /// Makes settings that change nothing.
    public init() {}
}

/// Where copies of a model's requests go, whose answers nobody sees.
public struct MirrorSettings: Sendable {
    /// The name of the model that the copies are for, as a client would write it.
    public var model: String
    /// The share of the requests that are copied, from 0 to 1.
    public var share: Double

    /// Makes settings.
    public init(model: String, share: Double) {
        self.model = model
        self.share = share
    }
}
