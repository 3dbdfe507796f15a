import SluiceCore

extension UserRecord: SQLRecord {
    static let table = "users"
    static let columns = [
        "id", "tenant_id", "team_id", "email", "name", "password_hash", "is_admin", "is_disabled", "metadata",
        "created_at", "updated_at", "revision",
    ]
    static let fixedColumns: Set<String> = ["id", "tenant_id", "email", "created_at"]

    static func condition(_ filter: Filter, _ parameters: inout SQLParameters) -> String? {
        switch filter {
        case .all: nil
        case .team(let team): "team_id = \(parameters.add(.text(team.text)))"
        }
    }

    init(_ row: inout SQLRow) throws(StoreError) {
        self.init(
            id: UserID(try row.text()),
            tenantID: TenantID(try row.text()),
            team: try row.optionalText().map(TeamID.init),
            email: try row.text(),
            name: try row.text(),
            passwordHash: try row.optionalText().map { Secret($0) },
            isAdmin: try row.boolean(),
            isDisabled: try row.boolean(),
            metadata: try JSONColumn.map(try row.text()),
            createdAt: try row.time(),
            updatedAt: try row.time(),
            revision: try row.integer()
        )
    }

    var values: [SQLValue] {
        [
            .text(self.id.text), .text(self.tenantID.text), SQLValue(self.team?.text), .text(self.email),
            .text(self.name), SQLValue(self.passwordHash?.expose()), SQLValue(self.isAdmin),
            SQLValue(self.isDisabled), .text(JSONColumn.text(self.metadata)), SQLValue(self.createdAt),
            SQLValue(self.updatedAt), .integer(self.revision),
        ]
    }
}
