import SluiceCore

extension SQLLedgerStore {
    /// How many records are looked at in one transaction.
    private static let repricedAtOnce = 500

    func reprice(
        _ period: Range<UnixTime>,
        after place: LedgerRecord.ID?,
        isTrial: Bool,
        with price: @escaping @Sendable (_ record: LedgerRecord, _ attempt: AttemptRecord) -> AttemptCharge
    ) async throws(StoreError) -> RepricingStep {
        let range = try LedgerRanges.nanoseconds(from: period.lowerBound, to: period.upperBound)
        let beginning = LedgerRecord.ID(receivedAt: range.lowerBound, number: .min)
        let start = place.map { max($0, beginning) } ?? beginning
        if isTrial {
            return try await self.database.read { connection throws(StoreError) in
                try Self.reprice(after: start, to: range.upperBound, isTrial: true, price, connection)
            }
        }
        return try await self.database.write { connection throws(StoreError) in
            try Self.reprice(after: start, to: range.upperBound, isTrial: false, price, connection)
        }
    }

    private static func reprice(
        after start: LedgerRecord.ID,
        to end: Int64,
        isTrial: Bool,
        _ price: (LedgerRecord, AttemptRecord) -> AttemptCharge,
        _ connection: any SQLConnection
    ) throws(StoreError) -> RepricingStep {
        // Another who prices the same anew waits, and finds what this one leaves. In SQLite whoever writes is alone.
        let lock = !isTrial && connection.dialect == .postgresql ? "FOR UPDATE OF r" : ""
        let rows = try connection.query(
            """
            SELECT r.subject, r.target, \(LedgerRow.selection) FROM \(LedgerRow.tables)
            WHERE (r.received_at, r.number) > ($1, $2) AND r.received_at < $3
            ORDER BY r.received_at, r.number LIMIT $4 \(lock)
            """,
            [
                .integer(start.receivedAt), .integer(start.number), .integer(end),
                .integer(Int64(Self.repricedAtOnce)),
            ]
        ).rows
        var result = Repricing()
        var sums = LedgerSums()
        var last: LedgerRecord.ID?
        for var row in rows {
            let subject = try row.integer()
            let target = try row.integer()
            var record = try LedgerRow.record(&row)
            last = record.id
            result.records += 1
            let before = record.attempts
            for index in record.attempts.indices where before[index].usage != nil {
                let charge = price(record, before[index])
                record.attempts[index].cost = charge.cost
                record.attempts[index].isPriceUnknown = charge.isPriceUnknown
            }
            if record.isPriceUnknown { result.unpriced += 1 }
            guard record.attempts != before else { continue }
            if isTrial {
                result.changed += 1
                result.difference += Self.cost(of: record.attempts) - Self.cost(of: before)
                continue
            }
            // Deleted in the meantime: then its sums stay as they are.
            guard try Self.store(record, connection) else { continue }
            result.changed += 1
            for (index, attempt) in record.attempts.enumerated() {
                var amounts = LedgerAmounts(attempt)
                amounts.subtract(LedgerAmounts(before[index]))
                let isLast = index == record.attempts.count - 1
                let place =
                    isLast ? target : try Self.repriceEarlier(record, index, LedgerAmounts(attempt), connection)
                guard let place else { continue }
                result.difference += NanoUSD(amounts.cost)
                sums.add(
                    at: record.id.receivedAt, subject: subject, target: place, status: Int64(record.status), amounts)
            }
        }
        try sums.store(connection)
        return RepricingStep(result: result, last: last, hasMore: rows.count == Self.repricedAtOnce)
    }

    /// What attempts cost, as the sums have it.
    private static func cost(of attempts: [AttemptRecord]) -> NanoUSD {
        attempts.reduce(.zero) { $0 + NanoUSD(LedgerAmounts($1).cost) }
    }

    /// Stores what the last attempt costs, and the attempts. Returns whether the record is there.
    private static func store(_ record: LedgerRecord, _ connection: any SQLConnection) throws(StoreError) -> Bool {
        var values: [SQLValue] = [
            .integer(record.id.receivedAt), .integer(record.id.number), .text(JournalText.text(record.attempts)),
        ]
        (record.attempts.last.map(LedgerAmounts.init) ?? LedgerAmounts()).append(to: &values)
        let assignments = LedgerAmounts.columns.enumerated().map { "\($1) = $\($0 + 4)" }.joined(separator: ", ")
        return try connection.query(
            "UPDATE ledger_records SET details = $3, \(assignments) WHERE received_at = $1 AND number = $2", values
        ).changed == 1
    }

    /// Stores what an earlier attempt costs. Returns its target, or `nil` where it has no row.
    private static func repriceEarlier(
        _ record: LedgerRecord,
        _ position: Int,
        _ amounts: LedgerAmounts,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Int64? {
        var values: [SQLValue] = [
            .integer(record.id.receivedAt), .integer(record.id.number), .integer(Int64(position)),
        ]
        amounts.append(to: &values)
        let assignments = LedgerAmounts.columns.enumerated().map { "\($1) = $\($0 + 4)" }.joined(separator: ", ")
        let row = try connection.first(
            """
            UPDATE ledger_attempts SET \(assignments) WHERE received_at = $1 AND number = $2 AND position = $3
            RETURNING target
            """, values)
        guard var row else { return nil }
        return try row.integer()
    }
}
