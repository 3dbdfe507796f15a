import SluiceCore

/// The ledger in the database.
///
/// Records that are new are told by what the insert says; they alone are added to the sums, in the same transaction.
struct SQLLedgerStore: LedgerStore, LedgerBatchStore {
    let database: SQLDatabase
    private let names = LedgerNames()

    private static let recordRows = SQLRowInsert(
        into: "ledger_records", columns: LedgerRow.columns, suffix: "ON CONFLICT (received_at, number) DO NOTHING",
        returning: ["received_at", "number"])
    private static let attemptRows = SQLRowInsert(
        into: "ledger_attempts",
        columns: ["received_at", "number", "position", "subject", "target", "status", "attempts"]
            + LedgerAmounts.columns,
        suffix: "")

    init(database: SQLDatabase) {
        self.database = database
    }

    func append(_ records: [LedgerRecord]) async throws(StoreError) -> Int {
        try await self.append(LedgerBatch(records))
    }

    func append(_ batch: LedgerBatch) async throws(StoreError) -> Int {
        guard !batch.isEmpty else { return 0 }
        var decoded = batch
        decoded.decode()
        let batch = decoded
        let batchNames = BatchNames(batch)
        let names = self.names
        let (count, found) = try await self.database.write { connection throws(StoreError) in
            let found = try names.find(batchNames, connection)
            let isNew = try Self.insert(batch, batchNames, found, connection)
            try Self.count(batch, batchNames, found, isNew, connection)
            return (isNew.count { $0 }, found)
        }
        names.keep(found, of: batchNames)
        return count
    }

    /// Inserts records; says of each whether it was not there before.
    private static func insert(
        _ batch: LedgerBatch,
        _ names: BatchNames,
        _ found: LedgerNames.Found,
        _ connection: any SQLConnection
    ) throws(StoreError) -> [Bool] {
        var isNew = [Bool](repeating: true, count: batch.count)
        let outcome = batch.bytes.withUnsafeBytes { bytes -> Result<Void, StoreError> in
            do throws(StoreError) {
                try connection.insert(Self.recordRows, batch.count) { index, row in
                    let place = names.places[index]
                    LedgerRow.append(
                        batch.outlines[index], bytes, subject: found.subjects[place.subject],
                        target: found.targets[place.target], to: &row)
                } _: { rows, result throws(StoreError) in
                    // All are new, as nearly always: then none needs to be told from the others.
                    guard result.changed < rows.count else { return }
                    var returned: Set<LedgerRecord.ID> = []
                    for var row in result.rows {
                        returned.insert(LedgerRecord.ID(receivedAt: try row.integer(), number: try row.integer()))
                    }
                    // Of two with one id in a batch, the first one is new.
                    for index in rows { isNew[index] = returned.remove(batch.outlines[index].id) != nil }
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        return isNew
    }

    /// Adds new records to the sums, and stores what their earlier attempts used.
    private static func count(
        _ batch: LedgerBatch,
        _ names: BatchNames,
        _ found: LedgerNames.Found,
        _ isNew: [Bool],
        _ connection: any SQLConnection
    ) throws(StoreError) {
        var sums = LedgerSums()
        for index in batch.outlines.indices where isNew[index] {
            let place = names.places[index]
            sums.add(batch.outlines[index], subject: found.subjects[place.subject], target: found.targets[place.target])
        }
        let earlier = names.earlier.filter { isNew[$0.record] }
        for attempt in earlier {
            let outline = batch.outlines[attempt.record]
            sums.add(
                at: outline.id.receivedAt, subject: found.subjects[names.places[attempt.record].subject],
                target: found.targets[attempt.target], status: outline.status, attempts: 1, attempt.amounts)
        }
        try connection.insert(Self.attemptRows, earlier.count) { index, row in
            let attempt = earlier[index]
            let outline = batch.outlines[attempt.record]
            row.append(.integer(outline.id.receivedAt))
            row.append(.integer(outline.id.number))
            row.append(.integer(Int64(attempt.position)))
            row.append(.integer(found.subjects[names.places[attempt.record].subject]))
            row.append(.integer(found.targets[attempt.target]))
            row.append(.integer(outline.status))
            row.append(.integer(1))
            attempt.amounts.append(to: &row)
        }
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

    func deleteUnusedNames(sumsBefore time: UnixTime) async throws(StoreError) -> Int {
        let day = time.milliseconds - time.milliseconds % LedgerSums.day
        let areSome = try await self.database.read { connection throws(StoreError) in
            try LedgerNames.areSomeUnused(connection, sumsFrom: day)
        }
        // Names are seldom given up, and nothing is written meanwhile.
        guard areSome else { return 0 }
        return try await self.database.write { connection throws(StoreError) in
            try LedgerNames.remove(connection, sumsFrom: day)
        }
    }
}
