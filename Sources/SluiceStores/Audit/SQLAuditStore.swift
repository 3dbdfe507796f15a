import SluiceCore

/// The audit table in the database.
struct SQLAuditStore: AuditStore {
    let database: SQLDatabase

    func append(action: String, subject: String, tenant: TenantID?, act: AdministrativeAct) async throws(StoreError)
        -> Int64
    {
        try await self.database.write { connection throws(StoreError) in
            try ChangeLog.audit(action: action, subject: subject, tenant: tenant, act: act, connection)
        }
    }

    func entries(in scope: TenantScope, subject: String?, page: PageRequest) async throws(StoreError)
        -> Page<AuditEntry>
    {
        var parameters = SQLParameters()
        var conditions: [String] = []
        if case .tenant(let tenant) = scope { conditions.append("tenant_id = \(parameters.add(.text(tenant.text)))") }
        if let subject { conditions.append("subject = \(parameters.add(.text(subject)))") }
        if let cursor = page.cursor {
            guard let number = Int64(cursor) else {
                throw StoreError(.invalid, "the cursor is not one that a page gave")
            }
            conditions.append("number > \(parameters.add(.integer(number)))")
        }
        let limit = parameters.add(.integer(Int64(page.limit + 1)))
        let statement = """
            SELECT number, tenant_id, action, subject, actor_kind, actor, acted_at, source, request_id, detail FROM audit
            \(conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))") ORDER BY number LIMIT \(limit)
            """
        let values = parameters.values
        return try await self.database.read { connection throws(StoreError) in
            var entries: [AuditEntry] = []
            for var row in try connection.query(statement, values).rows { entries.append(try Self.entry(&row)) }
            guard entries.count > page.limit else { return Page(records: entries) }
            entries.removeLast()
            return Page(records: entries, next: entries.last.map { String($0.number) })
        }
    }

    private static func entry(_ row: inout SQLRow) throws(StoreError) -> AuditEntry {
        let number = try row.integer()
        let tenant = try row.optionalText().map(TenantID.init)
        let action = try row.text()
        let subject = try row.text()
        let act = AdministrativeAct(
            actorKind: try row.value(AdministrativeAct.ActorKind.self), actor: try row.text(), at: try row.time(),
            source: try row.optionalText(), requestID: try row.optionalText(),
            verb: action.split(separator: ".", maxSplits: 1).last.map(String.init), detail: try row.optionalText())
        return AuditEntry(number: number, tenant: tenant, action: action, subject: subject, act: act)
    }
}
