import SluiceCore
import Testing

@testable import SluicePolicies

@Suite("Texts of limits and budgets")
struct LimitTextTests {
    @Test(
        "rates of requests are read with and without their word",
        arguments: [
            ("60/minute", 60, LimitWindow.minute), ("60 requests/minute", 60, .minute), ("5/second", 5, .second),
            ("1_000/hour", 1000, .hour), ("0/day", 0, .day),
        ])
    func requestRates(text: String, amount: Int64, window: LimitWindow) throws {
        let rule = try LimitRule(requests: text, level: .key)
        #expect(rule.amount == amount)
        #expect(rule.measure == .requests(per: window))
    }

    @Test("a window may be any number of units")
    func windows() throws {
        #expect(LimitWindow("10s")?.microseconds == 10_000_000)
        #expect(LimitWindow("250ms")?.microseconds == 250_000)
        #expect(LimitWindow("31d")?.microseconds == 2_678_400_000_000)
        #expect(try #require(LimitWindow("90s")).description == "90 seconds")
        for text in [
            "", "s", "10", "0s", "32d", "-1s", "1.5s", "10 s", "99999999999999999999s", "9223372036854775807d", "٣s",
        ] {
            #expect(LimitWindow(text) == nil, "\(text)")
        }
    }

    @Test("rates of tokens name their side and the weight of cached ones")
    func tokenRates() throws {
        let total = try LimitRule(tokens: "100000 tokens/minute", level: .tenant)
        #expect(total.measure == .tokens(TokenMeasure(.total), per: .minute))
        let output = try LimitRule(tokens: "20000 output tokens/10s", level: .key)
        #expect(output.description == "20000 output tokens per 10 seconds")
        let cached = try LimitRule(tokens: "100000 input tokens/minute, cached 10%", level: .key)
        #expect(cached.measure == .tokens(TokenMeasure(.input, cachedPermille: 100), per: .minute))
        #expect(try LimitRule(tokens: "7/day", level: .key).amount == 7)
    }

    @Test(
        "what is no rate says what was expected",
        arguments: [
            "", "60", "60/", "/minute", "60/fortnight", "-1/minute", "60 apples/minute", "60/minute/hour",
            "9007199254740992/minute",
            "1e3/minute", "60 /minute extra",
        ])
    func refused(text: String) {
        #expect(throws: LimitTextError(expected: "a rate like 60/minute or 60/10s")) {
            try LimitRule(requests: text, level: .key)
        }
        #expect(throws: LimitTextError.self) { try LimitRule(tokens: text + ", cached 200%", level: .key) }
    }

    @Test("budgets of money are exact to the nano-dollar")
    func money() throws {
        let monthly = try BudgetRule("25 USD/month", level: .team)
        #expect(monthly.amount == 25_000_000_000)
        #expect(monthly.calendar.period == .month)
        #expect(monthly.description == "25 USD per month")
        #expect(try BudgetRule("0.000000001 USD/day", level: .key).amount == 1)
        #expect(try BudgetRule("100 USD", level: .key).calendar.period == .total)
        #expect(try BudgetRule("9007199.254740991 USD/total", level: .key).amount == LimitAmount.largest)
        #expect(throws: LimitTextError(expected: "at most 9007199.254740991 USD")) {
            try BudgetRule("9007199.254740992 USD", level: .key)
        }
    }

    @Test("budgets of tokens name their side")
    func tokens() throws {
        let weekly = try BudgetRule("1000000 tokens/week", level: .key)
        #expect(weekly.unit == .tokens(TokenMeasure(.total)))
        #expect(try BudgetRule("5 output tokens", level: .key).description == "5 output tokens in total")
        for text in [
            "25/month", "25 EUR/month", "25 USD/year", "-5 USD/day", "USD", "5 blue tokens/day", "1 2 USD/day",
        ] {
            #expect(throws: LimitTextError.self, "\(text)") { try BudgetRule(text, level: .key) }
        }
    }

    @Test("levels combine by a plus")
    func levels() {
        #expect(LimitLevel("key+model") == [.key, .model])
        #expect(LimitLevel("model+key")?.description == "key+model")
        for text in ["", "key+", "key+key", "keys", "key model"] { #expect(LimitLevel(text) == nil, "\(text)") }
    }

    @Test("texts of keys are different for different names, whatever is in them")
    func keyTexts() {
        let rule = LimitRule(1, .concurrency, level: [.key, .model])
        let first = LimitKey(level: rule.level, meter: rule.meter, subject: LimitSubject(key: "a|1:b", model: "c"))
        let second = LimitKey(level: rule.level, meter: rule.meter, subject: LimitSubject(key: "a", model: "1:b|c"))
        #expect(first.text != second.text)
        #expect(first.text == "key+model/concurrency/5:a|1:b|1:c")
    }
}
