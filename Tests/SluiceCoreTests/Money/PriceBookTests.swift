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

    private func stored(
        _ models: String, _ dollars: Int64, provider: String? = nil, from: String? = nil, until: String? = nil
    ) -> PriceRecord {
        PriceRecord(
            id: PriceID("price_\(dollars)"), provider: provider, models: ModelPattern(models),
            rates: price(dollars).rates, from: from.flatMap { PriceDate($0) }, until: until.flatMap { PriceDate($0) },
            createdAt: UnixTime(milliseconds: 0))
    }

    @Test("what was set over the admin API goes before a target's own price, the configuration and the book")
    func stored() throws {
        let book = PriceBook.builtIn.overridden(by: [
            .init(provider: "mine", models: ModelPattern("gpt-4o"), price: price(1)),
            .init(models: ModelPattern("only-here"), price: price(2)),
        ]).overridden(byStored: [
            stored("gpt-*", 11), stored("gpt-4o*", 12), stored("gpt-4o", 14, from: "2027-01-01"),
            stored("gpt-5", 15, provider: "mine"),
        ])
        let later = try #require(PriceDate("2027-01-01"))
        func look(
            _ model: String, _ provider: String = "openai", own: Int64? = nil, on day: PriceDate? = nil
        ) -> Int64? {
            dollars(
                book.price(
                    of: model, provider: provider, kind: "openai", own: own.map { price($0) }, on: day ?? self.day))
        }
        #expect(look("gpt-4o", "mine") == 12 && look("gpt-4o", "mine", own: 7) == 12)
        #expect(look("gpt-4o", on: later) == 14)
        #expect(look("gpt-5") == 11 && look("gpt-5", "mine") == 15)
        #expect(look("only-here") == 2 && look("only-here", own: 7) == 7)
        #expect(look("nowhere") == nil && look("nowhere", own: 7) == 7)
        // What is found once for a model says the same.
        let pricing = book.pricing(of: "gpt-4o", provider: "mine", kind: "openai", own: price(7))
        #expect(dollars(pricing.quote(at: 1_796_000_000_000_000_000)?.price) == 12)
        #expect(dollars(pricing.quote(at: 1_800_000_000_000_000_000)?.price) == 14)
        let own = book.pricing(of: "only-here", provider: "p", kind: "openai", own: price(7))
        #expect(dollars(own.quote(at: 0)?.price) == 7)
        // Without them all is as it was.
        #expect(
            dollars(
                book.overridden(byStored: []).price(
                    of: "gpt-4o", provider: "mine", kind: "openai", on: day)) == 1)
    }

    @Test("of two patterns that say as much, the one that was made first counts")
    func ties() {
        let book = PriceBook.builtIn.overridden(byStored: [stored("a*c", 1), stored("*ac", 2), stored("ac*", 3)])
        #expect(dollars(book.price(of: "ac", provider: "p", kind: "k", on: day)) == 1)
        #expect(dollars(book.price(of: "acx", provider: "p", kind: "k", on: day)) == 3)
    }

    @Test("rows say whence they come, and a version names the override that it is of")
    func origins() throws {
        let book = PriceBook.builtIn.overridden(by: [.init(models: ModelPattern("x"), price: price(1))])
            .overridden(byStored: [stored("x", 2), stored("x", 3, provider: "mine")])
        let rows = book.rows
        #expect(rows.prefix(3).map(\.origin) == [.override, .override, .configuration])
        #expect(rows.prefix(3).map(\.provider) == ["mine", nil, nil])
        #expect(rows.dropFirst(3).allSatisfy { $0.origin == .book })
        #expect(rows[0].price.version.hasPrefix("override-price_3-"))
        #expect(rows[2].price.version.hasPrefix("configured-"))
        // The amounts are a part of it, so that a change of the record shows.
        var changed = stored("x", 2)
        changed.rates.output = TokenPrice(perMillion: NanoUSD(1))
        #expect(changed.price.version != stored("x", 2).price.version)
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
