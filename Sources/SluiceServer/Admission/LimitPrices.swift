import SluiceConfig
import SluiceCore
import SluiceWire

/// What models cost, for budgets of money.
struct LimitPrices: Sendable {
    private let book: PriceBook
    /// The kinds of the providers, by name.
    private let kinds: [String: String]
    /// What single targets of the model table cost, over the book.
    private let targets: [Target: ModelPrice]

    private struct Target: Hashable {
        var provider: String
        var model: String
    }

    init(_ configuration: GatewayConfiguration) {
        self.book = PriceBook.builtIn.overridden(by: configuration.prices)
        self.kinds = Dictionary(
            configuration.providers.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
        var targets: [Target: ModelPrice] = [:]
        for model in configuration.models {
            for target in model.targets {
                guard let price = target.price, let provider = target.provider,
                    let name = target.model ?? (model.pattern.isExact ? model.pattern.text : nil)
                else { continue }
                targets[Target(provider: provider, model: name)] = price
            }
        }
        self.targets = targets
    }

    /// What a model costs at a provider, by the name that the provider knows; `nil` where nobody says.
    ///
    /// - Parameter now: nanoseconds since 1970.
    func price(of model: String, provider: String, at now: Int64) -> ModelPrice? {
        if !self.targets.isEmpty, let price = self.targets[Target(provider: provider, model: model)] { return price }
        return self.book.price(
            of: model, provider: provider, kind: self.kinds[provider] ?? provider,
            on: PriceDate(nanosecondsSince1970: now))
    }

    /// What tokens cost; nothing where nobody says.
    func cost(of usage: TokenUsage, provider: String, model: String, at now: Int64) -> NanoUSD {
        self.price(of: model, provider: provider, at: now)?.cost(of: usage) ?? .zero
    }
}
