/// Prices of one origin that go before the book: those for a provider by its name, then those for any.
struct PriceLayer: Sendable {
    private var byProvider: [String: PriceIndex] = [:]
    private var any = PriceIndex()
    /// Whether there are none.
    let isEmpty: Bool

    /// Makes a layer. Of two for the same name the first counts.
    init(_ overrides: [PriceBook.Override] = []) {
        self.isEmpty = overrides.isEmpty
        for override in overrides {
            if let provider = override.provider {
                self.byProvider[provider, default: PriceIndex()].add(override.price, for: override.models)
            } else {
                self.any.add(override.price, for: override.models)
            }
        }
    }

    /// What a model costs on a day; `nil` where the layer does not say.
    func price(of model: String, provider: String, on day: PriceDate) -> ModelPrice? {
        self.byProvider[provider]?.price(of: model, on: day) ?? self.any.price(of: model, on: day)
    }

    /// The prices of a model for all days, in the order in which they count.
    func prices(of model: String, provider: String) -> [ModelPrice] {
        (self.byProvider[provider]?.prices(of: model) ?? []) + self.any.prices(of: model)
    }

    /// Whether there is a price of a model for some day.
    func knows(_ model: String, provider: String) -> Bool {
        self.byProvider[provider]?.knows(model) ?? false || self.any.knows(model)
    }

    /// Every row: a provider's own before those for any, each in the order of names.
    var rows: [PriceRow] {
        let own = self.byProvider.sorted { $0.key < $1.key }.flatMap { provider, index in
            index.entries.map { PriceRow(provider: provider, models: $0.models, price: $0.price) }
        }
        return own + self.any.entries.map { PriceRow(models: $0.models, price: $0.price) }
    }
}
