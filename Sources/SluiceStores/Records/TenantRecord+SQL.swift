import SluiceCore

extension TenantRecord: SQLRecord {
    static let table = "tenants"
    static let tenantColumn: String? = "id"
    static let columns = ["id", "name", "is_disabled", "metadata", "created_at", "updated_at", "revision"]
    static let fixedColumns: Set<String> = ["id", "created_at"]

    static func condition(_ filter: NoFilter, _ parameters: inout SQLParameters) -> String? { nil }

    init(_ row: inout SQLRow) throws(StoreError) {
        self.init(
            id: TenantID(try row.text()),
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
            .text(self.id.text), .text(self.name), SQLValue(self.isDisabled), .text(JSONColumn.text(self.metadata)),
            SQLValue(self.createdAt), SQLValue(self.updatedAt), .integer(self.revision),
        ]
    }
}
