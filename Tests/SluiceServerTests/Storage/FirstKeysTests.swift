import SluiceConfig
import SluiceCore
import SluiceStores
import Testing

@testable import SluiceServer

@Suite("The keys of a first start", .timeLimit(.minutes(2)))
struct FirstKeysTests {
    private static func firstKeys(_ stores: SQLStores, hasAdminKey: Bool = false, isBusy: Bool = false) -> FirstKeys {
        FirstKeys(stores: stores, minting: PlainMint(isBusy: isBusy), hasAdminKey: hasAdminKey)
    }

    private static func all(_ stores: SQLStores) async throws -> [KeyRecord] {
        try await stores.keys.records(in: .all, where: .withRemoved, page: PageRequest()).records
    }

    @Test("none is needed where there is another way in, or no lock")
    func needed() throws {
        func needsKeys(_ change: (inout AuthConfiguration) -> Void) -> Bool {
            var auth = AuthConfiguration()
            change(&auth)
            return GatewayAssembly.needsKeys(auth)
        }
        let url = try #require(WebURL("https://id.example.com/introspect"))
        #expect(needsKeys { _ in })
        #expect(!needsKeys { $0.isRequired = false })
        #expect(!needsKeys { $0.keys = [StaticKeyConfiguration(name: "k", key: Secret("sk-k"))] })
        #expect(!needsKeys { $0.issuers = [TokenIssuer(issuer: "https://id.example.com", audiences: ["a"])] })
        #expect(!needsKeys { $0.introspection = [IntrospectionEndpoint(url: url, clientID: "c")] })
        #expect(
            !needsKeys { $0.certificates = [CertificateRule(field: .dns, pattern: ModelPattern("*"), name: "any")] })
    }

    @Test("an admin key and a client key are made once, and only their hashes are stored")
    func once() async throws {
        try await TestStores.with { stores async throws in
            let made = try #require(try await Self.firstKeys(stores).make(at: TestStores.start))
            let admin = try #require(made.admin)
            let records = try await Self.all(stores)
            #expect(Set(records.map(\.id)) == [admin.id, made.client.id])
            #expect(records.first { $0.id == admin.id }?.admin == .deployment)
            #expect(records.first { $0.id == made.client.id }?.admin == KeyRecord.AdminScope.none)
            #expect(records.allSatisfy { $0.secretHash == Secret("hash of \($0.id)") })
            #expect(records.allSatisfy { $0.tenantID == TenantRecord.defaultID })
            #expect(try await Self.firstKeys(stores).make(at: TestStores.start) == nil)
            #expect(try await Self.all(stores).count == 2)
            let audit = try await stores.audit.entries(in: .all, subject: nil, page: PageRequest()).records
            #expect(audit.map(\.action) == ["key.create", "key.create"])
            #expect(audit.allSatisfy { $0.act.actorKind == .gateway })
        }
    }

    @Test("no admin key is made where the environment has one")
    func hasAdminKey() async throws {
        try await TestStores.with { stores async throws in
            let made = try #require(try await Self.firstKeys(stores, hasAdminKey: true).make(at: TestStores.start))
            #expect(made.admin == nil)
            #expect(try await Self.all(stores).map(\.id) == [made.client.id])
        }
    }

    @Test("a key that was removed was a key: none is made again")
    func removed() async throws {
        try await TestStores.with { stores async throws in
            let made = try #require(try await Self.firstKeys(stores, hasAdminKey: true).make(at: TestStores.start))
            let act = AdministrativeAct(actorKind: .command, actor: "test", at: TestStores.start)
            try await stores.keys.remove(made.client.id, in: .all, as: act)
            #expect(try await Self.firstKeys(stores).make(at: TestStores.start) == nil)
        }
    }

    @Test("of many that start at once, one makes them")
    func concurrent() async throws {
        try await TestStores.with { stores async throws in
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await Self.firstKeys(stores).make(at: TestStores.start) != nil }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(made == 1)
            #expect(try await Self.all(stores).count == 2)
            // None of the others left a gap in the feed.
            guard case .changes(let changes) = try await stores.changes.changes(after: 0, limit: 10) else {
                Issue.record("the feed has a gap")
                return
            }
            #expect(changes.count == 2)
        }
    }

    @Test("what cannot be hashed now is tried later")
    func busy() async throws {
        try await TestStores.with { stores async throws in
            await #expect(throws: StoreError.self) {
                _ = try await Self.firstKeys(stores, isBusy: true).make(at: TestStores.start)
            }
            let keys = try await Self.all(stores)
            #expect(keys.isEmpty)
        }
    }
}
