import SluiceCore

/// The ledger in the database.
///
/// Records that are new are told by what the insert returns; they alone are added to the sums, in the same transaction.
struct SQLLedgerStore: LedgerStore {
    let database: SQLDatabase
    private let names = LedgerNames()

    private static let recordRows = SQLRowInsert(
        into: "ledger_records", columns: LedgerRow.columns,
        suffix: "ON CONFLICT (received_at, number) DO NOTHING RETURNING received_at, number")
    private static let attemptRows = SQLRowInsert(
        into: "ledger_attempts",
        columns: ["received_at", "number", "position", "subject", "target", "status", "attempts"]
            + LedgerAmounts.columns,
        suffix: "")

    init(database: SQLDatabase) {
        self.database = database
    }

    func append(_ records: [LedgerRecord]) async throws(StoreError) -> Int {
        guard !records.isEmpty else { return 0 }
        let names = self.names
        let (count, found) = try await self.database.write { connection throws(StoreError) in
            try Self.append(records, names, connection)
        }
        names.keep(found)
        return count
    }

    private static func append(
        _ records: [LedgerRecord],
        _ names: LedgerNames,
        _ connection: any SQLConnection
    ) throws(StoreError) -> (Int, LedgerNames.Found) {
        var targets: Set<LedgerTarget> = []
        for record in records {
            targets.insert(LedgerTarget(record, record.attempts.last))
            for attempt in record.attempts.dropLast() { targets.insert(LedgerTarget(record, attempt)) }
        }
        let found = try names.find(Set(records.map(\.subject)), targets, connection)
        var values: [SQLValue] = []
        values.reserveCapacity(records.count * LedgerRow.columns.count)
        for record in records {
            let target = LedgerTarget(record, record.attempts.last)
            guard let subject = found.subjects[record.subject], let number = found.targets[target] else {
                throw StoreError(.internal, "a name of a record has no number")
            }
            LedgerRow.append(
                record, subject: subject, target: number, modelOfTarget: target.model, to: &values)
        }
        var new: Set<LedgerRecord.ID> = []
        for var row in try Self.recordRows.insert(values, connection) {
            new.insert(LedgerRecord.ID(receivedAt: try row.integer(), number: try row.integer()))
        }
        try Self.count(records, new, found, connection)
        return (new.count, found)
    }

    /// Adds new records to the sums, and stores what their earlier attempts used.
    private static func count(
        _ records: [LedgerRecord],
        _ new: Set<LedgerRecord.ID>,
        _ found: LedgerNames.Found,
        _ connection: any SQLConnection
    ) throws(StoreError) {
        var left = new
        var sums = LedgerSums()
        var earlier: [SQLValue] = []
        for record in records where left.remove(record.id) != nil {
            let subject = found.subjects[record.subject] ?? 0
            let time = record.id.receivedAt
            let status = Int64(record.status)
            for (position, attempt) in record.attempts.dropLast().enumerated() {
                let target = found.targets[LedgerTarget(record, attempt)] ?? 0
                let amounts = LedgerAmounts(attempt)
                sums.add(at: time, subject: subject, target: target, status: status, attempts: 1, amounts)
                earlier += [
                    .integer(time), .integer(record.id.number), .integer(Int64(position)), .integer(subject),
                    .integer(target), .integer(status), .integer(1),
                ]
                amounts.append(to: &earlier)
            }
            let last = record.attempts.last
            sums.add(
                at: time, subject: subject, target: found.targets[LedgerTarget(record, last)] ?? 0, status: status,
                requests: 1, attempts: last == nil ? 0 : 1, duration: record.durationNanoseconds,
                last.map(LedgerAmounts.init) ?? LedgerAmounts())
        }
        _ = try Self.attemptRows.insert(earlier, connection)
        try sums.store(connection)
    }

    func deleteRecords(before time: UnixTime, limit: Int) async throws(StoreError) -> Int {
        let end = time.milliseconds.multipliedReportingOverflow(by: 1_000_000)
        guard !end.overflow else { throw StoreError(.invalid, "the time is beyond what records can have") }
        return try await self.database.write { connection throws(StoreError) in
            let rows = try connection.query(
                """
                DELETE FROM ledger_records WHERE (received_at, number) IN
                (SELECT received_at, number FROM ledger_records WHERE received_at < $1 ORDER BY received_at, number LIMIT $2)
                RETURNING received_at, number
                """,
                [.integer(end.partialValue), .integer(Int64(max(1, limit)))]
            ).rows
            var last: LedgerRecord.ID?
            for var row in rows {
                let id = LedgerRecord.ID(receivedAt: try row.integer(), number: try row.integer())
                last = last.map { max($0, id) } ?? id
            }
            if let last {
                _ = try connection.query(
                    "DELETE FROM ledger_attempts WHERE (received_at, number) <= ($1, $2)",
                    [.integer(last.receivedAt), .integer(last.number)])
            }
            return rows.count
        }
    }

    func deleteSums(before time: UnixTime) async throws(StoreError) -> Int {
        let hour = time.milliseconds - time.milliseconds % LedgerSums.hour
        let day = time.milliseconds - time.milliseconds % LedgerSums.day
        return try await self.database.write { connection throws(StoreError) in
            let hours = try connection.query("DELETE FROM ledger_hours WHERE start < $1", [.integer(hour)]).changed
            let days = try connection.query("DELETE FROM ledger_days WHERE start < $1", [.integer(day)]).changed
            return hours + days
        }
    }
}
