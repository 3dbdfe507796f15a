import SluiceCore
import Testing

@testable import SluiceStores

@Suite("No call of one tenant shows or changes anything of another", .timeLimit(.minutes(2)))
struct TenantIsolationTests {
    /// Two tenants with one record of each kind.
    private func fill(_ stores: SQLStores) async throws {
        for name in ["a", "b"] {
            _ = try await stores.tenants.insert(Samples.tenant(name), in: .all, as: Samples.act())
            _ = try await stores.teams.insert(Samples.team("team-\(name)", name), in: .all, as: Samples.act())
            _ = try await stores.users.insert(Samples.user("user-\(name)", name), in: .all, as: Samples.act())
            _ = try await stores.keys.insert(Samples.key("key-\(name)", name), in: .all, as: Samples.act())
            _ = try await stores.rules.insert(Samples.rule("rule-\(name)", name), in: .all, as: Samples.act())
        }
        _ = try await stores.rules.insert(Samples.rule("rule-all", nil), in: .all, as: Samples.act())
    }

    /// All calls of a store, made for tenant A with a record of tenant B.
    private func attack<Record: SQLRecord>(
        _ store: SQLRecordStore<Record>,
        foreign id: RecordID<Record>,
        new: Record,
        everything: Record.Filter
    ) async throws {
        let own = TenantScope.tenant(TenantID("a"))
        let before = try #require(try await store.record(id, in: .all))
        #expect(try await store.record(id, in: own) == nil)
        let listed = try await store.records(in: own, where: everything, page: PageRequest()).records
        #expect(listed.count == 1)
        #expect(listed.allSatisfy { $0.tenant == TenantID("a") })
        await expectStoreError(.notFound) { () async throws(StoreError) in
            try await store.update(before, in: own, as: Samples.act())
        }
        await expectStoreError(.notFound) { () async throws(StoreError) in
            try await store.remove(id, in: own, as: Samples.act())
        }
        await expectStoreError(.notFound) { () async throws(StoreError) in
            try await store.insert(new, in: own, as: Samples.act())
        }
        #expect(try await store.record(id, in: .all) == before)
        #expect(try await store.record(new.id, in: .all) == nil)
    }

    @Test("by the scope of each call", arguments: TestDatabase.kinds)
    func scopes(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            try await self.fill(stores)
            let latest = try await stores.changes.latest()
            try await self.attack(
                SQLRecordStore<TenantRecord>(database: stores.database), foreign: TenantID("b"),
                new: Samples.tenant("c"), everything: .all)
            try await self.attack(
                SQLRecordStore<TeamRecord>(database: stores.database), foreign: TeamID("team-b"),
                new: Samples.team("new", "b"), everything: .all)
            try await self.attack(
                SQLRecordStore<UserRecord>(database: stores.database), foreign: UserID("user-b"),
                new: Samples.user("new", "b"), everything: .all)
            try await self.attack(
                SQLRecordStore<KeyRecord>(database: stores.database), foreign: KeyID("key-b"),
                new: Samples.key("new", "b"), everything: .withRemoved)
            try await self.attack(
                SQLRecordStore<RuleRecord>(database: stores.database), foreign: RuleID("rule-b"),
                new: Samples.rule("new", "b"), everything: .all)
            // A rule of the deployment is no tenant's to see, change or make.
            try await self.attack(
                SQLRecordStore<RuleRecord>(database: stores.database), foreign: RuleID("rule-all"),
                new: Samples.rule("new", nil), everything: .all)
            #expect(try await stores.changes.latest() == latest)
            #expect(try await stores.users.user(email: "user-b@example.com", in: .tenant(TenantID("a"))) == nil)
            #expect(try await stores.users.user(email: "user-a@example.com", in: .tenant(TenantID("a"))) != nil)
        }
    }

    @Test("by a forged record that names the other tenant's id", arguments: TestDatabase.kinds)
    func forged(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            try await self.fill(stores)
            let before = try #require(try await stores.keys.record(KeyID("key-b"), in: .all))
            var forged = Samples.key("key-b", "a")
            forged.revision = before.revision
            forged.secretHash = Secret("mine")
            let attempt = forged
            await expectStoreError(.notFound) { () async throws(StoreError) in
                try await stores.keys.update(attempt, in: .tenant(TenantID("a")), as: Samples.act())
            }
            #expect(try await stores.keys.record(KeyID("key-b"), in: .all) == before)
            // Taking over an id of another tenant by making it anew.
            await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.keys.insert(Samples.key("key-b", "a"), in: .tenant(TenantID("a")), as: Samples.act())
            }
        }
    }

    @Test("by filters, the audit table and balances", arguments: TestDatabase.kinds)
    func others(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            try await self.fill(stores)
            let own = TenantScope.tenant(TenantID("a"))
            let page = PageRequest()
            #expect(try await stores.keys.records(in: own, where: .team(TeamID("team-b")), page: page).records.isEmpty)
            #expect(try await stores.keys.records(in: own, where: .user(UserID("user-b")), page: page).records.isEmpty)
            let audit = try await stores.audit.entries(in: own, subject: nil, page: page).records
            #expect(audit.count == 5)
            #expect(audit.allSatisfy { $0.tenant == TenantID("a") })
            #expect(try await stores.audit.entries(in: own, subject: "key-b", page: page).records.isEmpty)
            let period = BalancePeriod(account: "budget-b", start: Samples.start, tenant: TenantID("b"))
            _ = try await stores.balances.spend(BalanceAmount(nanoUSD: 5), in: period)
            #expect(try await stores.balances.balance(of: "budget-b", start: Samples.start, in: own) == Balance())
            #expect(
                try await stores.balances.balance(of: "budget-b", start: Samples.start, in: .all).spent.nanoUSD == 5)
        }
    }
}
