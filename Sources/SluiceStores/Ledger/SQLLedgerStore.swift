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
        var subjects: [LedgerSubject: Int] = [:]
        var targets: [LedgerTarget: Int] = [:]
        // Names are looked up once for each record: that costs more than all else that is done with them.
        var places: [(subject: Int, target: Int)] = []
        places.reserveCapacity(records.count)
        for index in records.indices {
            for attempt in records[index].attempts.dropLast() {
                _ = Self.place(of: LedgerTarget(records[index], attempt), in: &targets)
            }
            places.append(
                (
                    Self.place(of: records[index].subject, in: &subjects),
                    Self.place(of: LedgerTarget(records[index], records[index].attempts.last), in: &targets)
                ))
        }
        let found = try names.find(Set(subjects.keys), Set(targets.keys), connection)
        let subjectNumbers = try Self.numbers(subjects, found.subjects)
        let targetNumbers = try Self.numbers(targets, found.targets)
        var models = [String?](repeating: nil, count: targets.count)
        for (target, place) in targets { models[place] = target.model }
        var values: [SQLValue] = []
        values.reserveCapacity(records.count * LedgerRow.columns.count)
        var numbers: [(subject: Int64, target: Int64)] = []
        numbers.reserveCapacity(records.count)
        for index in records.indices {
            let place = places[index]
            numbers.append((subjectNumbers[place.subject], targetNumbers[place.target]))
            LedgerRow.append(
                records[index], subject: numbers[index].subject, target: numbers[index].target,
                modelOfTarget: models[place.target], to: &values)
        }
        let rows = try Self.recordRows.insert(values, connection)
        var new: Set<LedgerRecord.ID> = []
        // All are new, as nearly always: then none needs to be told from the others.
        let areAllNew = rows.count == records.count
        if !areAllNew {
            for var row in rows {
                new.insert(LedgerRecord.ID(receivedAt: try row.integer(), number: try row.integer()))
            }
        }
        try Self.count(records, numbers, areAllNew ? nil : new, found, connection)
        return (rows.count, found)
    }

    /// The place of a name among those that were met, at the end where it is met for the first time.
    private static func place<Name>(of name: Name, in places: inout [Name: Int]) -> Int {
        if let place = places[name] { return place }
        places[name] = places.count
        return places.count - 1
    }

    /// The numbers of names, by their places.
    private static func numbers<Name>(_ places: [Name: Int], _ found: [Name: Int64]) throws(StoreError) -> [Int64] {
        var numbers = [Int64](repeating: 0, count: places.count)
        for (name, place) in places {
            guard let number = found[name] else { throw StoreError(.internal, "a name of a record has no number") }
            numbers[place] = number
        }
        return numbers
    }

    /// Adds new records to the sums, and stores what their earlier attempts used. Without `new`, all of them are.
    private static func count(
        _ records: [LedgerRecord],
        _ numbers: [(subject: Int64, target: Int64)],
        _ new: Set<LedgerRecord.ID>?,
        _ found: LedgerNames.Found,
        _ connection: any SQLConnection
    ) throws(StoreError) {
        var left = new
        var sums = LedgerSums()
        var earlier: [SQLValue] = []
        for index in records.indices {
            if left != nil, left?.remove(records[index].id) == nil { continue }
            let (subject, target) = numbers[index]
            let id = records[index].id
            let status = Int64(records[index].status)
            for (position, attempt) in records[index].attempts.dropLast().enumerated() {
                let earlierTarget = found.targets[LedgerTarget(records[index], attempt)] ?? 0
                let amounts = LedgerAmounts(attempt)
                sums.add(
                    at: id.receivedAt, subject: subject, target: earlierTarget, status: status, attempts: 1, amounts)
                earlier += [
                    .integer(id.receivedAt), .integer(id.number), .integer(Int64(position)), .integer(subject),
                    .integer(earlierTarget), .integer(status), .integer(1),
                ]
                amounts.append(to: &earlier)
            }
            let last = records[index].attempts.last
            sums.add(
                at: id.receivedAt, subject: subject, target: target, status: status, requests: 1,
                attempts: last == nil ? 0 : 1, duration: records[index].durationNanoseconds,
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
