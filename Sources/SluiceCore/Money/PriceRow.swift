/// A row of a book of prices: who sells which models for what.
public struct PriceRow: Sendable, Hashable {
    /// The name of the provider for which it holds, of a row of the configuration. `nil`: any.
    public var provider: String?
    /// The kind of providers for which it holds, of a built-in row.
    public var kind: String?
    /// The models, by the names that the provider knows.
    public var models: ModelPattern
    /// The price.
    public var price: ModelPrice

    /// Makes a row.
    public init(provider: String? = nil, kind: String? = nil, models: ModelPattern, price: ModelPrice) {
        self.provider = provider
        self.kind = kind
        self.models = models
        self.price = price
    }
}

extension PriceBook {
    /// Every row: those of the configuration first, a provider's own before those for all, then the built-in ones; each of these in
    /// the order of names.
    public var rows: [PriceRow] {
        var rows: [PriceRow] = []
        for (provider, index) in self.overridesByProvider.sorted(by: { $0.key < $1.key }) {
            rows += index.entries.map { PriceRow(provider: provider, models: $0.models, price: $0.price) }
        }
        rows += self.overrides.entries.map { PriceRow(models: $0.models, price: $0.price) }
        for (kind, index) in self.byKind.sorted(by: { $0.key < $1.key }) {
            rows += index.entries.map { PriceRow(kind: kind, models: $0.models, price: $0.price) }
        }
        return rows
    }
}
