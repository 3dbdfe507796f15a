import SluiceCore
import Synchronization
import Testing

@testable import SluicePolicies

@Suite("Share tables")
struct ShareTableTests {
    private typealias Words = PolicyWords

    /// What Redis would answer: the shares and the single requests of all nodes, counted by the rules themselves.
    private struct Central {
        var counters: [LimitKey: Counter] = [:]

        mutating func answer(_ amount: Int64, _ rule: LimitRule, _ key: LimitKey, _ now: Moment) -> [Int64] {
            let rule = AdmissionRule.limit(rule)
            let counter = self.counters[key] ?? Counter(number: 1, rule: rule)
            self.counters[key] = counter
            return counter.state.withLock { state in
                let wait = state.meter.wait(for: amount, rule: rule, now: now.microseconds)
                if wait == nil { _ = state.meter.take(amount, now: now.microseconds) }
                let status = state.meter.status(rule: rule, now: now.microseconds)
                var microseconds: Int64 = 0
                if case .after(let time)? = wait { microseconds = time }
                return [
                    wait == nil ? 1 : 0, 1, microseconds, now.microseconds, status.remaining, status.reset, 0,
                ]
            }
        }

        mutating func admits(_ plan: AdmissionPlan, _ now: Moment) -> Bool {
            let before = plan.items.allSatisfy { item in
                let counter = self.counters[item.key] ?? Counter(number: 1, rule: item.rule)
                self.counters[item.key] = counter
                return counter.state.withLock {
                    $0.meter.wait(for: 1, rule: item.rule, now: now.microseconds) == nil
                }
            }
            guard before else { return false }
            for item in plan.items {
                guard case .limit(let rule) = item.rule else { continue }
                _ = self.answer(1, rule, item.key, now)
            }
            return true
        }
    }

    @Test("nodes that hold shares of two limits go over neither by more than the shares", arguments: 0..<20)
    func bound(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let limits = [Int64.random(in: 100...400, using: &random), Int64.random(in: 100...400, using: &random)]
        let plan = Words.plan(
            Words.requests(limits[0]), Words.requests(limits[1], per: .minute, level: .tenant))
        let permille = Int.random(in: 20...200, using: &random)
        let nodeCount = Int.random(in: 1...4, using: &random)
        var nodes = (0..<nodeCount).map { _ in ShareTable(permille: permille) }
        var central = Central()
        var now = Words.noon.microseconds
        var admitted: [Int64] = []
        var held = 0
        for _ in 0..<6000 {
            now += Int64.random(in: 0...400_000, using: &random)
            let moment = Moment(microsecondsSince1970: now)
            let node = Int.random(in: 0..<nodeCount, using: &random)
            let (admission, refills) = nodes[node].take(plan, cost: AdmissionCost(), now: moment)
            for refill in refills {
                let answer = central.answer(refill.amount, refill.rule, refill.key, moment)
                nodes[node].receive(refill, answer, now: moment)
            }
            if let admission {
                held += 1
                #expect(admission.reservation.isHeld == false)
                #expect((admission.requests?.remaining ?? -1) >= 0)
            }
            if admission != nil || central.admits(plan, moment) { admitted.append(now) }
            let inWindow = Int64(admitted.reversed().prefix { $0 > now - LimitWindow.minute.microseconds }.count)
            for limit in limits {
                let share = max(1, LimitAmount.share(permille, of: limit))
                #expect(inWindow <= limit + Int64(nodeCount) * share)
            }
        }
        #expect(held > 50 && admitted.count > 200)
    }

    @Test("a request is admitted by what is held, without asking, and the share is filled up before it is empty")
    func refill() throws {
        var table = ShareTable(permille: 100)
        var central = Central()
        let plan = Words.plan(Words.requests(100))
        let first = table.take(plan, cost: AdmissionCost(), now: Words.noon)
        #expect(first.admission == nil && first.refills.map(\.amount) == [10])
        // What is on its way is not asked for again.
        #expect(table.take(plan, cost: AdmissionCost(), now: Words.noon).refills.isEmpty)
        for refill in first.refills {
            table.receive(refill, central.answer(refill.amount, refill.rule, refill.key, Words.noon), now: Words.noon)
        }
        var refills: [[Int64]] = []
        for _ in 0..<10 {
            let (admission, asked) = table.take(plan, cost: AdmissionCost(), now: Words.noon)
            #expect(admission != nil)
            refills.append(asked.map(\.amount))
        }
        #expect(refills == [[], [], [], [], [], [6], [], [], [], []])
        #expect(table.take(plan, cost: AdmissionCost(), now: Words.noon).admission == nil)
    }

    @Test("where one limit of two holds nothing, nothing is taken of the other")
    func allOrNothing() throws {
        var table = ShareTable(permille: 100)
        let wide = Words.requests(1000)
        let narrow = Words.requests(50, per: .minute, level: .tenant)
        let both = Words.plan(wide, narrow)
        for refill in table.take(both, cost: AdmissionCost(), now: Words.noon).refills {
            // The narrow one is used up.
            let isWide = refill.rule.amount == 1000
            table.receive(refill, isWide ? [1, 0, 0, 0, 900, 1, 0] : [0, 1, 5_000_000, 0, 0, 1, 0], now: Words.noon)
        }
        for _ in 0..<500 { #expect(table.take(both, cost: AdmissionCost(), now: Words.noon).admission == nil) }
        var admitted = 0
        while table.take(Words.plan(wide), cost: AdmissionCost(), now: Words.noon).admission != nil { admitted += 1 }
        #expect(admitted == 100)
        // What was refused is asked for again after a while, and not with every request.
        #expect(
            table.take(both, cost: AdmissionCost(), now: Words.later(0.5)).refills.allSatisfy { $0.rule.amount == 1000 }
        )
        #expect(table.take(both, cost: AdmissionCost(), now: Words.later(1)).refills.contains { $0.rule.amount == 50 })
    }

    @Test("tokens, concurrency, money and small limits ask Redis, and so does what finds no room")
    func others() throws {
        var table = ShareTable(permille: 10, capacity: 1)
        let money = AdmissionRule.budget(BudgetRule(NanoUSD(100), per: BudgetCalendar(.day), level: .key))
        for rule in [Words.tokens(1_000_000), Words.concurrency(1000), Words.requests(100), money] {
            let (admission, refills) = table.take(Words.plan(rule), cost: AdmissionCost(), now: Words.noon)
            #expect(admission == nil && refills.isEmpty)
        }
        let plan = Words.plan(Words.requests(5000))
        #expect(table.take(plan, cost: AdmissionCost(), now: Words.noon).refills.count == 1)
        let other = Words.plan(Words.requests(5000), key: "k2")
        #expect(table.take(other, cost: AdmissionCost(), now: Words.noon).refills.isEmpty)
        table.sweep(now: Words.later(61))
        #expect(table.count == 0)
    }
}
