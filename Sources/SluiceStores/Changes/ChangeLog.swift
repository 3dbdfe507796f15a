import SluiceCore

/// Numbers changes and writes them to the feed and to the audit table, inside the transaction of the change.
enum ChangeLog {
    /// The number of the change that is being made. Who takes one holds the counter until the end of the transaction, so that
    /// numbers become visible in their order. It is taken first in every transaction: two of them never wait for each other in a circle.
    static func number(_ connection: any SQLConnection) throws(StoreError) -> Int64 {
        let row = try connection.first("UPDATE change_counter SET number = number + 1 RETURNING number", [])
        guard var row else { throw StoreError(.corrupt, "the table change_counter has no row") }
        return try row.integer()
    }

    /// Writes a change to the feed, and announces it.
    static func record(_ change: Change, at time: UnixTime, _ connection: any SQLConnection) throws(StoreError) {
        _ = try connection.query(
            "INSERT INTO changes (number, kind, record_id, tenant_id, changed_at) VALUES ($1, $2, $3, $4, $5)",
            [
                .integer(change.number), .text(change.kind.rawValue), .text(change.id), SQLValue(change.tenant?.text),
                .integer(time.milliseconds),
            ]
        )
        if connection.dialect == .postgresql {
            _ = try connection.query(
                "SELECT pg_notify($1, $2)", [.text(PostgreSQLChangeSource.channel), .text(String(change.number))])
        }
    }

    /// Writes an act to the audit table. Returns its number.
    static func audit(
        action: String,
        subject: String,
        tenant: TenantID?,
        act: AdministrativeAct,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Int64 {
        let row = try connection.first(
            """
            INSERT INTO audit
            (tenant_id, action, subject, actor_kind, actor, acted_at, source, request_id, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING number
            """,
            [
                SQLValue(tenant?.text), .text(action), .text(subject), .text(act.actorKind.rawValue), .text(act.actor),
                .integer(act.at.milliseconds), SQLValue(act.source), SQLValue(act.requestID), SQLValue(act.detail),
            ]
        )
        guard var row else { throw StoreError(.internal, "the audit table took a row and gave no number") }
        return try row.integer()
    }
}
