import SluiceCore
import SluiceWire
import Testing

@testable import SluicePolicies

@Suite("Budgets")
struct BudgetTests {
    private typealias Words = PolicyWords

    private static func budget(
        _ dollars: String,
        _ period: BudgetPeriod = .month,
        action: BudgetAction = .refuse,
        alerts: [Int] = []
    ) throws -> BudgetRule {
        let money = try #require(NanoUSD(dollars: dollars))
        return BudgetRule(money, per: BudgetCalendar(period), level: .key, action: action, alertPermille: alerts)
    }

    private static func cost(_ dollars: String) throws -> AdmissionCost {
        AdmissionCost(inputTokens: 1, money: try #require(NanoUSD(dollars: dollars)))
    }

    private static func used(_ dollars: String) throws -> Settlement {
        .used(TokenUsage(output: 1), cost: try #require(NanoUSD(dollars: dollars)))
    }

    @Test("money is reserved, settled to the true cost, and refused beyond the budget")
    func hard() throws {
        let limiter = Limiter()
        let plan = Words.plan(.budget(try Self.budget("1")))
        let first = try #require(limiter.admit(plan, cost: Self.cost("0.6"), now: Words.noon).held)
        // What runs may turn out cheaper: there is no time to tell.
        let waiting = try #require(limiter.admit(plan, cost: Self.cost("0.6"), now: Words.noon).refusal)
        #expect(waiting.wait == .whenFreed && waiting.isBudget)
        _ = limiter.settle(first, try Self.used("0.1"), now: Words.noon)
        let second = try #require(limiter.admit(plan, cost: Self.cost("0.6"), now: Words.noon).held)
        _ = limiter.settle(second, try Self.used("0.95"), now: Words.noon)
        let over = try #require(limiter.admit(plan, cost: Self.cost("0.000000001"), now: Words.noon).refusal)
        // Noon of November 30: the month ends in twelve hours.
        #expect(over.wait == .after(12 * 3_600_000_000))
        #expect(over.message == "The budget of 1 USD per month for this key is used up. It begins anew in 12h0m0s.")
        let next = limiter.admit(plan, cost: try Self.cost("1"), now: Words.later(12 * 3600))
        #expect(next.isAdmitted)
    }

    @Test("a total never comes back")
    func total() throws {
        let limiter = Limiter()
        let plan = Words.plan(.budget(try Self.budget("1", .total)))
        let held = try #require(limiter.admit(plan, cost: Self.cost("1"), now: Words.noon).held)
        _ = limiter.settle(held, .asReserved, now: Words.noon)
        let refusal = try #require(limiter.admit(plan, cost: Self.cost("0.1"), now: Words.later(1e9)).refusal)
        #expect(refusal.wait == .never)
        limiter.sweep(now: Words.later(1e9))
        #expect(!limiter.admit(plan, cost: try Self.cost("0.1"), now: Words.later(1e9)).isAdmitted)
    }

    @Test("a soft budget warns, and what is free of charge needs none")
    func soft() throws {
        let limiter = Limiter()
        let rule = try Self.budget("1", action: .warn)
        let plan = Words.plan(.budget(rule))
        for round in 0..<3 {
            guard case .admitted(let admission) = limiter.admit(plan, cost: try Self.cost("0.4"), now: Words.noon)
            else {
                Issue.record("A soft budget refuses nothing.")
                return
            }
            #expect(admission.warnings == (round < 2 ? [] : [rule]))
        }
        let free = limiter.admit(
            Words.plan(.budget(try Self.budget("0"))), cost: AdmissionCost(inputTokens: 5), now: Words.noon)
        #expect(free.isAdmitted)
    }

    @Test("a budget that is used up asks for another model, and lets that one pass")
    func downgrade() throws {
        let limiter = Limiter()
        let rule = try Self.budget("1", action: .downgrade(to: "gpt-4o-mini"))
        let plan = Words.plan(Words.requests(2), .budget(rule))
        #expect(limiter.admit(plan, cost: try Self.cost("0.9"), now: Words.noon).isAdmitted)
        guard case .downgrade(let model, let budget) = limiter.admit(plan, cost: try Self.cost("0.9"), now: Words.noon)
        else {
            Issue.record("The budget is used up.")
            return
        }
        #expect(model == "gpt-4o-mini" && budget == rule)
        guard
            case .admitted(let admission) = limiter.admit(
                plan, cost: try Self.cost("0.2"), now: Words.noon, isDowngraded: true)
        else {
            Issue.record("Nothing was taken by the first question.")
            return
        }
        #expect(admission.warnings == [rule])
        // A limit that refuses comes before a change of model.
        #expect(limiter.admit(plan, cost: try Self.cost("0.9"), now: Words.noon).refusal != nil)
    }

    @Test("alerts come once in a period, at their fractions")
    func alerts() throws {
        let limiter = Limiter()
        let plan = Words.plan(.budget(try Self.budget("1", alerts: [1000, 500, 800])))
        func spend(_ dollars: String, at now: Moment = Words.noon) throws -> [Int] {
            let held = try #require(limiter.admit(plan, cost: Self.cost("0.01"), now: now).held)
            return limiter.settle(held, try Self.used(dollars), now: now).alerts.map(\.permille)
        }
        #expect(try spend("0.499999999") == [])
        #expect(try spend("0.000000001") == [500])
        #expect(try spend("0.1") == [])
        #expect(try spend("0.5") == [800, 1000])
        #expect(try spend("0.5", at: Words.later(13 * 3600)) == [500])
    }

    @Test("balances survive a restart, and reservations of the old process do not")
    func restart() throws {
        let before = Limiter()
        let plan = Words.plan(.budget(try Self.budget("1", alerts: [500])))
        let held = try #require(before.admit(plan, cost: Self.cost("0.5"), now: Words.noon).held)
        #expect(before.settle(held, try Self.used("0.7"), now: Words.noon).alerts.map(\.permille) == [500])
        #expect(before.admit(plan, cost: try Self.cost("0.3"), now: Words.noon).isAdmitted)
        let kept = before.takeChangedBudgets()
        #expect(kept.map(\.spent) == [700_000_000])
        #expect(before.takeChangedBudgets().isEmpty)
        #expect(before.budgets() == kept)

        let after = Limiter()
        #expect(after.restore(kept, now: Words.noon) == 0)
        #expect(!after.admit(plan, cost: try Self.cost("0.31"), now: Words.noon).isAdmitted)
        let again = try #require(after.admit(plan, cost: Self.cost("0.3"), now: Words.noon).held)
        #expect(after.settle(again, try Self.used("0.1"), now: Words.noon).alerts.isEmpty)
        // A balance of a month that is over says nothing.
        let later = Limiter()
        #expect(later.restore(kept, now: Words.later(86_400)) == 0)
        #expect(later.admit(plan, cost: try Self.cost("1"), now: Words.later(86_400)).isAdmitted)
    }

    @Test("under parallel load no more is spent than the budget and what went beyond reservations", arguments: 0..<4)
    func overspend(seed: UInt64) async throws {
        let limiter = Limiter()
        let plan = Words.plan(
            .budget(BudgetRule(100_000, .tokens(TokenMeasure()), per: BudgetCalendar(.day), level: .key)))
        let (spent, beyond) = await withTaskGroup(of: (Int64, Int64).self) { group in
            for worker in 0..<16 {
                group.addTask {
                    var random = SeededRandom(seed: seed * 100 + UInt64(worker))
                    var (spent, beyond): (Int64, Int64) = (0, 0)
                    for _ in 0..<500 {
                        let reserved = Int64.random(in: 1...200, using: &random)
                        let actual = Int.random(in: 1...220, using: &random)
                        let decision = limiter.admit(plan, cost: AdmissionCost(inputTokens: reserved), now: Words.noon)
                        guard let held = decision.held else { continue }
                        _ = limiter.settle(held, .used(TokenUsage(output: actual), cost: .zero), now: Words.noon)
                        spent += Int64(actual)
                        beyond += max(0, Int64(actual) - reserved)
                    }
                    return (spent, beyond)
                }
            }
            return await group.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
        }
        #expect(spent <= 100_000 + beyond)
        #expect(spent > 99_000)
        #expect(limiter.budgets().map(\.spent) == [spent])
    }

    @Test("a reservation goes over into the next period and is charged where it ends")
    func acrossPeriods() throws {
        let limiter = Limiter(lease: .day)
        let plan = Words.plan(.budget(try Self.budget("1")))
        let held = try #require(limiter.admit(plan, cost: Self.cost("0.8"), now: Words.later(11 * 3600)).held)
        let next = Words.later(13 * 3600)
        #expect(!limiter.admit(plan, cost: try Self.cost("0.8"), now: next).isAdmitted)
        _ = limiter.settle(held, try Self.used("0.5"), now: next)
        #expect(limiter.report(plan, now: next).map(\.status.remaining) == [500_000_000])
    }
}
