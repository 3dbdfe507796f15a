import Glibc
import SluiceCore
import SluiceIdentity
import SluiceStores
import Testing

/// Keys in a database, as the gateway has them.
@Suite("Stored keys over SQLite")
struct StoredKeysOverSQLiteTests {
    private static let now = TestIdentity.now
    private static let act = TestIdentity.act

    /// Everything over one database, and the feed read by hand.
    private struct Deployment {
        let stores: SQLStores
        let directory: KeyDirectory
        let authenticator: CredentialAuthenticator
        let mint: KeyMint

        init(_ stores: SQLStores) {
            let hasher = SecretHasher.forKeys(threads: 1)
            let memory = CredentialMemory(knownFor: .seconds(3600))
            self.stores = stores
            self.mint = KeyMint(hasher: hasher)
            self.directory = KeyDirectory(
                keys: stores.keys, tenants: stores.tenants, teams: stores.teams, users: stores.users, memory: memory)
            self.authenticator = CredentialAuthenticator(
                staticKeys: StaticKeyring([]),
                verifiers: [StoredKeyVerifier(directory: self.directory, hasher: hasher, whenClientLeaves: .cancel)],
                memory: memory
            )
        }

        func word(_ key: String) async -> String {
            if self.authenticator.known(key[...], from: nil, at: TestIdentity.now) != nil { return "known" }
            return await self.authenticator.verify(key, from: nil, at: TestIdentity.now).word
        }

        func follow(from number: Int64) async throws -> Int64 {
            guard case .changes(let changes) = try await self.stores.changes.changes(after: number, limit: 100) else {
                await self.directory.everythingChanged()
                return try await self.stores.changes.latest()
            }
            await self.directory.changed(changes)
            return changes.last?.number ?? number
        }
    }

    private static func withStores(_ body: (SQLStores) async throws -> Void) async throws {
        var template = Array("/tmp/sluice-identity-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let stores = try SQLStores(try StoreLocation("sqlite:\(folder)/test.db"))
        try await stores.migrate()
        do {
            try await body(stores)
        } catch {
            await stores.close()
            throw error
        }
        await stores.close()
        for suffix in ["", "-wal", "-shm"] { unlink("\(folder)/test.db\(suffix)") }
        rmdir(folder)
    }

    @Test("a key is made, stored, verified, changed, rotated and revoked, and the feed puts each change in force")
    func life() async throws {
        try await Self.withStores { stores in
            let deployment = Deployment(stores)
            // Another replica over the same database.
            let other = Deployment(stores)
            let minted = try await deployment.mint.mint(id: nil)
            let key = minted.key.expose()
            #expect(await deployment.word(key) == "refused")
            var record = try await stores.keys.insert(
                KeyRecord(
                    id: minted.id, tenantID: TenantRecord.defaultID, name: "a key", secretHash: minted.hash,
                    createdAt: Self.now),
                in: .all, as: Self.act)
            var place = try await deployment.follow(from: 0)
            for replica in [deployment, other] {
                #expect(await replica.word(key) == "accepted")
                #expect(await replica.word(key) == "known")
            }
            let rotated = try await deployment.mint.mint(id: minted.id)
            record.graceHash = record.secretHash
            record.graceEndsAt = Self.now.advanced(by: .seconds(60))
            record.secretHash = rotated.hash
            record = try await stores.keys.update(record, in: .all, as: Self.act)
            place = try await deployment.follow(from: place)
            #expect(await deployment.word(rotated.key.expose()) == "accepted")
            #expect(await deployment.word(key) == "accepted")
            record.revoke(at: Self.now)
            record = try await stores.keys.update(record, in: .all, as: Self.act)
            // Who has not read the feed does not know yet.
            #expect(await other.word(key) == "known")
            _ = try await deployment.follow(from: place)
            _ = try await other.follow(from: place)
            for replica in [deployment, other] {
                #expect(await replica.word(key) == "refused")
                #expect(await replica.word(rotated.key.expose()) == "refused")
            }
        }
    }

    @Test("a tenant that is disabled takes its keys with it, and nobody else's")
    func tenant() async throws {
        try await Self.withStores { stores in
            let deployment = Deployment(stores)
            var tenant = try await stores.tenants.insert(
                TenantRecord(id: TenantID("ten_b"), name: "b", createdAt: Self.now), in: .all, as: Self.act)
            var keys: [String] = []
            for id in [tenant.id, TenantRecord.defaultID] {
                let minted = try await deployment.mint.mint(id: nil)
                _ = try await stores.keys.insert(
                    KeyRecord(
                        id: minted.id, tenantID: id, name: "a key", secretHash: minted.hash, createdAt: Self.now),
                    in: .all, as: Self.act)
                keys.append(minted.key.expose())
            }
            let place = try await deployment.follow(from: 0)
            for key in keys { #expect(await deployment.word(key) == "accepted") }
            tenant.isDisabled = true
            tenant = try await stores.tenants.update(tenant, in: .all, as: Self.act)
            _ = try await deployment.follow(from: place)
            #expect(await deployment.word(keys[0]) == "refused")
            #expect(await deployment.word(keys[1]) == "known")
        }
    }
}
