public import SluiceCore

/// Reads keys and who stands behind them: a key by one read, its user, team and tenant from memory where they were read before.
///
/// It is told of changes, and forgets what they touch before it returns, here and in the memory of credentials.
public final class KeyDirectory: ChangeListener {
    /// A key that is stored, and what of those behind it counts.
    struct Found: Sendable {
        /// The key.
        var record: KeyRecord
        /// The team of the key or, without one, of its user.
        var team: TeamID?
        /// Whether the key and all who stand behind it are served.
        var isServed: Bool
    }

    private let keys: any RecordStore<KeyRecord>
    private let tenants: StandingMemory<TenantRecord>
    private let teams: StandingMemory<TeamRecord>
    private let users: StandingMemory<UserRecord>
    private let memory: CredentialMemory

    /// Makes a directory over the stores. `memory` is the one of ``CredentialAuthenticator``.
    public init(
        keys: any RecordStore<KeyRecord>,
        tenants: any RecordStore<TenantRecord>,
        teams: any RecordStore<TeamRecord>,
        users: any UserStore,
        memory: CredentialMemory
    ) {
        self.keys = keys
        self.tenants = StandingMemory { id throws(StoreError) in try await tenants.record(id, in: .all) }
        self.teams = StandingMemory { id throws(StoreError) in try await teams.record(id, in: .all) }
        self.users = StandingMemory { id throws(StoreError) in try await users.record(id, in: .all) }
        self.memory = memory
    }

    /// The key with a public id; `nil` when there is none.
    func find(_ id: KeyID, at now: UnixTime) async throws(StoreError) -> Found? {
        let record = try await self.keys.record(id, in: .all)
        self.memory.heardOfDatabase(at: now)
        guard let record else { return nil }
        guard record.standing(at: now) == .valid else {
            return Found(record: record, team: record.team, isServed: false)
        }
        var isServed = try await self.tenants.standing(of: record.tenantID).isServed
        var team = record.team
        if let user = record.user {
            let standing = try await self.users.standing(of: user)
            isServed = isServed && standing.isServed
            team = team ?? standing.team
        }
        if let team { isServed = try await self.teams.standing(of: team).isServed && isServed }
        return Found(record: record, team: team, isServed: isServed)
    }

    public func changed(_ changes: [Change]) async {
        // First those behind the keys: what is verified from here on asks for them anew.
        self.tenants.forget(changes)
        self.teams.forget(changes)
        self.users.forget(changes)
        self.memory.forget(changes)
    }

    public func everythingChanged() async {
        self.tenants.forgetAll()
        self.teams.forgetAll()
        self.users.forgetAll()
        self.memory.forgetAll()
    }

    public func caughtUp(at now: UnixTime) async {
        self.memory.heardOfDatabase(at: now)
    }
}
