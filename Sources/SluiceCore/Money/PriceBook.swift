/// What models cost: the built-in rows of the vendors, and what the configuration says over them.
///
/// A look-up goes through the configuration first: rows for the provider by name, then those for any. Then come the rows
/// of the provider's kind. Within each an exact name goes before patterns, and of patterns the one with more literal
/// characters. Exact names are found in constant time, whatever the size of the book.
public struct PriceBook: Sendable {
    /// A price of the configuration.
    public struct Override: Sendable, Hashable {
        /// The name of the provider for which it holds. `nil`: any.
        public var provider: String?
        /// The models, by the names that the provider knows.
        public var models: ModelPattern
        /// The price.
        public var price: ModelPrice

        /// Makes a price of the configuration.
        public init(provider: String? = nil, models: ModelPattern, price: ModelPrice) {
            self.provider = provider
            self.models = models
            self.price = price
        }
    }

    /// The built-in book alone: what vendors publish, and the mock model, which costs nothing.
    public static let builtIn = PriceBook(published: PublishedPrices.all, free: ["mock"])

    private(set) var overrides = PriceIndex()
    private(set) var overridesByProvider: [String: PriceIndex] = [:]
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
        result.overrides = PriceIndex()
        result.overridesByProvider = [:]
        for override in overrides {
            if let provider = override.provider {
                result.overridesByProvider[provider, default: PriceIndex()].add(override.price, for: override.models)
            } else {
                result.overrides.add(override.price, for: override.models)
            }
        }
        return result
    }

    /// What a model costs on a day; `nil` where nobody says.
    ///
    /// - Parameters:
    ///   - model: the name that the provider knows.
    ///   - provider: the provider's name in the configuration.
    ///   - kind: the provider's row in the catalogue.
    ///   - day: the day of the request.
    public func price(of model: String, provider: String, kind: String, on day: PriceDate) -> ModelPrice? {
        self.overridesByProvider[provider]?.price(of: model, on: day) ?? self.overrides.price(of: model, on: day)
            ?? self.byKind[kind]?.price(of: model, on: day)
    }

    /// Whether the book has a price of a model for some day.
    public func knows(_ model: String, provider: String, kind: String) -> Bool {
        [self.overridesByProvider[provider], self.overrides, self.byKind[kind]].contains { $0?.knows(model) ?? false }
    }

    /// The prices of a model for all days, in the order in which they count.
    func prices(of model: String, provider: String, kind: String) -> [ModelPrice] {
        [self.overridesByProvider[provider], self.overrides, self.byKind[kind]].flatMap { $0?.prices(of: model) ?? [] }
    }

    /// The published prices of a kind.
    func published(kind: String) -> [ModelPrice] { self.byKind[kind]?.all ?? [] }
}
