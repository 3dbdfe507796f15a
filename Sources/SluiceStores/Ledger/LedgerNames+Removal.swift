import SluiceCore

extension LedgerNames {
    /// The lock of PostgreSQL that says "names of the ledger": the letters `sluiceln`. Who refers to names shares it, who removes
    /// some has it alone. SQLite has one writer at a time.
    private static let lockNumber: Int64 = 0x736C_7569_6365_6C6E

    /// Sees to it that no name is removed before the transaction at hand is over.
    static func keepRemovalOut(_ connection: any SQLConnection) throws(StoreError) {
        guard connection.dialect == .postgresql else { return }
        _ = try connection.query("SELECT pg_advisory_xact_lock_shared($1)", [.integer(Self.lockNumber)])
    }

    /// Whether the database has all of these numbers.
    static func areThere(
        _ numbers: [Int64?],
        _ table: String,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Bool {
        let numbers = Set(numbers.compactMap { $0 })
        guard !numbers.isEmpty else { return true }
        let list = numbers.map(String.init).joined(separator: ",")
        let row =
            switch connection.dialect {
            case .sqlite:
                try connection.first(
                    "SELECT COUNT(*) FROM json_each($1) n JOIN \(table) t ON t.id = n.value", [.text("[\(list)]")])
            case .postgresql:
                try connection.first(
                    "SELECT COUNT(*) FROM \(table) WHERE id = ANY(CAST($1 AS BIGINT[]))", [.text("{\(list)}")])
            }
        guard var row else { return false }
        return try row.integer() == Int64(numbers.count)
    }

    /// Whether there are names that ``remove(_:sumsFrom:)`` would remove.
    static func areSomeUnused(_ connection: any SQLConnection, sumsFrom day: Int64) throws(StoreError) -> Bool {
        for (table, column) in Self.tables {
            let found = try connection.first(
                "SELECT id FROM \(table) WHERE \(Self.isUnused(column)) LIMIT 1", [.integer(day)])
            if found != nil { return true }
        }
        return false
    }

    /// Removes the names that nothing refers to. In a transaction of its own. Returns how many.
    ///
    /// `day` is the first one, in milliseconds since 1970, whose sums were never deleted.
    static func remove(_ connection: any SQLConnection, sumsFrom day: Int64) throws(StoreError) -> Int {
        if connection.dialect == .postgresql {
            _ = try connection.query("SELECT pg_advisory_xact_lock($1)", [.integer(Self.lockNumber)])
        }
        var removed = 0
        for (table, column) in Self.tables {
            removed += try connection.query(
                "DELETE FROM \(table) WHERE \(Self.isUnused(column))", [.integer(day)]
            ).changed
        }
        return removed
    }

    private static let tables = [("ledger_subjects", "subject"), ("ledger_targets", "target")]

    /// The condition of names that nothing refers to; its parameter is the first day whose sums were never deleted.
    ///
    /// What a record or an hour refers to, its day does, too, as long as there are sums of that day. So days alone are looked at, where
    /// no record and no hour is of a day that has none; where some are, all names are kept until they are gone.
    private static func isUnused(_ column: String) -> String {
        let firstDay = "(SELECT MIN(start) FROM ledger_days)"
        let conditions = ["ledger_records", "ledger_attempts", "ledger_hours"].flatMap { table in
            let (time, unit) = table == "ledger_hours" ? ("start", "1") : ("received_at", "1000000")
            return [
                "NOT EXISTS (SELECT 1 FROM \(table) WHERE \(time) < CAST($1 AS BIGINT) * \(unit))",
                "NOT EXISTS (SELECT 1 FROM \(table) WHERE \(time) < \(firstDay) * \(unit))",
                // Without any sum there is no first day.
                "(\(firstDay) IS NOT NULL OR NOT EXISTS (SELECT 1 FROM \(table)))",
            ]
        }
        return "id NOT IN (SELECT \(column) FROM ledger_days) AND \(conditions.joined(separator: " AND "))"
    }
}
