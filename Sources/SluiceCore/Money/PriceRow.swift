/// A row of a book of prices: who sells which models for what.
public struct PriceRow: Sendable, Hashable {
    /// The name of the provider for which it holds, of a row that is not built in. `nil`: any.
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

extension PriceRow {
    /// Whence a row comes. The raw value stands in the admin API.
    public enum Origin: String, Sendable, CaseIterable {
        /// It was set over the admin API.
        case override
        /// The configuration says so.
        case configuration
        /// It is built in.
        case book
    }

    /// Whence it comes.
    public var origin: Origin {
        switch self.price.source {
        case .override: .override
        case .configuration: .configuration
        case .published, .own, .highest: .book
        }
    }
}

extension PriceBook {
    /// Every row in the order in which they count: those of the admin API, of the configuration, and the built-in ones; of the first two
    /// a provider's own before those for all. Each of these in the order of names.
    public var rows: [PriceRow] {
        let builtIn = self.byKind.sorted { $0.key < $1.key }.flatMap { kind, index in
            index.entries.map { PriceRow(kind: kind, models: $0.models, price: $0.price) }
        }
        return self.stored.rows + self.configured.rows + builtIn
    }
}
