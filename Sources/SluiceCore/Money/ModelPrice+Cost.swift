public import SluiceWire

extension ModelPrice {
    /// What a request with this usage costs: each class of tokens rounded once, then added.
    ///
    /// - Parameters:
    ///   - usage: the tokens, in classes that do not overlap.
    ///   - requests: how many requests it took.
    ///   - images: how many pictures were made.
    public func cost(of usage: TokenUsage, requests: Int = 1, images: Int = 0) -> NanoUSD {
        self.itemized(usage, requests: requests, images: images, priceVersion: "").total
    }

    /// The same by class.
    ///
    /// - Parameter priceVersion: what stands in the result for this price, see ``version``.
    public func itemized(
        _ usage: TokenUsage,
        requests: Int = 1,
        images: Int = 0,
        priceVersion: String
    ) -> AttemptCost {
        var rates = self.rates
        if let longContext, usage.promptTokens > longContext.aboveInputTokens { rates = longContext.rates }
        var cost = rates.itemized(usage, priceVersion: priceVersion)
        cost.other = self.request * requests + self.image * images
        return cost
    }

    /// Whether it has a price of its own for requests or pictures, beside tokens or in place of them.
    public var isPerRequest: Bool { self.request > .zero || self.image > .zero }
}
