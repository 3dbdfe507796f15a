import SluiceCore

/// Sums of hours and days, as they are added to those of the database.
struct LedgerSums: Sendable {
    /// What is told apart.
    struct Key: Hashable, Comparable {
        var start: Int64
        var subject: Int64
        var target: Int64
        var status: Int64

        static func < (left: Key, right: Key) -> Bool {
            (left.start, left.subject, left.target, left.status)
                < (right.start, right.subject, right.target, right.status)
        }
    }

    private struct Value {
        var requests: Int64 = 0
        var attempts: Int64 = 0
        var duration: Int64 = 0
        var amounts = LedgerAmounts()

        mutating func add(_ other: Value) {
            self.requests &+= other.requests
            self.attempts &+= other.attempts
            self.duration &+= other.duration
            self.amounts.add(other.amounts)
        }
    }

    static let hour: Int64 = 3_600_000
    static let day: Int64 = 24 * Self.hour

    private static let columns =
        ["start", "subject", "target", "status", "requests", "attempts"] + LedgerAmounts.columns + ["duration"]

    private var hours: [Key: Value] = [:]

    /// Adds to one hour. `time` is in nanoseconds since 1970.
    mutating func add(
        at time: Int64,
        subject: Int64,
        target: Int64,
        status: Int64,
        requests: Int64 = 0,
        attempts: Int64 = 0,
        duration: Int64 = 0,
        _ amounts: LedgerAmounts
    ) {
        let milliseconds = time / 1_000_000
        let key = Key(start: milliseconds - milliseconds % Self.hour, subject: subject, target: target, status: status)
        self.hours[key, default: Value()].add(
            Value(requests: requests, attempts: attempts, duration: duration, amounts: amounts))
    }

    /// Adds a record, with its last attempt.
    mutating func add(_ record: borrowing RecordOutline, subject: Int64, target: Int64) {
        self.add(
            at: record.id.receivedAt, subject: subject, target: target, status: record.status, requests: 1,
            attempts: record.attemptCount == 0 ? 0 : 1, duration: record.duration, record.amounts)
    }

    /// Adds all of it to the tables, in the same order everywhere.
    func store(_ connection: any SQLConnection) throws(StoreError) {
        guard !self.hours.isEmpty else { return }
        try Self.store(self.hours, Self.hourRows, connection)
        var days: [Key: Value] = [:]
        for (key, value) in self.hours {
            var key = key
            key.start -= key.start % Self.day
            days[key, default: Value()].add(value)
        }
        try Self.store(days, Self.dayRows, connection)
    }

    private static func store(
        _ sums: [Key: Value],
        _ rows: SQLRowInsert,
        _ connection: any SQLConnection
    ) throws(StoreError) {
        let sums = sums.sorted { $0.key < $1.key }
        try connection.insert(rows, sums.count) { index, row in
            let (key, value) = sums[index]
            row.append(.integer(key.start))
            row.append(.integer(key.subject))
            row.append(.integer(key.target))
            row.append(.integer(key.status))
            row.append(.integer(value.requests))
            row.append(.integer(value.attempts))
            value.amounts.append(to: &row)
            row.append(.integer(value.duration))
        }
    }

    private static let hourRows = Self.rows("ledger_hours")
    private static let dayRows = Self.rows("ledger_days")

    private static func rows(_ table: String) -> SQLRowInsert {
        let sums = ["requests", "attempts"] + LedgerAmounts.columns + ["duration"]
        let assignments = sums.map { "\($0) = \(table).\($0) + excluded.\($0)" }.joined(separator: ", ")
        return SQLRowInsert(
            into: table, columns: Self.columns,
            suffix: "ON CONFLICT (start, subject, target, status) DO UPDATE SET \(assignments)")
    }
}
