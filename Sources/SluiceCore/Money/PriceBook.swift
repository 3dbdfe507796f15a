/// What models cost: the built-in rows of the vendors, what the configuration says over them, and what was set over the admin API
/// over both.
///
/// A look-up goes through the overrides of the admin API first, then the configuration: in each, rows for the provider by name, then
/// those for any. Then come the rows of the provider's kind. Within each an exact name goes before patterns, and of patterns the one
/// with more literal characters. Exact names are found in constant time, whatever the size of the book.
public struct PriceBook: Sendable {
    /// A price over the book: of the configuration, or of the admin API.
    public struct Override: Sendable, Hashable {
        /// The name of the provider for which it holds. `nil`: any.
        public var provider: String?
        /// The models, by the names that the provider knows.
        public var models: ModelPattern
        /// The price.
        public var price: ModelPrice

        /// Makes a price over the book.
        public init(provider: String? = nil, models: ModelPattern, price: ModelPrice) {
            self.provider = provider
            self.models = models
            self.price = price
        }
    }

    /// The built-in book alone: what vendors publish, and the mock model, which costs nothing.
    public static let builtIn = PriceBook(published: PublishedPrices.all, free: ["mock"])

    /// What was set over the admin API.
    private(set) var stored = PriceLayer()
    /// What the configuration says.
    private(set) var configured = PriceLayer()
    private(set) var byKind: [String: PriceIndex] = [:]

    /// Every published price, for ``highest(kind:from:)``.
    let published: [ModelPrice]

    /// Makes a book of published rows.
    ///
    /// - Parameter free: kinds of providers whose models all are known to cost nothing.
    init(published: [PublishedPrice], free: [String] = []) {
        self.published = published.compactMap(\.price)
        for kind in free { self.byKind[kind, default: PriceIndex()].add(.free, for: ModelPattern("*")) }
        for row in published {
            // A row that cannot be read is none; a test sees to it that there is no such row.
            guard let price = row.price else { continue }
            for kind in row.kinds {
                for model in row.models {
                    self.byKind[kind, default: PriceIndex()].add(price, for: ModelPattern(model))
                }
            }
        }
    }

    /// This book with the prices of a configuration over it, in place of any that it had. Of two for the same name the
    /// first counts.
    public func overridden(by overrides: [Override]) -> PriceBook {
        var result = self
        result.configured = PriceLayer(overrides)
        return result
    }

    /// This book with the prices of the admin API over it and over the configuration's, in place of any that it had. Of two whose
    /// patterns say as much the first counts.
    public func overridden(byStored records: [PriceRecord]) -> PriceBook {
        var result = self
        result.stored = PriceLayer(
            records.map { Override(provider: $0.provider, models: $0.models, price: $0.price) })
        return result
    }

    /// What a model costs on a day; `nil` where nobody says.
    ///
    /// - Parameters:
    ///   - model: the name that the provider knows.
    ///   - provider: the provider's name in the configuration.
    ///   - kind: the provider's row in the catalogue.
    ///   - own: what the configuration says of the very target; it goes before all but the admin API.
    ///   - day: the day of the request.
    public func price(
        of model: String,
        provider: String,
        kind: String,
        own: ModelPrice? = nil,
        on day: PriceDate
    ) -> ModelPrice? {
        self.stored.price(of: model, provider: provider, on: day) ?? own
            ?? self.configured.price(of: model, provider: provider, on: day)
            ?? self.byKind[kind]?.price(of: model, on: day)
    }

    /// Whether anything was set over the admin API.
    public var hasStored: Bool { !self.stored.isEmpty }

    /// Whether the book has a price of a model for some day.
    public func knows(_ model: String, provider: String, kind: String) -> Bool {
        self.stored.knows(model, provider: provider) || self.configured.knows(model, provider: provider)
            || self.byKind[kind]?.knows(model) ?? false
    }

    /// The prices of a model for all days, in the order in which they count. `own` is as in ``price(of:provider:kind:own:on:)``.
    func prices(of model: String, provider: String, kind: String, own: ModelPrice? = nil) -> [ModelPrice] {
        let stored = self.stored.prices(of: model, provider: provider)
        if let own { return stored + [own] }
        return stored + self.configured.prices(of: model, provider: provider)
            + (self.byKind[kind]?.prices(of: model) ?? [])
    }

    /// The published prices of a kind.
    func published(kind: String) -> [ModelPrice] { self.byKind[kind]?.all ?? [] }
}
