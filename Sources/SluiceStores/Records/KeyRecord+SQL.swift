import SluiceCore

extension KeyRecord: SQLRecord {
    static let table = "client_keys"
    static let columns = [
        "id", "tenant_id", "team_id", "user_id", "name", "secret_hash", "grace_hash", "grace_ends_at", "surfaces",
        "models", "admin_scope", "networks", "tags", "metadata", "limits", "budget", "when_client_leaves",
        "is_captured",
        "expires_at", "disabled_at", "revoked_at", "removed_at", "created_at", "updated_at", "revision",
    ]
    static let fixedColumns: Set<String> = ["id", "tenant_id", "removed_at", "created_at"]
    static let removalColumn: String? = "removed_at"

    static func condition(_ filter: Filter, _ parameters: inout SQLParameters) -> String? {
        switch filter {
        case .all: "removed_at IS NULL"
        case .team(let team): "removed_at IS NULL AND team_id = \(parameters.add(.text(team.text)))"
        case .user(let user): "removed_at IS NULL AND user_id = \(parameters.add(.text(user.text)))"
        case .withRemoved: nil
        }
    }

    init(_ row: inout SQLRow) throws(StoreError) {
        let id = KeyID(try row.text())
        let tenantID = TenantID(try row.text())
        let team = try row.optionalText().map(TeamID.init)
        let user = try row.optionalText().map(UserID.init)
        let name = try row.text()
        let secretHash = Secret(try row.text())
        let graceHash = try row.optionalText().map { Secret($0) }
        let graceEndsAt = try row.optionalTime()
        let surfaces = try JSONColumn.list(try row.optionalText())
        let models = try JSONColumn.list(try row.optionalText())
        let admin = try row.value(AdminScope.self)
        let networks = try JSONColumn.list(try row.optionalText())
        let tags = try JSONColumn.map(try row.text())
        let metadata = try JSONColumn.map(try row.text())
        let limits = try row.optionalText()
        let budget = try row.optionalText()
        let whenClientLeaves = try row.optionalText()
        let isCaptured = try row.optionalInteger().map { $0 != 0 }
        let expiresAt = try row.optionalTime()
        let disabledAt = try row.optionalTime()
        self.init(
            id: id, tenantID: tenantID, team: team, user: user, name: name, secretHash: secretHash,
            revokedAt: try row.optionalTime(), removedAt: try row.optionalTime(), createdAt: try row.time(),
            updatedAt: try row.time(), revision: try row.integer())
        self.graceHash = graceHash
        self.graceEndsAt = graceEndsAt
        self.surfaces = surfaces
        self.models = models
        self.admin = admin
        self.networks = networks
        self.tags = tags
        self.metadata = metadata
        self.limits = limits
        self.budget = budget
        self.whenClientLeaves = whenClientLeaves
        self.isCaptured = isCaptured
        self.expiresAt = expiresAt
        self.disabledAt = disabledAt
    }

    var values: [SQLValue] {
        [
            .text(self.id.text), .text(self.tenantID.text), SQLValue(self.team?.text), SQLValue(self.user?.text),
            .text(self.name), .text(self.secretHash.expose()), SQLValue(self.graceHash?.expose()),
            SQLValue(self.graceEndsAt), SQLValue(JSONColumn.text(self.surfaces)),
            SQLValue(JSONColumn.text(self.models)), .text(self.admin.rawValue),
            SQLValue(JSONColumn.text(self.networks)), .text(JSONColumn.text(self.tags)),
            .text(JSONColumn.text(self.metadata)), SQLValue(self.limits), SQLValue(self.budget),
            SQLValue(self.whenClientLeaves), SQLValue(self.isCaptured.map { Int64($0 ? 1 : 0) }),
            SQLValue(self.expiresAt), SQLValue(self.disabledAt),
            SQLValue(self.revokedAt), SQLValue(self.removedAt), SQLValue(self.createdAt), SQLValue(self.updatedAt),
            .integer(self.revision),
        ]
    }
}
