import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Balances in both databases", .timeLimit(.minutes(2)))
struct BalanceStoreTests {
    private let period = BalancePeriod(account: "budget", start: Samples.start, tenant: TenantID("default"))
    private let later = Samples.start.advanced(by: .seconds(60))

    private func claim(_ amount: Int64, cap: Int64?, account: String = "budget") -> BudgetClaim {
        BudgetClaim(
            period: BalancePeriod(account: account, start: Samples.start, tenant: TenantID("default")),
            amount: BalanceAmount(nanoUSD: amount, tokens: amount * 2), capNanoUSD: cap)
    }

    private func reserve(_ stores: SQLStores, _ id: String, _ claims: BudgetClaim..., now: UnixTime = Samples.start)
        async throws -> BudgetDecision
    {
        try await stores.balances.reserve(id: id, holder: "node", claims: claims, leaseEnds: self.later, now: now)
    }

    @Test("reserve, settle, and settle again", arguments: TestDatabase.kinds)
    func settle(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let held = Balance(reserved: BalanceAmount(nanoUSD: 60, tokens: 120))
            #expect(try await self.reserve(stores, "r1", self.claim(60, cap: 100)) == .reserved([held]))
            #expect(try await self.reserve(stores, "r2", self.claim(50, cap: 100)) == .refused(claim: 0, balance: held))
            #expect(try await stores.balances.settle(id: "r1", spent: [BalanceAmount(nanoUSD: 40, tokens: 9)]))
            #expect(try await stores.balances.settle(id: "r1", spent: [BalanceAmount(nanoUSD: 40, tokens: 9)]) == false)
            let balance = try await stores.balances.balance(of: "budget", start: Samples.start, in: .all)
            #expect(balance == Balance(spent: BalanceAmount(nanoUSD: 40, tokens: 9)))
            guard case .reserved = try await self.reserve(stores, "r3", self.claim(60, cap: 100)) else {
                Issue.record("60 of 100 with 40 spent fits")
                return
            }
            guard case .refused = try await self.reserve(stores, "r4", self.claim(1, cap: 100)) else {
                Issue.record("1 more than 100 does not fit")
                return
            }
            await expectStoreError(.notFound) { () async throws(StoreError) in
                try await stores.balances.settle(id: "none", spent: [])
            }
            await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.balances.reserve(
                    id: "r1", holder: "n", claims: [self.claim(0, cap: nil)], leaseEnds: self.later, now: Samples.start)
            }
        }
    }

    @Test("the first claim of a period is bounded too, and caps of tokens count", arguments: TestDatabase.kinds)
    func first(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            #expect(
                try await self.reserve(stores, "r1", self.claim(101, cap: 100))
                    == .refused(claim: 0, balance: Balance()))
            var claim = self.claim(1, cap: nil)
            claim.capTokens = 1
            #expect(try await self.reserve(stores, "r2", claim) == .refused(claim: 0, balance: Balance()))
            claim.amount.nanoUSD = -1
            let negative = claim
            await expectStoreError(.invalid) { () async throws(StoreError) in
                try await stores.balances.reserve(
                    id: "r", holder: "n", claims: [negative], leaseEnds: self.later, now: Samples.start)
            }
        }
    }

    @Test("several claims are held together or not at all", arguments: TestDatabase.kinds)
    func together(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            _ = try await stores.balances.spend(
                BalanceAmount(nanoUSD: 95), in: BalancePeriod(account: "a", start: Samples.start, tenant: nil))
            let decision = try await self.reserve(
                stores, "r1", self.claim(10, cap: nil, account: "z"), self.claim(10, cap: 100, account: "a"),
                self.claim(10, cap: 100, account: "0"))
            #expect(decision == .refused(claim: 1, balance: Balance(spent: BalanceAmount(nanoUSD: 95))))
            for account in ["z", "0"] {
                #expect(try await stores.balances.balance(of: account, start: Samples.start, in: .all) == Balance())
            }
            guard
                case .reserved(let balances) = try await self.reserve(
                    stores, "r2", self.claim(1, cap: nil, account: "z"), self.claim(2, cap: 100, account: "a"))
            else {
                Issue.record("both fit")
                return
            }
            #expect(balances.map(\.reserved.nanoUSD) == [1, 2])
            #expect(
                try await stores.balances.settle(
                    id: "r2", spent: [BalanceAmount(nanoUSD: 7), BalanceAmount(nanoUSD: 8)]))
            #expect(
                try await stores.balances.balance(of: "z", start: Samples.start, in: .all)
                    == Balance(spent: BalanceAmount(nanoUSD: 7)))
            #expect(
                try await stores.balances.balance(of: "a", start: Samples.start, in: .all)
                    == Balance(spent: BalanceAmount(nanoUSD: 103)))
        }
    }

    @Test("what is held is freed when its lease ends, and settled all the same", arguments: TestDatabase.kinds)
    func leases(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            _ = try await self.reserve(stores, "dead", self.claim(90, cap: 100))
            guard case .refused = try await self.reserve(stores, "r1", self.claim(20, cap: 100)) else {
                Issue.record("the lease still runs")
                return
            }
            let after = self.later.advanced(by: .seconds(1))
            guard
                case .reserved(let balances) = try await self.reserve(
                    stores, "r2", self.claim(20, cap: 100), now: after)
            else {
                Issue.record("the lease has ended")
                return
            }
            #expect(balances[0].reserved.nanoUSD == 20)
            #expect(try await stores.balances.settle(id: "dead", spent: [BalanceAmount(nanoUSD: 30)]))
            let balance = try await stores.balances.balance(of: "budget", start: Samples.start, in: .all)
            #expect(balance.spent.nanoUSD == 30 && balance.reserved.nanoUSD == 20)
            #expect(try await stores.balances.extend(holder: "node", leaseEnds: after.advanced(by: .seconds(60))) == 1)
            #expect(try await stores.balances.sweep(now: after, limit: 10) == 0)
            #expect(try await stores.balances.sweep(now: after.advanced(by: .seconds(60)), limit: 10) == 1)
            #expect(try await stores.balances.balance(of: "budget", start: Samples.start, in: .all).reserved == .zero)
            #expect(try await stores.balances.prune(before: after.advanced(by: .seconds(3600))) == 2)
        }
    }

    @Test(
        "a hundred at once on two stores never pass the cap, and none is refused that fits",
        arguments: TestDatabase.kinds)
    func parallel(kind: SQLDialect) async throws {
        let database = try await TestDatabase(kind)
        defer { database.remove() }
        var settings = StoreSettings()
        // A hundred commits on a slow disk, one after the other.
        settings.lockTimeout = .seconds(30)
        settings.callTimeout = .seconds(60)
        try await database.withStores(settings) { first async throws in
            try await database.withStores(settings) { second async throws in
                let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for index in 0..<100 {
                        group.addTask {
                            let stores = index.isMultiple(of: 2) ? first : second
                            // The two claims stand in turns in the one order and in the other.
                            let claims = [self.claim(10, cap: 300), self.claim(1, cap: nil, account: "wide")]
                            let decision = try await stores.balances.reserve(
                                id: "r\(index)", holder: "n",
                                claims: index.isMultiple(of: 3) ? claims.reversed() : claims,
                                leaseEnds: self.later, now: Samples.start)
                            if case .reserved = decision { return true }
                            return false
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(granted == 30)
                let balance = try await first.balances.balance(of: "budget", start: Samples.start, in: .all)
                #expect(balance.reserved.nanoUSD == 300)
                #expect(
                    try await first.balances.balance(of: "wide", start: Samples.start, in: .all).reserved.nanoUSD == 30)
            }
        }
    }

    @Test("amounts of several periods are added at once, by many at a time", arguments: TestDatabase.kinds)
    func addedTogether(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let periods = (0..<20).map {
                BalancePeriod(account: "a\($0)", start: Samples.start, tenant: TenantID("default"))
            }
            func charges(_ tokens: Int64) -> [BalanceCharge] {
                periods.map { BalanceCharge(period: $0, amount: BalanceAmount(nanoUSD: 3, tokens: tokens)) }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<10 {
                    let charges = number.isMultiple(of: 2) ? charges(1) : charges(1).reversed()
                    group.addTask { _ = try await stores.balances.spend(charges) }
                }
                try await group.waitForAll()
            }
            let expected = Balance(spent: BalanceAmount(nanoUSD: 33, tokens: 15))
            #expect(try await stores.balances.spend(charges(5)) == periods.map { _ in expected })
            let asked = [periods[3], BalancePeriod(account: "none", start: Samples.start, tenant: nil)]
            #expect(try await stores.balances.balances(of: asked) == [expected, Balance()])
            await expectStoreError(.invalid) { () async throws(StoreError) in
                try await stores.balances.spend(charges(1) + charges(-1))
            }
            #expect(try await stores.balances.balances(of: periods) == periods.map { _ in expected })
        }
    }
}
