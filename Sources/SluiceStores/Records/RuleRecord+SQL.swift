import SluiceCore

extension RuleRecord: SQLRecord {
    static let table = "rules"
    static let columns = [
        "id", "tenant_id", "sort", "level", "subject", "definition", "is_disabled", "created_at", "updated_at",
        "revision",
    ]
    static let fixedColumns: Set<String> = ["id", "tenant_id", "sort", "level", "subject", "created_at"]

    static func condition(_ filter: Filter, _ parameters: inout SQLParameters) -> String? {
        switch filter {
        case .all: nil
        case .sort(let sort): "sort = \(parameters.add(.text(sort.rawValue)))"
        case .subject(let level, let subject):
            "level = \(parameters.add(.text(level.rawValue))) AND subject = \(parameters.add(.text(subject)))"
        }
    }

    init(_ row: inout SQLRow) throws(StoreError) {
        self.init(
            id: RuleID(try row.text()),
            tenant: try row.optionalText().map(TenantID.init),
            sort: try row.value(Sort.self),
            level: try row.value(Level.self),
            subject: try row.text(),
            definition: try row.text(),
            isDisabled: try row.boolean(),
            createdAt: try row.time(),
            updatedAt: try row.time(),
            revision: try row.integer()
        )
    }

    var values: [SQLValue] {
        [
            .text(self.id.text), SQLValue(self.tenant?.text), .text(self.sort.rawValue), .text(self.level.rawValue),
            .text(self.subject), .text(self.definition), SQLValue(self.isDisabled), SQLValue(self.createdAt),
            SQLValue(self.updatedAt), .integer(self.revision),
        ]
    }
}
