/// What one model of one provider costs on whatever day: found once for a model, so that a request compares days and no names.
public final class ModelPricing: Sendable {
    /// A price, and the text that stands for it in records.
    public struct Quote: Sendable {
        /// The price.
        public let price: ModelPrice
        /// Its ``ModelPrice/version``.
        public let version: String

        /// Makes a quote.
        public init(_ price: ModelPrice) {
            self.price = price
            self.version = price.version
        }
    }

    /// Nobody knows what it costs.
    public static let unknown = ModelPricing([])

    private let quotes: [Quote]
    /// What it is taken to cost when the price is not known; `nil`: it is not said.
    public let substitute: Quote?
    /// The first of ``quotes``, where it holds on any day.
    private let always: Quote?

    /// Makes the pricing of a model.
    ///
    /// - Parameters:
    ///   - prices: what is known of it; of those that hold on a day the first counts.
    ///   - substitute: the price in place of one that is not known.
    public init(_ prices: [ModelPrice], substitute: ModelPrice? = nil) {
        self.quotes = prices.map { Quote($0) }
        self.substitute = substitute.map { Quote($0) }
        self.always = self.quotes.first.flatMap { $0.price.from == nil && $0.price.until == nil ? $0 : nil }
    }

    /// The price at a moment, given in nanoseconds since 1970; `nil` where nobody says.
    public func quote(at nanosecondsSince1970: Int64) -> Quote? {
        if let always = self.always { return always }
        guard !self.quotes.isEmpty else { return nil }
        let day = PriceDate(nanosecondsSince1970: nanosecondsSince1970)
        return self.quotes.first { $0.price.holds(on: day) }
    }
}
