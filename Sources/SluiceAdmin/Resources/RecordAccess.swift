import SluiceCore

/// The stores as routes use them.
struct RecordAccess: Sendable {
    private let stores: AdminStores?

    init(_ stores: AdminStores?) {
        self.stores = stores
    }

    /// The stores. Throws `storageOff` where nothing is kept.
    var all: AdminStores {
        get throws(AdminError) {
            guard let stores else {
                throw AdminError(
                    .storageOff, "Nothing is kept here: storage.database is off in the configuration.")
            }
            return stores
        }
    }

    /// The tenant of a new record: the one that `tenant_id` names, else the caller's own, else the default one.
    ///
    /// A tenant outside of the scope is refused in the words for one that does not exist.
    func tenant(_ fields: FieldReader, _ access: AdminAccess) throws(AdminError) -> TenantID {
        if case .value(let text) = try fields.string("tenant_id") {
            guard access.scope.holds(TenantID(text)) else { throw Self.unknown("tenant", "tenant_id") }
            return TenantID(text)
        }
        if case .tenant(let tenant) = access.scope { return tenant }
        return TenantRecord.defaultID
    }

    /// A team of the same tenant.
    func team(_ field: Field<String>, of tenant: TenantID) async throws -> Field<TeamID> {
        guard case .value(let text) = field else { return field.map { TeamID($0) } }
        guard try await self.all.teams.record(TeamID(text), in: .tenant(tenant)) != nil else {
            throw Self.unknown("team", "team_id")
        }
        return .value(TeamID(text))
    }

    /// A user of the same tenant.
    func user(_ field: Field<String>, of tenant: TenantID) async throws -> Field<UserID> {
        guard case .value(let text) = field else { return field.map { UserID($0) } }
        guard try await self.all.users.record(UserID(text), in: .tenant(tenant)) != nil else {
            throw Self.unknown("user", "user_id")
        }
        return .value(UserID(text))
    }

    static func unknown(_ what: String, _ field: String) -> AdminError {
        AdminError(.unknownReference, "\(field): there is no such \(what) in the tenant.", parameter: field)
    }
}
