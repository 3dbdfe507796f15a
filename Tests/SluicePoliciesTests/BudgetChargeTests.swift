import SluiceCore
import SluiceWire
import Testing

@testable import SluicePolicies

@Suite("What budgets are charged")
struct BudgetChargeTests {
    private typealias Words = PolicyWords

    private let money = BudgetRule(
        NanoUSD(dollars: "25") ?? .zero, per: BudgetCalendar(.month), level: .key, alertPermille: [500, 800, 1000])
    private let tokens = BudgetRule(1000, .tokens(TokenMeasure(.output)), per: BudgetCalendar(.total), level: .tenant)

    @Test("a settlement takes the same of a plan, wherever it was reserved")
    func charges() throws {
        let plan = Words.plan(Words.requests(10), .budget(self.money), Words.tokens(99_999), .budget(self.tokens))
        let cost = AdmissionCost(inputTokens: 10, outputTokens: 20, money: NanoUSD(700))
        let local = try #require(Limiter().admit(plan, cost: cost, now: Words.noon).held)
        let shared = SharedReservation(id: "1", plan: plan, cost: cost)
        let used = Settlement.used(TokenUsage(uncachedInput: 5, output: 7), cost: NanoUSD(300))
        for (settlement, amounts) in [(used, [300, 7]), (.asReserved, [700, 20]), (.nothing, [])]
            as [(Settlement, [Int64])]
        {
            #expect(local.charges(of: settlement).map(\.amount) == amounts)
            #expect(shared.charges(of: settlement) == local.charges(of: settlement))
        }
        #expect(plan.budgets.map(\.rule) == [self.money, self.tokens])
        #expect(plan.divided(by: 2).budgets.map(\.rule.amount) == [12_500_000_000, 500])
        #expect(Words.plan(Words.requests(1)).budgets.isEmpty)
    }

    @Test("parts are reached once, on the way up")
    func parts() {
        #expect(self.money.parts(reachedFrom: 0, to: 12_499_999_999) == [])
        #expect(self.money.parts(reachedFrom: 0, to: 12_500_000_000) == [500])
        #expect(self.money.parts(reachedFrom: 12_500_000_000, to: 30_000_000_000) == [800, 1000])
        #expect(self.money.alerted(at: 12_499_999_999) == 0)
        #expect(self.money.alerted(at: 20_000_000_000) == 800)
    }

    @Test("an alert in JSON")
    func json() {
        let period = self.money.calendar.interval(containing: Words.noon)
        let subject = LimitSubject(key: "k\"1")
        let alert = BudgetAlert(
            rule: self.money, subject: subject, permille: 800, spent: 20_010_000_000, period: period)
        #expect(
            String(decoding: alert.json(at: Words.noon), as: UTF8.self)
                == #"{"type":"budget.reached","id":"key/budget.usd/month@UTC/3:k\"1@1793491200:800","#
                + #""time":"2026-11-30T12:00:00Z","fraction":0.8,"budget":{"level":"key","unit":"usd","amount":"25","#
                + #""period":"month","time_zone":"UTC","action":"refuse"},"subject":{"key":"k\"1"},"spent":"20.01","#
                + #""period_start":"2026-11-01T00:00:00Z","period_end":"2026-12-01T00:00:00Z"}"#)
        let total = BudgetAlert(
            rule: self.tokens, subject: LimitSubject(tenant: "acme"), permille: 1000, spent: 1001,
            period: self.tokens.calendar.interval(containing: Words.noon))
        #expect(
            String(decoding: total.json(at: Words.noon), as: UTF8.self)
                == #"{"type":"budget.reached","id":"tenant/budget.tokens.output/total@UTC/4:acme@0:1000","#
                + #""time":"2026-11-30T12:00:00Z","fraction":1,"budget":{"level":"tenant","unit":"output tokens","#
                + #""amount":1000,"period":"total","time_zone":"UTC","action":"refuse"},"#
                + #""subject":{"tenant":"acme"},"spent":1001}"#)
    }
}
