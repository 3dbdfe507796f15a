import SluiceWire
import Testing

@testable import SluiceCore

@Suite("What one model costs")
struct ModelPricingTests {
    private func price(_ input: String, _ output: String = "0", from: String? = nil, until: String? = nil) throws
        -> ModelPrice
    {
        ModelPrice(
            rates: TokenRates(
                input: try #require(TokenPrice(dollarsPerMillion: input)),
                output: try #require(TokenPrice(dollarsPerMillion: output))),
            from: from.flatMap { PriceDate($0) }, until: until.flatMap { PriceDate($0) })
    }

    /// Nanoseconds since 1970.
    private func noon(_ day: Int64) -> Int64 { (day * 24 + 12) * 3_600_000_000_000 }

    @Test("the price of a moment is the first that holds on its day")
    func days() throws {
        let pricing = ModelPricing([
            try price("1", until: "2026-11-30"), try price("2", from: "2026-11-30", until: "2026-12-02"),
        ])
        func input(_ day: Int64) -> String? { pricing.quote(at: noon(day))?.price.rates.input.description }
        // 2026-11-30 is day 20,787.
        #expect(input(20_786) == "1")
        #expect(input(20_787) == "2")
        #expect(input(20_788) == "2")
        #expect(input(20_789) == nil)
        #expect(ModelPricing.unknown.quote(at: noon(20_787)) == nil)
        #expect(ModelPricing([try price("3"), try price("4")]).quote(at: 0)?.price.rates.input.description == "3")
    }

    @Test("it says for each day what the book says", arguments: [20_600, 20_702, 20_703, 20_787, 20_819] as [Int64])
    func book(day: Int64) {
        let book = PriceBook.builtIn.overridden(by: [
            .init(models: ModelPattern("gemini-3.6-*"), price: .free),
            .init(provider: "mine", models: ModelPattern("gpt-4o"), price: .free),
        ])
        for (model, kind) in [
            ("gemini-3.6-flash", "gemini"), ("gemini-3.8-flash", "gemini"), ("gpt-4o", "openai"), ("nobody", "openai"),
            ("mock", "mock"), ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock"),
        ] {
            for provider in ["p", "mine"] {
                let found = book.price(
                    of: model, provider: provider, kind: kind, on: PriceDate(nanosecondsSince1970: noon(day)))
                let quote = book.pricing(of: model, provider: provider, kind: kind).quote(at: noon(day))
                #expect(quote?.price == found, "\(model)")
                #expect(quote?.version == found?.version)
            }
        }
    }

    @Test("the mock model is known to cost nothing")
    func mock() throws {
        let quote = try #require(PriceBook.builtIn.pricing(of: "any", provider: "p", kind: "mock").quote(at: noon(1)))
        #expect(quote.price.cost(of: TokenUsage(uncachedInput: .max, output: .max)) == .zero)
        #expect(quote.version.hasPrefix("own-"))
    }

    @Test("a version is the same for the same price, and another one for another")
    func versions() throws {
        #expect(try price("1", "2").version == price("1", "2").version)
        #expect(try price("1", "2").version != price("2", "1").version)
        var apart = try price("1", "2")
        apart.rates.cacheRead = .zero
        #expect(try apart.version != price("1", "2").version)
        #expect(try price("1", "2").version == "configured-cc44c893")
        let day = try #require(PriceDate("2026-11-30"))
        let published = try #require(PriceBook.builtIn.price(of: "gpt-4o", provider: "p", kind: "openai", on: day))
        #expect(published.version.split(separator: "-").count == 5)
    }

    @Test("the highest price is no lower than any of its kind, in no class")
    func highest() throws {
        let day = try #require(PriceDate("2026-11-30"))
        let usage = TokenUsage(
            uncachedInput: 500_000, cacheRead: 1000, cacheWrite5m: 1000, cacheWrite1h: 1000, audioInput: 1000,
            output: 1000, reasoning: 1000, audioOutput: 1000)
        for kind in ["openai", "anthropic", "gemini", "nobody"] {
            let highest = try #require(PriceBook.builtIn.highest(kind: kind, from: day))
            #expect(highest.source == .highest)
            let top = highest.itemized(usage, priceVersion: "")
            for price in PriceBook.builtIn.published(kind: kind) where price.holds(on: day) {
                let cost = price.itemized(usage, priceVersion: "")
                #expect(cost.input <= top.input && cost.cacheRead <= top.cacheRead && cost.output <= top.output)
                #expect(cost.cacheWrite5m <= top.cacheWrite5m && cost.cacheWrite1h <= top.cacheWrite1h)
                #expect(cost.reasoning <= top.reasoning && cost.audioInput <= top.audioInput)
                #expect(cost.audioOutput <= top.audioOutput)
            }
        }
    }
}
