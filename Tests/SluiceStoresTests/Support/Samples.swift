import SluiceCore

/// Records to store.
enum Samples {
    static let start = UnixTime(milliseconds: 1_790_000_000_000)

    static func act(_ seconds: Int = 0, verb: String? = nil) -> AdministrativeAct {
        AdministrativeAct(
            actorKind: .key, actor: "adminkey", at: Self.start.advanced(by: .seconds(seconds)), source: "192.0.2.7",
            requestID: "req-1", verb: verb, detail: #"{"why":"test"}"#)
    }

    static func tenant(_ id: String) -> TenantRecord {
        TenantRecord(
            id: TenantID(id), name: "Tenant \(id)", metadata: ["plan": "gold", "Ort": "Zürich"], createdAt: Self.start)
    }

    static func team(_ id: String, _ tenant: String) -> TeamRecord {
        TeamRecord(id: TeamID(id), tenantID: TenantID(tenant), name: "Team \(id)", createdAt: Self.start)
    }

    static func user(_ id: String, _ tenant: String, team: String? = nil) -> UserRecord {
        UserRecord(
            id: UserID(id), tenantID: TenantID(tenant), team: team.map(TeamID.init), email: "\(id)@example.com",
            name: "名前 \"\(id)\"", passwordHash: Secret("$argon2id$hash"), createdAt: Self.start)
    }

    static func key(_ id: String, _ tenant: String, seconds: Int = 0) -> KeyRecord {
        KeyRecord(
            id: KeyID(id), tenantID: TenantID(tenant), name: "key \(id)", secretHash: Secret("$argon2id$\(id)"),
            createdAt: Self.start.advanced(by: .seconds(seconds)))
    }

    static func rule(_ id: String, _ tenant: String?) -> RuleRecord {
        RuleRecord(
            id: RuleID(id), tenant: tenant.map(TenantID.init), sort: .limit, level: .team, subject: "red",
            definition: #"{"requests":"10/min"}"#, createdAt: Self.start)
    }
}
