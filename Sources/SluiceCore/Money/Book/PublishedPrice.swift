/// A row of the built-in book as a vendor publishes it: US dollars per million tokens, as decimal text.
///
/// Text and not numbers, so that a figure is what stands on the vendor's page and no fraction is lost.
struct PublishedPrice: Sendable {
    /// The rates as published. What is `nil` is not priced apart, or its price was not found.
    struct Rates: Sendable {
        var input = "0"
        var cacheRead: String?
        var cacheWrite5m: String?
        var cacheWrite1h: String?
        var output = "0"
        var reasoning: String?
        var audioInput: String?
        var audioOutput: String?
    }

    /// The kinds of providers that sell it.
    var kinds: [String] = []
    /// The names of the model, `*` standing for any run of characters.
    var models: [String]
    /// The rates of tokens.
    var rates: Rates
    /// The rates of long requests, and the number of input tokens above which they hold.
    var longContext: (aboveInputTokens: Int, rates: Rates)?
    /// US dollars for each request, and for each picture.
    var request = "0"
    var image = "0"
    /// The first day on which it holds, and the first on which it holds no more: `2026-11-05`.
    var from: String?
    var until: String?
    /// The vendor's page, and the day as of which it is known to say so.
    var page = ""
    var asOf = ""
}

extension PublishedPrice {
    /// Rows of one page: sold by providers of these kinds.
    static func page(_ page: String, asOf: String, kinds: [String], _ rows: [PublishedPrice]) -> [PublishedPrice] {
        rows.map { row in
            var row = row
            row.page = page
            row.asOf = asOf
            row.kinds = kinds
            return row
        }
    }

    /// The row as numbers; `nil` where a text is no number or no day.
    var price: ModelPrice? {
        guard let rates = self.rates.numbers, let asOf = PriceDate(self.asOf),
            let request = NanoUSD(dollars: self.request),
            let image = NanoUSD(dollars: self.image)
        else { return nil }
        var price = ModelPrice(
            rates: rates, request: request, image: image, source: .published(page: self.page, asOf: asOf))
        if let longContext {
            guard let rates = longContext.rates.numbers else { return nil }
            price.longContext = .init(aboveInputTokens: longContext.aboveInputTokens, rates: rates)
        }
        if let from {
            guard let day = PriceDate(from) else { return nil }
            price.from = day
        }
        if let until {
            guard let day = PriceDate(until) else { return nil }
            price.until = day
        }
        return price
    }
}

extension PublishedPrice.Rates {
    /// The rates as numbers; `nil` where a text is no number.
    fileprivate var numbers: TokenRates? {
        var isReadable = true
        func price(_ text: String?) -> TokenPrice? {
            guard let text else { return nil }
            let price = TokenPrice(dollarsPerMillion: text)
            if price == nil { isReadable = false }
            return price
        }
        let rates = TokenRates(
            input: price(self.input) ?? .zero, cacheRead: price(self.cacheRead), cacheWrite5m: price(self.cacheWrite5m),
            cacheWrite1h: price(self.cacheWrite1h), output: price(self.output) ?? .zero,
            reasoning: price(self.reasoning), audioInput: price(self.audioInput), audioOutput: price(self.audioOutput))
        return isReadable ? rates : nil
    }
}
