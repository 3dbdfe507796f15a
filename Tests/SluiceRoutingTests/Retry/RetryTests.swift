import SluiceCore
import Testing

@testable import SluiceRouting

@Suite("RetryPolicy")
struct RetryPolicyTests {
    @Test("conditions", arguments: Fault.Kind.allCases)
    func conditions(kind: Fault.Kind) {
        let fault = Fault(kind)
        let goesOnAlways: Set<Fault.Kind> = [.credentialRefused, .forbidden, .busy, .noCredential]
        let never: Set<Fault.Kind> = [.rejected, .contextWindow, .contentPolicy]
        #expect(RetryPolicy(on: []).allows(fault, afterNanoseconds: 0) == goesOnAlways.contains(kind))
        #expect(RetryPolicy().allows(fault, afterNanoseconds: 0) == !never.contains(kind))
        #expect(!RetryPolicy(withinNanoseconds: 10).allows(fault, afterNanoseconds: 11))
        #expect(RetryPolicy(withinNanoseconds: 10).allows(fault, afterNanoseconds: 10) == !never.contains(kind))
    }

    @Test("backoff has full jitter below a bound that doubles and stops")
    func backoff() {
        let policy = RetryPolicy(backoffNanoseconds: 200, backoffLimitNanoseconds: 1000)
        var random = RandomSource(seed: 1)
        for (round, bound) in [200, 400, 800, 1000, 1000].enumerated() {
            let waits = (0..<2000).map { _ in policy.backoff(round: round, random: &random) }
            #expect(waits.allSatisfy { $0 >= 0 && $0 < bound })
            let mean = Double(waits.reduce(0, +)) / 2000
            #expect(abs(mean - Double(bound) / 2) < Double(bound) * 0.03)
        }
        #expect(RetryPolicy(backoffLimitNanoseconds: .max).backoff(round: 1000, random: &random) >= 0)
    }
}

@Suite("RetryBudget")
struct RetryBudgetTests {
    @Test("retries are a share of the traffic of the last ten seconds, and a few at least")
    func budget() {
        var budget = RetryBudget()
        let settings = RetryBudgetSettings()
        var quiet = 0
        while budget.withdraw(now: .at(0), settings), quiet < 100 { quiet += 1 }
        #expect(quiet == 10)
        for _ in 0..<1000 { budget.deposit(now: .at(1)) }
        var busy = quiet
        while budget.withdraw(now: .at(2), settings), busy < 1000 { busy += 1 }
        #expect(busy == 200)
        #expect(budget.counts(now: .at(2)) == (1000, 200))
        let early = budget.withdraw(now: .at(5000), settings)
        #expect(!early)
        let late = budget.withdraw(now: .at(12_000), settings)
        #expect(late)
    }

    @Test("a budget of nothing allows no retry")
    func none() {
        var budget = RetryBudget()
        for _ in 0..<100 { budget.deposit(now: .at(0)) }
        let isAllowed = budget.withdraw(now: .at(0), RetryBudgetSettings(ratio: 0, floor: 0))
        #expect(!isAllowed)
    }
}
