public import SluiceCore
import Synchronization

/// What the models of a snapshot's providers cost: each looked up in the book once, then remembered.
///
/// Targets that the model table names have their price in ``ModelSettings/pricings`` and do not come here.
public final class PriceTable: Sendable {
    /// A provider as the book knows it.
    public struct Provider: Sendable {
        /// Its name in the configuration.
        public var name: String
        /// Its row in the catalogue.
        public var kind: String

        /// Makes a provider.
        public init(name: String, kind: String) {
            self.name = name
            self.kind = kind
        }
    }

    private struct Key: Hashable {
        var provider: Int
        var model: String
        var own: ModelPrice?
    }

    /// Clients may name any model; beyond so many, names are looked up each time.
    private static let rememberedLimit = 10_000

    /// The prices.
    public let book: PriceBook
    /// What becomes of requests for models whose price is not known.
    public let unknown: UnknownPrice
    private let providers: [Provider]
    /// For each provider what its models cost at most, where that takes the place of prices that are not known.
    private let substitutes: [ModelPrice?]
    private let remembered = Mutex<[Key: ModelPricing]>([:])

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - book: the prices.
    ///   - providers: the snapshot's providers, in their order.
    ///   - unknown: what becomes of requests for models whose price is not known.
    ///   - today: the day as of which the highest prices are taken.
    public init(
        book: PriceBook = .builtIn,
        providers: [Provider] = [],
        unknown: UnknownPrice = .flag,
        today: PriceDate = PriceDate(nanosecondsSince1970: 0)
    ) {
        self.book = book
        self.unknown = unknown
        self.providers = providers
        self.substitutes = providers.map { provider in
            unknown == .estimateHigh ? book.highest(kind: provider.kind, from: today) : nil
        }
    }

    /// What a model of a provider costs.
    ///
    /// - Parameters:
    ///   - model: the name that the provider knows.
    ///   - provider: the provider's place in the snapshot.
    ///   - own: what the configuration says of the very target that the model is asked at.
    public func pricing(of model: String, provider: Int, own: ModelPrice? = nil) -> ModelPricing {
        guard self.providers.indices.contains(provider) else { return .unknown }
        let key = Key(provider: provider, model: model, own: own)
        if let known = self.remembered.withLock({ $0[key] }) { return known }
        let row = self.providers[provider]
        let pricing = self.book.pricing(
            of: model, provider: row.name, kind: row.kind, own: own, substitute: self.substitutes[provider])
        self.remembered.withLock { remembered in
            if remembered.count < Self.rememberedLimit { remembered[key] = pricing }
        }
        return pricing
    }
}
