import SluiceCore
import SluiceIdentity
import Testing

@Suite("StoredKeyVerifier and KeyDirectory")
struct StoredKeyVerifierTests {
    @Test("the principal is what the records say")
    func principal() async throws {
        let identity = TestIdentity()
        let (key, record) = try await identity.key { key in
            key.user = TestIdentity.user.id
            key.name = "a name"
            key.surfaces = ["chat"]
            key.models = ["gpt-*"]
            key.admin = .tenant
            key.tags = ["team": "search"]
            key.limits = "{}"
            key.budget = "[]"
            key.whenClientLeaves = "drain_most"
        }
        let principal = try #require(await identity.verify(key).principal)
        #expect(principal.proof == .storedKey)
        #expect(principal.keyID == record.id.text)
        #expect(principal.keyName == "a name")
        #expect(principal.tenant == TestIdentity.tenant.id.text)
        #expect(principal.user == TestIdentity.user.id.text)
        // The key names no team; its user is of one.
        #expect(principal.team == TestIdentity.team.id.text)
        #expect(principal.surfaces == ["chat"])
        #expect(principal.mayUse(model: "gpt-4o"))
        #expect(!principal.mayUse(model: "claude"))
        #expect(principal.admin == .tenant)
        #expect(principal.tags == ["team": "search"])
        #expect(principal.limits == "{}")
        #expect(principal.budget == "[]")
        #expect(principal.whenClientLeaves == .drainMost)
        let (plain, _) = try await identity.key()
        #expect(await identity.verify(plain).principal?.whenClientLeaves == .drain)
        #expect(await identity.verify(plain).principal?.team == nil)
    }

    @Test("a tenant, team or user that is disabled or gone disables its keys", arguments: ["tenant", "team", "user"])
    func holders(kind: String) async throws {
        let identity = TestIdentity()
        let (key, _) = try await identity.key { key in
            key.user = TestIdentity.user.id
            key.team = TestIdentity.team.id
        }
        #expect(await identity.verify(key).word == "accepted")
        try await Self.disable(kind, identity)
        #expect(identity.known(key) == nil)
        #expect(await identity.verify(key).word == "refused")
        try await Self.disable(kind, identity, isDisabled: false)
        #expect(await identity.verify(key).word == "accepted")
    }

    @Test("a revoked key is refused as soon as the change was told")
    func revocation() async throws {
        let identity = TestIdentity()
        var (key, record) = try await identity.key()
        let (other, _) = try await identity.key()
        #expect(await identity.verify(key).word == "accepted")
        #expect(await identity.verify(other).word == "accepted")
        record.revoke(at: TestIdentity.now)
        identity.keys.put(record)
        await identity.tell(.key, record.id.text)
        #expect(identity.known(key) == nil)
        #expect(await identity.verify(key).word == "refused")
        #expect(identity.known(other) != nil)
    }

    @Test("a key that is revoked while it is verified is not accepted")
    func revokedMeanwhile() async throws {
        let identity = TestIdentity()
        let (key, record) = try await identity.key()
        identity.keys.beforeNextAnswer {
            var record = record
            record.revoke(at: TestIdentity.now)
            identity.keys.put(record)
            await identity.tell(.key, record.id.text)
        }
        #expect(await identity.verify(key).word == "refused")
        #expect(identity.keys.reads == 2)
        #expect(identity.memory.count == 0)
    }

    @Test("a tenant that is disabled while it is read does not stay enabled in memory")
    func disabledMeanwhile() async throws {
        let identity = TestIdentity()
        let (key, _) = try await identity.key()
        identity.tenants.beforeNextAnswer {
            var tenant = TestIdentity.tenant
            tenant.isDisabled = true
            identity.tenants.put(tenant)
            await identity.tell(.tenant, tenant.id.text)
        }
        #expect(await identity.verify(key).word == "refused")
    }

    @Test("a change that leaves the secret alone costs a read and no hash, and is in the principal")
    func changedRecord() async throws {
        let identity = TestIdentity()
        var (key, record) = try await identity.key()
        #expect(await identity.verify(key).word == "accepted")
        let before = identity.hasher.computed
        record.name = "another name"
        identity.keys.put(record)
        await identity.tell(.key, record.id.text)
        #expect(await identity.verify(key).principal?.keyName == "another name")
        #expect(identity.hasher.computed == before)
    }

    @Test("after a rotation both secrets are good until the grace ends, and then the new one alone")
    func rotation() async throws {
        let identity = TestIdentity()
        var (old, record) = try await identity.key()
        #expect(await identity.verify(old).word == "accepted")
        let minted = try await KeyMint(hasher: identity.hasher).mint(id: record.id)
        let end = TestIdentity.now.advanced(by: .seconds(60))
        record.graceHash = record.secretHash
        record.graceEndsAt = end
        record.secretHash = minted.hash
        identity.keys.put(record)
        await identity.tell(.key, record.id.text)
        #expect(await identity.verify(minted.key.expose()).word == "accepted")
        #expect(await identity.verify(old).word == "accepted")
        #expect(identity.known(old) != nil)
        #expect(identity.known(old, at: end) == nil)
        #expect(await identity.verify(old, at: end).word == "refused")
        #expect(identity.known(minted.key.expose(), at: end) != nil)
    }

