import SluiceCore
import Testing

@testable import SluiceStores

@Suite("Records in both databases", .timeLimit(.minutes(2)))
struct RecordStoreTests {
    @Test("what is stored comes back whole", arguments: TestDatabase.kinds)
    func roundTrip(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let tenant = try await stores.tenants.insert(Samples.tenant("acme"), in: .all, as: Samples.act())
            #expect(try await stores.tenants.record(tenant.id, in: .all) == tenant)
            let team = try await stores.teams.insert(Samples.team("red", "acme"), in: .all, as: Samples.act())
            #expect(try await stores.teams.record(team.id, in: .all) == team)
            let user = try await stores.users.insert(
                Samples.user("ann", "acme", team: "red"), in: .all, as: Samples.act())
            #expect(try await stores.users.record(user.id, in: .all) == user)
            var key = Samples.key("abc", "acme")
            key.team = team.id
            key.user = user.id
            key.rotate(to: Secret("new"), at: Samples.start, grace: .seconds(60))
            key.surfaces = ["chat", "embed"]
            key.models = []
            key.admin = .tenant
            key.networks = ["10.0.0.0/8", "2001:db8::/32"]
            key.tags = ["cost center": "a\"b\\c\n"]
            key.metadata = ["": "empty"]
            key.limits = "[]"
            key.budget = "{}"
            key.whenClientLeaves = "drain"
            key.isCaptured = false
            key.expiresAt = Samples.start.advanced(by: .seconds(1))
            key.disabledAt = Samples.start
            key.revoke(at: Samples.start)
            let stored = try await stores.keys.insert(key, in: .all, as: Samples.act())
            #expect(try await stores.keys.record(key.id, in: .all) == stored)
            key.revision = stored.revision
            #expect(stored == key)
            let rule = try await stores.rules.insert(Samples.rule("r1", nil), in: .all, as: Samples.act())
            #expect(try await stores.rules.record(rule.id, in: .all) == rule)
            #expect(try await stores.keys.record(KeyID("none"), in: .all) == nil)
        }
    }

    @Test("a record is replaced only as it was read", arguments: TestDatabase.kinds)
    func optimistic(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let first = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
            var mine = first
            mine.name = "mine"
            var theirs = first
            theirs.name = "theirs"
            let changed = try await stores.keys.update(mine, in: .all, as: Samples.act(5, verb: "rename"))
            #expect(changed.revision > first.revision)
            #expect(changed.updatedAt == Samples.start.advanced(by: .seconds(5)))
            await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.keys.update(theirs, in: .all, as: Samples.act())
            }
            #expect(try await stores.keys.record(first.id, in: .all) == changed)
            await expectStoreError(.notFound) { () async throws(StoreError) in
                try await stores.keys.update(Samples.key("none", "default"), in: .all, as: Samples.act())
            }
        }
    }

    @Test("what must be unique is", arguments: TestDatabase.kinds)
    func unique(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            _ = try await stores.tenants.insert(Samples.tenant("acme"), in: .all, as: Samples.act())
            _ = try await stores.users.insert(Samples.user("ann", "default"), in: .all, as: Samples.act())
            let same = UserRecord(
                id: UserID("other"), tenantID: TenantID("acme"), email: "  Ann@Example.COM ", createdAt: Samples.start)
            await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.users.insert(same, in: .all, as: Samples.act())
            }
            #expect(try await stores.users.user(email: "ANN@example.com", in: .all)?.id == UserID("ann"))
            _ = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
            let error = await expectStoreError(.conflict) { () async throws(StoreError) in
                try await stores.keys.insert(Samples.key("abc", "acme"), in: .all, as: Samples.act())
            }
            #expect(error?.description.contains("argon2id") == false)
        }
    }

    @Test("references stay within a tenant and do not dangle", arguments: TestDatabase.kinds)
    func references(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            _ = try await stores.tenants.insert(Samples.tenant("acme"), in: .all, as: Samples.act())
            _ = try await stores.teams.insert(Samples.team("red", "acme"), in: .all, as: Samples.act())
            var key = Samples.key("abc", "default")
            key.team = TeamID("red")
            let foreign = key
            await expectStoreError(.reference) { () async throws(StoreError) in
                try await stores.keys.insert(foreign, in: .all, as: Samples.act())
            }
            _ = try await stores.users.insert(Samples.user("ann", "acme", team: "red"), in: .all, as: Samples.act())
            await expectStoreError(.reference) { () async throws(StoreError) in
                try await stores.teams.remove(TeamID("red"), in: .all, as: Samples.act())
            }
            try await stores.users.remove(UserID("ann"), in: .all, as: Samples.act())
            try await stores.teams.remove(TeamID("red"), in: .all, as: Samples.act())
            await expectStoreError(.notFound) { () async throws(StoreError) in
                try await stores.teams.remove(TeamID("red"), in: .all, as: Samples.act())
            }
        }
    }

    @Test("a removed key keeps its row and leaves the lists", arguments: TestDatabase.kinds)
    func removedKey(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            let key = try await stores.keys.insert(Samples.key("abc", "default"), in: .all, as: Samples.act())
            try await stores.keys.remove(key.id, in: .all, as: Samples.act(9))
            let removed = try #require(try await stores.keys.record(key.id, in: .all))
            #expect(removed.removedAt == Samples.start.advanced(by: .seconds(9)))
            #expect(removed.standing(at: Samples.start) == .revoked)
            #expect(try await stores.keys.records(in: .all, where: .all, page: PageRequest()).records.isEmpty)
            #expect(
                try await stores.keys.records(in: .all, where: .withRemoved, page: PageRequest()).records.count == 1)
            await expectStoreError(.notFound) { () async throws(StoreError) in
                try await stores.keys.update(removed, in: .all, as: Samples.act())
            }
            let actions = try await stores.audit.entries(in: .all, subject: "abc", page: PageRequest()).records.map(
                \.action)
            #expect(actions == ["key.create", "key.remove"])
        }
    }

    @Test("pages hold each record once, in the order of creation", arguments: TestDatabase.kinds)
    func pages(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            // Three moments for seven keys, and ids in another order.
            for (index, id) in ["g", "b", "e", "a", "Z", "c", "f"].enumerated() {
                _ = try await stores.keys.insert(
                    Samples.key(id, "default", seconds: index / 3), in: .all, as: Samples.act())
            }
            var seen: [String] = []
            var cursor: String?
            var pages = 0
            repeat {
                let page = try await stores.keys.records(
                    in: .tenant(TenantID("default")), where: .all, page: PageRequest(limit: 2, after: cursor))
                #expect(page.records.count <= 2)
                seen += page.records.map(\.id.text)
                cursor = page.next
                pages += 1
            } while cursor != nil && pages < 10
            #expect(seen == ["b", "e", "g", "Z", "a", "c", "f"])
            #expect(pages == 4)
            await expectStoreError(.invalid) { () async throws(StoreError) in
                try await stores.keys.records(in: .all, where: .all, page: PageRequest(after: "nonsense"))
            }
        }
    }

    @Test("lists are narrowed by team, user and subject", arguments: TestDatabase.kinds)
    func filters(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            _ = try await stores.teams.insert(Samples.team("red", "default"), in: .all, as: Samples.act())
            _ = try await stores.users.insert(Samples.user("ann", "default", team: "red"), in: .all, as: Samples.act())
            _ = try await stores.users.insert(Samples.user("bob", "default"), in: .all, as: Samples.act())
            var key = Samples.key("one", "default")
            key.team = TeamID("red")
            _ = try await stores.keys.insert(key, in: .all, as: Samples.act())
            key = Samples.key("two", "default")
            key.user = UserID("bob")
            _ = try await stores.keys.insert(key, in: .all, as: Samples.act())
            _ = try await stores.rules.insert(Samples.rule("r", nil), in: .all, as: Samples.act())
            let page = PageRequest()
            #expect(
                try await stores.users.records(in: .all, where: .team(TeamID("red")), page: page).records.map(\.id.text)
                    == ["ann"])
            #expect(
                try await stores.keys.records(in: .all, where: .team(TeamID("red")), page: page).records.map(\.id.text)
                    == ["one"])
            #expect(
                try await stores.keys.records(in: .all, where: .user(UserID("bob")), page: page).records.map(\.id.text)
                    == ["two"])
            #expect(
                try await stores.rules.records(in: .all, where: .subject(.team, "red"), page: page).records.count == 1)
            #expect(try await stores.rules.records(in: .all, where: .subject(.user, "red"), page: page).records.isEmpty)
            #expect(try await stores.rules.records(in: .all, where: .sort(.budget), page: page).records.isEmpty)
        }
    }

    @Test("a text with a zero byte is refused, whichever database it is", arguments: TestDatabase.kinds)
    func zeroByte(kind: SQLDialect) async throws {
        try await TestDatabase.withStores(kind) { stores async throws in
            var key = Samples.key("abc", "default")
            key.name = "a\0b"
            let bad = key
            await expectStoreError(.invalid) { () async throws(StoreError) in
                try await stores.keys.insert(bad, in: .all, as: Samples.act())
            }
            #expect(try await stores.changes.latest() == 0)
        }
    }
}
