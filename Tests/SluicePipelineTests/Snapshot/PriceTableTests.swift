import SluiceCore
import SluiceWire
import Testing

@testable import SluicePipeline

@Suite("The prices of a snapshot")
struct PriceTableTests {
    private static let today = PriceDate(nanosecondsSince1970: 1_796_040_000_000_000_000)

    private func table(_ unknown: UnknownPrice) -> PriceTable {
        PriceTable(
            book: PriceBook.builtIn.overridden(by: [
                .init(provider: "mine", models: ModelPattern("gpt-4o"), price: .free)
            ]),
            providers: [.init(name: "openai", kind: "openai"), .init(name: "mine", kind: "openai")],
            unknown: unknown, today: Self.today)
    }

    @Test("a model is looked up once, for each provider by its name and kind")
    func remembered() {
        let table = table(.flag)
        #expect(table.pricing(of: "gpt-4o", provider: 0) === table.pricing(of: "gpt-4o", provider: 0))
        #expect(table.pricing(of: "gpt-4o", provider: 1).quote(at: 0)?.price == .free)
        #expect(table.pricing(of: "gpt-4o", provider: 0).quote(at: 0)?.price.rates.input.description == "2.5")
        #expect(table.pricing(of: "nobody", provider: 0).quote(at: 0) == nil)
        #expect(table.pricing(of: "gpt-4o", provider: 7) === ModelPricing.unknown)
    }

    @Test("what is not known has a substitute only where the highest price is taken")
    func substitutes() {
        #expect(table(.flag).pricing(of: "nobody", provider: 0).substitute == nil)
        #expect(table(.block).pricing(of: "nobody", provider: 0).substitute == nil)
        let high = table(.estimateHigh).pricing(of: "nobody", provider: 0)
        #expect(high.quote(at: 0) == nil)
        #expect(high.substitute?.version.hasPrefix("highest-") == true)
    }

    @Test("names that clients make up do not fill the memory")
    func bounded() {
        let table = table(.flag)
        for index in 0..<20_000 { _ = table.pricing(of: "name-\(index)", provider: 0) }
        // Beyond the bound a name is looked up anew, and still found.
        #expect(table.pricing(of: "gpt-4o-mini", provider: 0).quote(at: 0) != nil)
    }
}
