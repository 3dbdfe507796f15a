import SluiceCore
import SluiceWire
import Testing

@Suite("Invoices of the vendors")
struct InvoiceTests {
    private static let day = "2026-11-30"

    @Test("what a vendor reports becomes its classes, and these the vendor's bill", arguments: Invoice.all)
    func invoice(_ invoice: Invoice) throws {
        let usage = try #require(try Self.usage(invoice))
        #expect(usage == invoice.classes)
        let day = try #require(PriceDate(Self.day))
        let pricing = PriceBook.builtIn.pricing(of: invoice.model, provider: "p", kind: invoice.kind)
        let price = try #require(
            PriceBook.builtIn.price(of: invoice.model, provider: "p", kind: invoice.kind, on: day))
        let quote = try #require(pricing.quote(at: 1_796_040_000_000_000_000))
        #expect(quote.price == price)
        let cost = price.itemized(usage, priceVersion: quote.version)
        for item in Invoice.Item.allCases { #expect(item.amount(in: cost) == invoice.items[item] ?? 0, "\(item)") }
        #expect(cost.total.amount == invoice.items.values.reduce(0, +))
        #expect(price.cost(of: usage) == cost.total)
        #expect(cost.priceVersion.hasPrefix("published-202"))
    }

    @Test("each vendor of the book has three at least")
    func vendors() {
        let kinds = [
            "openai", "anthropic", "gemini", "bedrock", "mistral", "cohere", "groq", "together", "deepseek", "xai",
        ]
        for kind in kinds { #expect(Invoice.all.count { $0.kind == kind } >= 3, "\(kind)") }
    }

    @Test("what caches saved is what their tokens would have cost, less what writing cost more")
    func saving() throws {
        let day = try #require(PriceDate(Self.day))
        let price = try #require(
            PriceBook.builtIn.price(of: "claude-sonnet-4-5", provider: "p", kind: "anthropic", on: day))
        func saving(_ usage: TokenUsage) -> Int64 { price.itemized(usage, priceVersion: "").cacheSaving.amount }
        // 10000 x (3 - 0.30), less 2000 x (3.75 - 3) and 1000 x (6 - 3).
        #expect(saving(TokenUsage(cacheRead: 10_000, cacheWrite5m: 2000, cacheWrite1h: 1000)) == 22_500_000)
        #expect(saving(TokenUsage(cacheWrite5m: 2000)) == -1_500_000)
        #expect(saving(TokenUsage(uncachedInput: 1000, output: 10)) == 0)
    }

    private static func usage(_ invoice: Invoice) throws -> TokenUsage? {
        let bytes = Array(invoice.usage.utf8)
        switch invoice.dialect {
        case .anthropic: return AnthropicUsageCounts(parsing: bytes.span).usage
        case .gemini: return GeminiUsage.parse(bytes.span)
        case .bedrock: return BedrockTap.usage(bytes.span)
        case .cohere:
            let answer = #"{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[]},"usage":"#
            var context = ResponseReading(
                model: invoice.model, identifiers: NeutralIdentifiers(seed: 0, 0),
                request: NeutralRequest(messages: []))
            let codec = try #require(DialectRegistry.chat(.cohere))
            return try codec.readResponse(JSONDocument(parsing: Array("\(answer)\(invoice.usage)}".utf8)), &context)
                .usage
        default: return OpenAIUsage.parse(bytes.span)
        }
    }
}
