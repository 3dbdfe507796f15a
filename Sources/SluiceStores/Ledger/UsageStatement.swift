import SluiceCore

/// The statement of a usage query: sums over the tables that its range is read from.
struct UsageStatement {
    private static let tokens = LedgerAmounts.columns.prefix(8)

    private let query: UsageQuery
    private let scope: TenantScope
    private let ranges: LedgerRanges
    private let dialect: SQLDialect
    private(set) var parameters = SQLParameters()

    init(_ query: UsageQuery, _ scope: TenantScope, _ ranges: LedgerRanges, _ dialect: SQLDialect) {
        self.query = query
        self.scope = scope
        self.ranges = ranges
        self.dialect = dialect
    }

    /// How many sums a row has.
    static let sums = 4 + LedgerAmounts.columns.count

    /// The text. The columns are the interval, the dimensions, then the sums: requests, failures, attempts, the amounts, the duration.
    mutating func text() -> String {
        var groups: [String] = []
        if let interval = self.query.interval { groups.append(self.start(interval)) }
        for dimension in self.query.dimensions { groups.append(self.column(dimension)) }
        let sums =
            ["u.requests", "CASE WHEN u.status >= 400 THEN u.requests ELSE 0 END", "u.attempts"]
            + LedgerAmounts.columns.map { "u.\($0)" } + ["u.duration"]
        let selection = groups + self.dialect.sums(of: sums)
        let sources = self.sources()
        let conditions = self.query.filter.conditions(self.scope, status: "u.status", self.dialect, &self.parameters)
        var text = "SELECT \(selection.joined(separator: ", ")) FROM (\(sources)) u"
        // Every row has both: where neither is asked for, a million of them need not be looked up.
        let names = groups + conditions
        if names.contains(where: { $0.contains("s.") }) { text += " JOIN ledger_subjects s ON s.id = u.subject" }
        if names.contains(where: { $0.contains("t.") }) { text += " JOIN ledger_targets t ON t.id = u.target" }
        if !conditions.isEmpty { text += " WHERE \(conditions.joined(separator: " AND "))" }
        if !groups.isEmpty {
            let places = (1...groups.count).map(String.init)
            text += " GROUP BY \(places.joined(separator: ", "))"
            let first = self.order().map { ["\($0) DESC"] } ?? []
            text += " ORDER BY \((first + places).joined(separator: ", "))"
        }
        return text + " LIMIT \(self.parameters.add(.integer(Int64(self.query.limit))))"
    }

    private func start(_ interval: UsageInterval) -> String {
        switch interval {
        // All sources have whole hours, so that SQLite need not sort what is in order already.
        case .hour: "u.start"
        case .day: "u.start - u.start % \(LedgerSums.day)"
        case .month: self.dialect.month(of: "u.start")
        }
    }

    private mutating func column(_ dimension: UsageDimension) -> String {
        switch dimension {
        case .key: "s.key_id"
        case .user: "s.user_id"
        case .team: "s.team_id"
        case .tenant: "s.tenant_id"
        case .model: "t.model"
        case .provider: "t.provider"
        case .targetModel: "t.target_model"
        case .route: "t.route"
        case .status: "CAST(u.status AS TEXT)"
        case .tag(let name): self.dialect.member(of: "s.tags", self.parameters.add(.text(name)))
        }
    }

    private func order() -> String? {
        switch self.query.order {
        case .time: nil
        case .cost: "SUM(u.cost)"
        case .tokens: Self.tokens.map { "SUM(u.\($0))" }.joined(separator: " + ")
        case .requests: "SUM(u.requests)"
        }
    }

    /// All rows of the range, from whichever tables.
    private mutating func sources() -> String {
        let amounts = LedgerAmounts.columns.joined(separator: ", ")
        var sources: [String] = []
        func sums(_ table: String, _ range: Range<Int64>, _ parameters: inout SQLParameters) -> String {
            let from = parameters.add(.integer(range.lowerBound))
            return """
                SELECT start, subject, target, status, requests, attempts, \(amounts), duration FROM \(table)
                WHERE start >= \(from) AND start < \(parameters.add(.integer(range.upperBound)))
                """
        }
        func records(_ range: Range<Int64>, _ parameters: inout SQLParameters) -> String {
            let from = parameters.add(.integer(range.lowerBound))
            let place = "received_at >= \(from) AND received_at < \(parameters.add(.integer(range.upperBound)))"
            return """
                SELECT received_at / \(LedgerSums.hour * 1_000_000) * \(LedgerSums.hour) AS start, subject, target, status, 1 AS requests, attempts, \(amounts), duration
                FROM ledger_records WHERE \(place) UNION ALL
                SELECT received_at / \(LedgerSums.hour * 1_000_000) * \(LedgerSums.hour), subject, target, status, 0, attempts, \(amounts), 0
                FROM ledger_attempts WHERE \(place)
                """
        }
        if let days = self.ranges.days { sources.append(sums("ledger_days", days, &self.parameters)) }
        for hours in self.ranges.hours { sources.append(sums("ledger_hours", hours, &self.parameters)) }
        for range in self.ranges.records { sources.append(records(range, &self.parameters)) }
        // An empty range is one of no hours.
        if sources.isEmpty { sources.append(sums("ledger_hours", 0..<0, &self.parameters)) }
        return sources.joined(separator: " UNION ALL ")
    }
}

extension UsageFilter {
    /// The conditions of a filter and a scope, on the tables of subjects (`s`) and targets (`t`).
    func conditions(
        _ scope: TenantScope,
        status: String,
        _ dialect: SQLDialect,
        _ parameters: inout SQLParameters
    ) -> [String] {
        var conditions: [String] = []
        if case .tenant(let tenant) = scope {
            conditions.append("s.tenant_id = \(parameters.add(.text(tenant.text)))")
        }
        let texts = [
            ("s.key_id", self.keyID), ("s.user_id", self.user), ("s.team_id", self.team), ("s.tenant_id", self.tenant),
            ("t.model", self.model), ("t.provider", self.provider),
        ]
        for (column, value) in texts {
            if let value { conditions.append("\(column) = \(parameters.add(.text(value)))") }
        }
        if let tag {
            let member = dialect.member(of: "s.tags", parameters.add(.text(tag.name)))
            conditions.append("\(member) = \(parameters.add(.text(tag.value)))")
        }
        if let statuses {
            let first = parameters.add(.integer(Int64(statuses.lowerBound)))
            conditions.append(
                "\(status) BETWEEN \(first) AND \(parameters.add(.integer(Int64(statuses.upperBound))))")
        }
        return conditions
    }
}
