import SluiceCore
import SluiceWire

/// Reads the ledger from the database.
struct SQLUsageStore: UsageStore {
    /// How many exchanges with the same request id are given.
    private static let mostExchanges = 100

    let database: SQLDatabase

    func usage(_ query: UsageQuery, in scope: TenantScope) async throws(StoreError) -> [UsageRow] {
        let ranges = try LedgerRanges(query.range, interval: query.interval, now: .now())
        let halves = query.interval == .hour && query.order == .time ? ranges.halves : [ranges]
        guard halves.count == 2 else { return try await self.usage(query, scope, ranges) }
        // A month of hours has a million sums, which two connections add up in half the time.
        async let first = self.outcome(query, scope, halves[0])
        async let second = self.outcome(query, scope, halves[1])
        let rows = (try await first.get(), try await second.get())
        return Array((rows.0 + rows.1).prefix(query.limit))
    }

    /// The rows or the error: what runs beside something else cannot throw an error of a type.
    private func outcome(
        _ query: UsageQuery,
        _ scope: TenantScope,
        _ ranges: LedgerRanges
    ) async -> Result<[UsageRow], StoreError> {
        do throws(StoreError) {
            return .success(try await self.usage(query, scope, ranges))
        } catch {
            return .failure(error)
        }
    }

    private func usage(
        _ query: UsageQuery,
        _ scope: TenantScope,
        _ ranges: LedgerRanges
    ) async throws(StoreError) -> [UsageRow] {
        var statement = UsageStatement(query, scope, ranges, self.database.dialect)
        let text = statement.text()
        let values = statement.parameters.values
        return try await self.database.read { connection throws(StoreError) in
            var rows: [UsageRow] = []
            for var row in try connection.query(text, values).rows {
                rows.append(try Self.row(&row, query, connection.dialect))
            }
            // A sum of nothing is a row of nothing.
            return rows.filter { $0.requests != 0 || $0.attempts != 0 }
        }
    }

    func records(_ range: Range<UnixTime>, where filter: UsageFilter, in scope: TenantScope, page: PageRequest)
        async throws(StoreError) -> Page<LedgerRecord>
    {
        let bounds = try LedgerRanges.nanoseconds(from: range.lowerBound, to: range.upperBound, toHours: false)
        var parameters = SQLParameters()
        var conditions = [
            "r.received_at >= \(parameters.add(.integer(bounds.lowerBound)))",
            "r.received_at < \(parameters.add(.integer(bounds.upperBound)))",
        ]
        conditions += filter.conditions(scope, status: "r.status", self.database.dialect, &parameters)
        if let cursor = page.cursor {
            guard let place = LedgerRecord.ID(cursor) else {
                throw StoreError(.invalid, "the cursor is not one that a page gave")
            }
            let time = parameters.add(.integer(place.receivedAt))
            conditions.append("(r.received_at, r.number) > (\(time), \(parameters.add(.integer(place.number))))")
        }
        let limit = parameters.add(.integer(Int64(page.limit + 1)))
        let statement = """
            SELECT \(LedgerRow.selection) FROM \(LedgerRow.tables) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY r.received_at, r.number LIMIT \(limit)
            """
        var records = try await self.read(statement, parameters)
        guard records.count > page.limit else { return Page(records: records) }
        records.removeLast()
        return Page(records: records, next: records.last?.id.description)
    }

    func exchanges(requestID: String, in scope: TenantScope) async throws(StoreError) -> [LedgerRecord] {
        var parameters = SQLParameters()
        var conditions = ["r.request_id = \(parameters.add(.text(requestID)))"]
        conditions += UsageFilter().conditions(scope, status: "r.status", self.database.dialect, &parameters)
        return try await self.read(
            """
            SELECT \(LedgerRow.selection) FROM \(LedgerRow.tables) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY r.received_at DESC, r.number DESC LIMIT \(Self.mostExchanges)
            """, parameters)
    }

    private func read(_ statement: String, _ parameters: SQLParameters) async throws(StoreError) -> [LedgerRecord] {
        let values = parameters.values
        return try await self.database.read { connection throws(StoreError) in
            var records: [LedgerRecord] = []
            for var row in try connection.query(statement, values).rows { records.append(try LedgerRow.record(&row)) }
            return records
        }
    }

    private static func row(_ row: inout SQLRow, _ query: UsageQuery, _ dialect: SQLDialect) throws(StoreError)
        -> UsageRow
    {
        var result = UsageRow()
        if query.interval != nil { result.start = try row.time() }
        for _ in query.dimensions { result.values.append(try row.optionalText()) }
        let sums = try row.sums(UsageStatement.sums, dialect)
        result.requests = sums[0]
        result.failures = sums[1]
        result.attempts = sums[2]
        func tokens(_ index: Int) -> Int { Int(clamping: sums[3 + index]) }
        result.tokens = TokenUsage(
            uncachedInput: tokens(0), cacheRead: tokens(2), cacheWrite5m: tokens(4), cacheWrite1h: tokens(5),
            audioInput: tokens(6), output: tokens(1), reasoning: tokens(3), audioOutput: tokens(7))
        result.cost = NanoUSD(sums[11])
        result.cacheSaving = NanoUSD(sums[12])
        result.unpricedAttempts = sums[13]
        result.durationNanoseconds = sums[14]
        return result
    }
}
