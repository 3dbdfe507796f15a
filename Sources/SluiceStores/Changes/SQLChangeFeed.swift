import SluiceCore

/// The change feed in the database.
struct SQLChangeFeed: ChangeFeed {
    let database: SQLDatabase

    var ticks: AsyncStream<Void> { self.database.watch.ticks }

    func latest() async throws(StoreError) -> Int64 {
        try await self.database.read { connection throws(StoreError) in try Self.latest(connection) }
    }

    func changes(after number: Int64, limit: Int) async throws(StoreError) -> ChangesSince {
        let limit = min(max(limit, 1), PageRequest.largest)
        return try await self.database.read { connection throws(StoreError) in
            let latest = try Self.latest(connection)
            guard number < latest else {
                // A number that was never given is that of another database, one that was restored perhaps.
                return number == latest ? .changes([]) : .tooOld(latest: latest)
            }
            let rows = try connection.query(
                "SELECT number, kind, record_id, tenant_id FROM changes WHERE number > $1 ORDER BY number LIMIT $2",
                [.integer(number), .integer(Int64(limit))]
            ).rows
            var changes: [Change] = []
            for var row in rows {
                let number = try row.integer()
                let kind = try row.value(RecordKind.self)
                let id = try row.text()
                changes.append(
                    Change(number: number, kind: kind, id: id, tenant: try row.optionalText().map(TenantID.init)))
            }
            // Every number has its row until it is pruned, so that a gap is seen.
            guard changes.first?.number == number &+ 1 else { return .tooOld(latest: latest) }
            return .changes(changes)
        }
    }

    func prune(before time: UnixTime) async throws(StoreError) -> Int {
        try await self.database.write { connection throws(StoreError) in
            try connection.query(
                "DELETE FROM changes WHERE changed_at < $1 AND number < (SELECT number FROM change_counter)",
                [.integer(time.milliseconds)]
            ).changed
        }
    }

    private static func latest(_ connection: any SQLConnection) throws(StoreError) -> Int64 {
        guard var row = try connection.first("SELECT number FROM change_counter", []) else {
            throw StoreError(.corrupt, "the table change_counter has no row")
        }
        return try row.integer()
    }
}
