extension PriceBook {
    /// What a model costs on whatever day, as ``price(of:provider:kind:own:on:)`` says it for one.
    ///
    /// - Parameters:
    ///   - own: what the configuration says of the very target.
    ///   - substitute: what it costs when nobody knows its price.
    public func pricing(
        of model: String,
        provider: String,
        kind: String,
        own: ModelPrice? = nil,
        substitute: ModelPrice? = nil
    ) -> ModelPricing {
        let prices = self.prices(of: model, provider: provider, kind: kind, own: own)
        if prices.isEmpty, substitute == nil { return .unknown }
        return ModelPricing(prices, substitute: substitute)
    }

    /// The highest amount of each class that the book has on a day or later for a kind of providers; for a kind of which it has
    /// nothing, the highest of all. `nil` for an empty book.
    public func highest(kind: String, from day: PriceDate) -> ModelPrice? {
        let own = self.published(kind: kind)
        var highest: ModelPrice?
        for price in own.isEmpty ? self.published : own where price.until.map({ day < $0 }) ?? true {
            highest = highest.map { $0.raised(to: price) } ?? ModelPrice(rates: TokenRates()).raised(to: price)
        }
        return highest
    }
}

extension ModelPrice {
    /// The higher of both, class by class; long requests cost no less than any.
    fileprivate func raised(to other: ModelPrice) -> ModelPrice {
        var rates = self.rates.raised(to: other.rates)
        if let long = other.longContext { rates = rates.raised(to: long.rates) }
        return ModelPrice(
            rates: rates, request: max(self.request, other.request), image: max(self.image, other.image),
            source: .highest)
    }
}

extension TokenRates {
    fileprivate func raised(to other: TokenRates) -> TokenRates {
        func higher(_ left: TokenPrice?, _ right: TokenPrice?) -> TokenPrice? {
            guard let left, let right else { return left ?? right }
            return max(left, right)
        }
        var rates = self
        rates.input = max(self.input, other.input)
        rates.output = max(self.output, other.output)
        // What a vendor does not price apart costs what the class falls back to, which is in the two above.
        rates.cacheRead = rates.input
        rates.cacheWrite5m = higher(higher(self.cacheWrite5m, other.cacheWrite5m), rates.input)
        rates.cacheWrite1h = higher(higher(self.cacheWrite1h, other.cacheWrite1h), rates.cacheWrite5m)
        rates.reasoning = higher(higher(self.reasoning, other.reasoning), rates.output)
        rates.audioInput = higher(higher(self.audioInput, other.audioInput), rates.input)
        rates.audioOutput = higher(higher(self.audioOutput, other.audioOutput), rates.output)
        return rates
    }
}
