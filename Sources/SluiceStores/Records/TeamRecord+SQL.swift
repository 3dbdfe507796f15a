import SluiceCore

extension TeamRecord: SQLRecord {
    static let table = "teams"
    static let columns = ["id", "tenant_id", "name", "is_disabled", "metadata", "created_at", "updated_at", "revision"]
    static let fixedColumns: Set<String> = ["id", "tenant_id", "created_at"]

    static func condition(_ filter: NoFilter, _ parameters: inout SQLParameters) -> String? { nil }

    init(_ row: inout SQLRow) throws(StoreError) {
        self.init(
            id: TeamID(try row.text()),
            tenantID: TenantID(try row.text()),
            name: try row.text(),
            isDisabled: try row.boolean(),
            metadata: try JSONColumn.map(try row.text()),
            createdAt: try row.time(),
            updatedAt: try row.time(),
            revision: try row.integer()
        )
    }

    var values: [SQLValue] {
        [
            .text(self.id.text), .text(self.tenantID.text), .text(self.name), SQLValue(self.isDisabled),
            .text(JSONColumn.text(self.metadata)), SQLValue(self.createdAt), SQLValue(self.updatedAt),
            .integer(self.revision),
        ]
    }
}
