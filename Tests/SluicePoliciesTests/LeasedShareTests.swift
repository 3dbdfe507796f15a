import Synchronization
import Testing

@testable import SluicePolicies

@Suite("Leased shares")
struct LeasedShareTests {
    private struct Pending {
        let node: Int
        let amount: Int64
        let isGranted: Bool
        let due: Int64
    }

    @Test("all nodes together go over the limit by at most the sizes of their shares, in any window", arguments: 0..<60)
    func bound(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let limit = Int64.random(in: 20...400, using: &random)
        let window = LimitWindow.minute.microseconds
        let isLog = Bool.random(using: &random)
        let rule =
            isLog
            ? LimitRule(limit, .requests(per: .minute), level: .key)
            : LimitRule(limit, .tokens(TokenMeasure(), per: .minute), level: .key)
        let permille = Int.random(in: 1...200, using: &random)
        let nodeCount = Int.random(in: 1...5, using: &random)
        let share = try #require(LeasedShare(of: rule, permille: permille))
        var nodes = [LeasedShare](repeating: share, count: nodeCount)
        let counter = Counter(number: 1, rule: .limit(rule))
        var now: Int64 = 1_796_040_000_000_000
        var admitted: [(time: Int64, cost: Int64)] = []
        var pending: [Pending] = []

        func central(_ amount: Int64) -> Bool {
            counter.state.withLock { state in
                guard state.meter.wait(for: amount, rule: .limit(rule), now: now) == nil else { return false }
                _ = state.meter.take(amount, now: now)
                return true
            }
        }
        for _ in 0..<4000 {
            now += Int64.random(in: 0...(window / 40), using: &random)
            let moment = Moment(microsecondsSince1970: now)
            for answer in pending where answer.due <= now {
                nodes[answer.node].receive(answer.amount, isGranted: answer.isGranted, now: moment)
            }
            pending.removeAll { $0.due <= now }
            let node = Int.random(in: 0..<nodeCount, using: &random)
            let cost = Int64.random(in: 1...max(1, limit / 20), using: &random)
            var ask: Int64 = 0
            switch nodes[node].take(cost, now: moment) {
            case .granted(let refill):
                admitted.append((now, cost))
                ask = refill
            case .empty(let amount): ask = amount
            case .tooLarge: if central(cost) { admitted.append((now, cost)) }
            }
            // The node asks now; the answer takes its time, up to two windows.
            let asked = ask > 0 ? nodes[node].ask(ask, now: moment) : 0
            if asked > 0 {
                let isGranted = central(asked)
                let due =
                    now + Int64.random(in: 0...(window * 2), using: &random) * (Bool.random(using: &random) ? 1 : 0)
                pending.append(Pending(node: node, amount: asked, isGranted: isGranted, due: due))
            }
            #expect(nodes.allSatisfy { $0.held >= 0 && $0.held <= share.size })
            let inWindow = admitted.reversed().prefix { $0.time > now - window }.reduce(0) { $0 + $1.cost }
            #expect(inWindow <= limit + Int64(nodeCount) * share.size)
        }
        #expect(admitted.count > 20)
    }

    @Test("a node with a quiet hour does not hoard")
    func expiry() throws {
        var share = try #require(LeasedShare(of: LimitRule(1000, .requests(per: .minute), level: .key), permille: 100))
        let noon = PolicyWords.noon
        #expect(share.take(1, now: noon) == .empty(ask: 100))
        #expect(share.ask(100, now: noon) == 100)
        #expect(share.ask(100, now: noon) == 0)
        share.receive(100, isGranted: true, now: noon)
        #expect(share.take(1, now: noon) == .granted(refill: 0))
        #expect(share.take(60, now: noon) == .granted(refill: 61))
        #expect(share.take(101, now: noon) == .tooLarge)
        #expect(share.take(1, now: PolicyWords.later(60)) == .empty(ask: 100))
        #expect(LeasedShare(of: LimitRule(5, .concurrency, level: .key)) == nil)
    }
}
