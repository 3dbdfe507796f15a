import SluiceWire
import Testing

@testable import SluiceCore

@Suite("The book of prices")
struct PriceBookTests {
    private let day = PriceDate(nanosecondsSince1970: 1_796_000_000_000_000_000)

    private func price(_ dollars: Int64) -> ModelPrice {
        ModelPrice(rates: TokenRates(input: TokenPrice(perMillion: NanoUSD(dollars * 1_000_000_000))))
    }

    private func dollars(_ price: ModelPrice?) -> Int64? {
        price.map { $0.rates.input.perMillion.amount / 1_000_000_000 }
    }

    @Test("the configuration goes before the book, a provider's own before one for all, names before patterns")
    func order() throws {
        let book = PriceBook.builtIn.overridden(by: [
            .init(models: ModelPattern("*"), price: price(1)), .init(models: ModelPattern("gpt-*"), price: price(2)),
            .init(models: ModelPattern("gpt-4o"), price: price(3)),
            .init(models: ModelPattern("gpt-4o"), price: price(4)),
            .init(provider: "mine", models: ModelPattern("gpt-5*"), price: price(5)),
        ])
        func look(_ model: String, _ provider: String = "openai") -> Int64? {
            dollars(book.price(of: model, provider: provider, kind: "openai", on: day))
        }
        #expect(look("gpt-4o") == 3)
        #expect(look("gpt-4o-mini") == 2)
        #expect(look("claude") == 1)
        #expect(look("gpt-5", "mine") == 5)
        #expect(look("gpt-5") == 2)
        #expect(look("gpt-4o", "mine") == 3)
        // What is put over a book takes the place of what was there before.
        let again = book.overridden(by: [])
        #expect(again.price(of: "no-such-model", provider: "openai", kind: "openai", on: day) == nil)
        #expect(
            again.price(of: "gpt-4o", provider: "openai", kind: "openai", on: day)?.rates.input.description == "2.5")
    }

    @Test("a price holds from its first day to the day before its end")
    func dates() throws {
        func input(_ model: String, _ day: String) throws -> String? {
            let day = try #require(PriceDate(day))
            return PriceBook.builtIn.price(of: model, provider: "g", kind: "gemini", on: day)?.rates.input.description
        }
        #expect(try input("gemini-3.8-flash", "2026-12-31") == "0.75")
        #expect(try input("gemini-3.8-flash", "2027-01-01") == "1.5")
        #expect(try input("gemini-3.6-flash", "2026-09-06") == "1.5")
        #expect(try input("gemini-3.6-flash", "2026-09-07") == "0.75")
        #expect(PriceBook.builtIn.knows("gemini-3.6-flash", provider: "g", kind: "gemini"))
        #expect(!PriceBook.builtIn.knows("gemini-3.6-flash", provider: "g", kind: "openai"))
    }

    @Test("dated versions have the price of their model, others of its family have not")
    func versions() {
        func input(_ model: String, _ kind: String) -> String? {
            PriceBook.builtIn.price(of: model, provider: "p", kind: kind, on: day)?.rates.input.description
        }
        #expect(input("gpt-4o-mini-2024-07-18", "openai") == "0.15")
        #expect(input("gpt-5.4-mini", "openai") == "0.75")
        #expect(input("gpt-4o-2024-05-13", "openai") == nil)
        #expect(input("gpt-4o-audio-preview", "openai") == nil)
        #expect(input("claude-sonnet-4-5-20250929", "anthropic") == "3")
        #expect(input("claude-opus-4-20250514", "anthropic") == "15")
        #expect(input("claude-opus-4-9", "anthropic") == nil)
        #expect(input("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock") == "3")
        #expect(input("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock") == "3.3")
        #expect(input("global.anthropic.claude-opus-5-5-v1", "bedrock") == "4")
        #expect(input("us.anthropic.claude-opus-5-v1", "bedrock") == "5.5")
        #expect(input("us.amazon.nova-lite-v1:0", "bedrock") == "0.06")
    }

    @Test("every row can be read, names its page and a day, and no two of one name hold on one day")
    func rows() throws {
        #expect(PublishedPrices.all.count > 100)
        for row in PublishedPrices.all {
            let price = try #require(row.price, "\(row.models)")
            #expect(!row.kinds.isEmpty && !row.models.isEmpty && row.page.hasPrefix("https://"), "\(row.models)")
            #expect(price.rates.input > .zero, "\(row.models)")
            // Input from a cache is cheaper, and longer input is dearer.
            #expect(price.rates.cacheRead ?? .zero < price.rates.input, "\(row.models)")
            if let long = price.longContext { #expect(long.rates.input > price.rates.input, "\(row.models)") }
            if let from = price.from, let until = price.until { #expect(from < until, "\(row.models)") }
        }
        var known: [String: [ModelPrice]] = [:]
        for row in PublishedPrices.all {
            for kind in row.kinds {
                for model in row.models {
                    let price = try #require(row.price)
                    let edges = [price.from, price.until].compactMap { $0 } + [day]
                    for other in known["\(kind)/\(model)", default: []] {
                        let days = edges + [other.from, other.until].compactMap { $0 }
                        #expect(!days.contains { price.holds(on: $0) && other.holds(on: $0) }, "\(kind)/\(model)")
                    }
                    known["\(kind)/\(model)", default: []].append(price)
                }
            }
        }
    }

    @Test("an exact name is found in time that does not grow with the book", .timeLimit(.minutes(1)))
    func size() {
        let many = (0..<20_000).map { PriceBook.Override(models: ModelPattern("model-\($0)"), price: price(Int64($0))) }
        let book = PriceBook.builtIn.overridden(by: many)
        for index in stride(from: 0, to: 20_000, by: 1) {
            #expect(dollars(book.price(of: "model-\(index)", provider: "p", kind: "k", on: day)) == Int64(index))
        }
    }
}
