import SluiceCore
import SluiceIdentity

/// The stores in memory, with one tenant, team and user, and everything that verifies keys over them.
struct TestIdentity {
    static let now = UnixTime(milliseconds: 1_796_040_000_000)
    static let act = AdministrativeAct(actorKind: .command, actor: "test", at: now)
    static let tenant = TenantRecord(id: TenantID("ten_a"), name: "a", createdAt: now)
    static let team = TeamRecord(id: TeamID("team_a"), tenantID: tenant.id, name: "a", createdAt: now)
    static let user = UserRecord(
        id: UserID("usr_a"), tenantID: tenant.id, team: team.id, email: "a@example.com", createdAt: now)
    static let away = StoreError(.unavailable, "postgres at db.internal:5432 refuses")

    let keys = TestStore<KeyRecord>()
    let tenants = TestStore<TenantRecord>()
    let teams = TestStore<TeamRecord>()
    let users = TestStore<UserRecord>()
    let hasher: SecretHasher
    let memory: CredentialMemory
    let directory: KeyDirectory
    let authenticator: CredentialAuthenticator

    init(
        knownFor: Duration = .seconds(3600),
        capacity: Int = 65_536,
        bounds: VerificationBounds = VerificationBounds(),
        hasher: SecretHasher = .forKeys(threads: 2),
        others: [any CredentialVerifier] = []
    ) {
        self.hasher = hasher
        self.memory = CredentialMemory(capacity: capacity, knownFor: knownFor)
        self.directory = KeyDirectory(
            keys: self.keys, tenants: self.tenants, teams: self.teams, users: self.users, memory: self.memory)
        self.authenticator = CredentialAuthenticator(
            staticKeys: StaticKeyring([(Secret("static-key"), Principal(keyID: "file", keyName: "file"))]),
            verifiers: [
                StoredKeyVerifier(directory: self.directory, hasher: hasher, whenClientLeaves: .drain)
            ] + others,
            memory: self.memory,
            bounds: bounds
        )
        self.tenants.put(Self.tenant)
        self.teams.put(Self.team)
        self.users.put(Self.user)
    }

    /// Stores a key, and returns its text and its record.
    func key(_ change: (inout KeyRecord) -> Void = { _ in }) async throws -> (text: String, record: KeyRecord) {
        let minted = try await KeyMint(hasher: self.hasher).mint(id: nil)
        var record = KeyRecord(
            id: minted.id, tenantID: Self.tenant.id, name: "a key", secretHash: minted.hash, createdAt: Self.now)
        change(&record)
        self.keys.put(record)
        return (minted.key.expose(), record)
    }

    /// Says that a record changed, as the feed does.
    func tell(_ kind: RecordKind, _ id: String) async {
        await self.directory.changed([Change(number: 1, kind: kind, id: id, tenant: Self.tenant.id)])
    }

    func verify(_ key: String, from source: String? = "192.0.2.1", at now: UnixTime = now) async -> Verification {
        await self.authenticator.verify(key, from: source, at: now)
    }

    func known(_ key: String, from source: String? = "192.0.2.1", at now: UnixTime = now) -> Principal? {
        self.authenticator.known(key[...], from: source, at: now)
    }
}

extension Verification {
    var principal: Principal? {
        if case .accepted(let principal) = self { principal } else { nil }
    }

    /// The word for it, to compare with.
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .refused: "refused"
        case .wrongNetwork: "wrong network"
        case .unavailable: "unavailable"
        case .throttled: "throttled"
        }
    }
}