    @Test("a key ceases to be known when it expires")
    func expiry() async throws {
        let identity = TestIdentity()
        let end = TestIdentity.now.advanced(by: .seconds(60))
        let (key, _) = try await identity.key { $0.expiresAt = end }
        #expect(await identity.verify(key).word == "accepted")
        #expect(identity.known(key, at: end.advanced(by: .milliseconds(-1))) != nil)
        #expect(identity.known(key, at: end) == nil)
        #expect(await identity.verify(key, at: end).word == "refused")
    }

    @Test(
        "while the database is away known keys work for the stated time, others are told so, and it recovers by itself")
    func databaseAway() async throws {
        let identity = TestIdentity(knownFor: .seconds(60))
        let (known, _) = try await identity.key()
        let (unknown, _) = try await identity.key()
        #expect(await identity.verify(known).word == "accepted")
        identity.keys.fail(TestIdentity.away)
        #expect(identity.known(known) != nil)
        guard case .unavailable(let reason) = await identity.verify(unknown) else {
            Issue.record("a key that cannot be looked up was not told so")
            return
        }
        #expect(!reason.contains("db.internal"))
        let late = TestIdentity.now.advanced(by: .seconds(60))
        #expect(identity.known(known, at: late.advanced(by: .milliseconds(-1))) != nil)
        #expect(identity.known(known, at: late) == nil)
        #expect(await identity.verify(known, at: late).word == "unavailable")
        let before = identity.hasher.computed
        identity.keys.fail(nil)
        #expect(await identity.verify(known, at: late).word == "accepted")
        #expect(identity.known(known, at: late) != nil)
        #expect(identity.hasher.computed == before)
        #expect(await identity.verify(unknown, at: late).word == "accepted")
    }

    @Test("the time runs from when the database was last heard of, by the feed too")
    func caughtUp() async throws {
        let identity = TestIdentity(knownFor: .seconds(60))
        let (key, _) = try await identity.key()
        #expect(await identity.verify(key).word == "accepted")
        await identity.directory.caughtUp(at: TestIdentity.now.advanced(by: .seconds(50)))
        #expect(identity.known(key, at: TestIdentity.now.advanced(by: .seconds(109))) != nil)
        #expect(identity.known(key, at: TestIdentity.now.advanced(by: .seconds(110))) == nil)
    }

    @Test("a database that is away is not taken for a wrong key, however often it is asked")
    func awayIsNoFailure() async throws {
        var bounds = VerificationBounds()
        bounds.failureBurst = 2
        let identity = TestIdentity(bounds: bounds)
        let (key, _) = try await identity.key()
        identity.keys.fail(TestIdentity.away)
        for _ in 0..<10 { #expect(await identity.verify(key).word == "unavailable") }
        identity.keys.fail(nil)
        #expect(await identity.verify(key).word == "accepted")
    }

    @Test("when so much changed that it is not told, everything is looked up again, for no hash")
    func everythingChanged() async throws {
        let identity = TestIdentity()
        let (key, record) = try await identity.key()
        let (gone, goneRecord) = try await identity.key()
        #expect(await identity.verify(key).word == "accepted")
        #expect(await identity.verify(gone).word == "accepted")
        let before = identity.hasher.computed
        var revoked = goneRecord
        revoked.revoke(at: TestIdentity.now)
        identity.keys.put(revoked)
        await identity.directory.everythingChanged()
        #expect(identity.memory.count == 0)
        #expect(await identity.verify(key).principal?.keyID == record.id.text)
        #expect(await identity.verify(gone).word == "refused")
        #expect(identity.hasher.computed == before)
    }

    @Test("who stands behind keys is read once, not for each key")
    func oneRead() async throws {
        let identity = TestIdentity()
        for _ in 0..<20 {
            let (key, _) = try await identity.key { $0.user = TestIdentity.user.id }
            #expect(await identity.verify(key).word == "accepted")
        }
        #expect(identity.keys.reads == 20)
        #expect(identity.tenants.reads == 1)
        #expect(identity.users.reads == 1)
        #expect(identity.teams.reads == 1)
    }

    private static func disable(_ kind: String, _ identity: TestIdentity, isDisabled: Bool = true) async throws {
        switch kind {
        case "tenant":
            var tenant = TestIdentity.tenant
            tenant.isDisabled = isDisabled
            identity.tenants.put(tenant)
            await identity.tell(.tenant, tenant.id.text)
        case "team":
            var team = TestIdentity.team
            team.isDisabled = isDisabled
            identity.teams.put(team)
            await identity.tell(.team, team.id.text)
        default:
            var user = TestIdentity.user
            user.isDisabled = isDisabled
            identity.users.put(user)
            await identity.tell(.user, user.id.text)
        }
    }
}
