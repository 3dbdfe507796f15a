import SluiceCore
import Testing

@testable import SluiceCore

@Suite("Money")
struct NanoUSDTests {
    @Test(
        "dollars are read and written as decimal text",
        arguments: [
            ("0", 0, "0"), ("25", 25_000_000_000, "25"), ("0.25", 250_000_000, "0.25"), (".5", 500_000_000, "0.5"),
            ("2.50", 2_500_000_000, "2.5"), ("0.000000001", 1, "0.000000001"), ("5.", 5_000_000_000, "5"),
            ("0.1000000000", 100_000_000, "0.1"), ("9223372036.854775807", Int64.max, "9223372036.854775807"),
        ] as [(String, Int64, String)]
    )
    func text(text: String, amount: Int64, written: String) {
        #expect(NanoUSD(dollars: text)?.amount == amount)
        #expect(NanoUSD(amount).description == written)
        #expect(NanoUSD(dollars: written)?.amount == amount)
    }

    @Test(
        "what is no amount, has more than nine digits or is too large is none",
        arguments: [
            "", ".", "-1", "+1", "1e3", "1.2.3", " 1", "1 ", "1,000", "0x1", "nan", "0.0000000001",
            "9223372036.854775808", "99999999999999999999", "１",
        ])
    func noText(text: String) {
        #expect(NanoUSD(dollars: text) == nil)
    }

    @Test("amounts below nothing are written with a sign")
    func negative() {
        #expect(NanoUSD(-1).description == "-0.000000001")
        #expect(NanoUSD(-2_500_000_000).description == "-2.5")
        #expect(NanoUSD(.min).description == "-9223372036.854775808")
    }

    @Test("sums, differences and products stop at the ends of the range")
    func saturation() {
        #expect(NanoUSD.max + NanoUSD(1) == .max)
        #expect(NanoUSD(.min) + NanoUSD(-1) == NanoUSD(.min))
        #expect(NanoUSD(.min) - NanoUSD(1) == NanoUSD(.min))
        #expect(NanoUSD.max - NanoUSD(-1) == .max)
        #expect(NanoUSD(5) - NanoUSD(7) == NanoUSD(-2))
        #expect(NanoUSD(1 << 40) * (1 << 40) == .max)
        #expect(NanoUSD(-(1 << 40)) * (1 << 40) == NanoUSD(.min))
        #expect(NanoUSD(3) * -1 == .zero)
        #expect(NanoUSD(3) * 4 == NanoUSD(12))
        #expect(NanoUSD.max.adding(NanoUSD(1)) == nil)
        #expect(NanoUSD(1).adding(NanoUSD(2)) == NanoUSD(3))
    }

    @Test(
        "tokens cost their share of a million, rounded once, halves up",
        arguments: [
            ("0.15", 1, 150), ("1", 1, 1000), ("0.0000005", 1000, 1), ("0.0000005", 999, 0), ("0.000000499", 1000, 0),
            ("15", 1_000_000, 15_000_000_000), ("2.5", 7, 17_500), ("1", 0, 0), ("1", -5, 0),
            ("0.075", 123_456_789, 9_259_259_175),
        ] as [(String, Int, Int64)]
    )
    func tokens(price: String, tokens: Int, cost: Int64) throws {
        let price = try #require(TokenPrice(dollarsPerMillion: price))
        #expect(price.cost(of: tokens).amount == cost)
    }

    @Test("a cost beyond the range is the most that there is")
    func hugeCost() {
        let price = TokenPrice(perMillion: .max)
        #expect(price.cost(of: 1_000_000) == .max)
        #expect(price.cost(of: .max) == .max)
        #expect(price.cost(of: 1_000_001) == .max)
        #expect(price.cost(of: 500_000).amount == Int64.max / 2 + 1)
        #expect(TokenPrice(perMillion: NanoUSD(-1)) == .zero)
    }

    @Test(
        "a day is one of the calendar",
        arguments: [
            ("2026-11-30", true), ("2024-02-29", true), ("2026-02-29", false), ("2100-02-29", false),
            ("2000-02-29", true), ("2026-13-01", false), ("2026-00-01", false), ("2026-04-31", false),
            ("2026-1-1", false), ("", false), ("2026-11-30T00", false), ("0000-01-01", true),
        ])
    func day(text: String, exists: Bool) {
        #expect((PriceDate(text) != nil) == exists)
        if exists { #expect(PriceDate(text)?.description == text) }
    }

    @Test(
        "a moment is in its day of UTC",
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (86_399_999_999_999, "1970-01-01"),
            (86_400_000_000_000, "1970-01-02"),
            (1_709_164_800_000_000_000, "2024-02-29"), (1_796_083_199_999_999_999, "2026-11-30"),
            (.max, "2262-04-11"), (.min, "1677-09-21"),
        ] as [(Int64, String)]
    )
    func moment(nanoseconds: Int64, day: String) {
        #expect(PriceDate(nanosecondsSince1970: nanoseconds).description == day)
    }
}
