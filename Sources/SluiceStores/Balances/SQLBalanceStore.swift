import SluiceCore

/// What budgets have spent and hold, in the database.
///
/// The balance of a period is one row. A claim is decided by the statement that adds it to that row, so that the database's lock
/// on the row orders all processes. Transactions that meet in another order are told apart by the database, and one is run anew.
struct SQLBalanceStore: BalanceStore {
    /// No amount may be larger: four of them still fit the number.
    private static let largestAmount: Int64 = 1 << 60
    /// How many expired reservations of a period are freed when a claim does not fit.
    private static let sweptAtOnce = 1000

    let database: SQLDatabase

    func reserve(id: String, holder: String, claims: [BudgetClaim], leaseEnds: UnixTime, now: UnixTime)
        async throws(StoreError) -> BudgetDecision
    {
        for claim in claims { try Self.check(claim.amount) }
        // The same order everywhere, so that two reservations do not wait for each other.
        let order = claims.indices.sorted {
            (claims[$0].period.account, claims[$0].period.start) < (claims[$1].period.account, claims[$1].period.start)
        }
        return try await self.database.write { connection throws(StoreError) in
            var balances = [Balance](repeating: Balance(), count: claims.count)
            for (place, index) in order.enumerated() {
                let claim = claims[index]
                var balance = try Self.hold(claim, connection)
                if balance == nil,
                    try Self.sweep(now: now, limit: Self.sweptAtOnce, period: claim.period, connection) > 0
                {
                    balance = try Self.hold(claim, connection)
                }
                guard let balance else {
                    for other in order[..<place] { try Self.release(claims[other], connection) }
                    let met = try Self.balance(claim.period.account, claim.period.start, .all, connection)
                    return .refused(claim: index, balance: met)
                }
                balances[index] = balance
            }
            for (index, claim) in claims.enumerated() {
                _ = try connection.query(
                    """
                    INSERT INTO reservations
                    (id, claim, account, period_start, holder, held_nano_usd, held_tokens, state, lease_ends_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, 'held', $8)
                    """,
                    [
                        .text(id), .integer(Int64(index)), .text(claim.period.account), SQLValue(claim.period.start),
                        .text(holder), .integer(claim.amount.nanoUSD), .integer(claim.amount.tokens),
                        SQLValue(leaseEnds),
                    ]
                )
            }
            return .reserved(balances)
        }
    }

    func settle(id: String, spent: [BalanceAmount]) async throws(StoreError) -> Bool {
        for amount in spent { try Self.check(amount) }
        return try await self.database.write { connection throws(StoreError) in
            // What was freed when its lease ended holds nothing any more, and is settled all the same.
            let changed =
                try Self.end(id, from: "held", spent, connection) + Self.end(id, from: "freed", spent, connection)
            guard changed == 0 else { return true }
            guard try connection.first("SELECT 1 FROM reservations WHERE id = $1", [.text(id)]) != nil else {
                throw StoreError(.notFound, "there is no such reservation")
            }
            return false
        }
    }

    func extend(holder: String, leaseEnds: UnixTime) async throws(StoreError) -> Int {
        try await self.database.write { connection throws(StoreError) in
            try connection.query(
                "UPDATE reservations SET lease_ends_at = $1 WHERE holder = $2 AND state = 'held' AND lease_ends_at < $1",
                [SQLValue(leaseEnds), .text(holder)]
            ).changed
        }
    }

    func spend(_ amount: BalanceAmount, in period: BalancePeriod) async throws(StoreError) -> Balance {
        try await self.spend([BalanceCharge(period: period, amount: amount)]).first ?? Balance()
    }

    func spend(_ charges: [BalanceCharge]) async throws(StoreError) -> [Balance] {
        for charge in charges { try Self.check(charge.amount) }
        // The same order everywhere, so that two transactions do not wait for each other.
        let order = charges.indices.sorted {
            (charges[$0].period.account, charges[$0].period.start)
                < (charges[$1].period.account, charges[$1].period.start)
        }
        return try await self.database.write { connection throws(StoreError) in
            var balances = [Balance](repeating: Balance(), count: charges.count)
            for index in order { balances[index] = try Self.add(charges[index], connection) }
            return balances
        }
    }

    func balances(of periods: [BalancePeriod]) async throws(StoreError) -> [Balance] {
        try await self.database.read { connection throws(StoreError) in
            var balances: [Balance] = []
            for period in periods {
                balances.append(try Self.balance(period.account, period.start, .all, connection))
            }
            return balances
        }
    }

    func balance(of account: String, start: UnixTime, in scope: TenantScope) async throws(StoreError) -> Balance {
        try await self.database.read { connection throws(StoreError) in
            try Self.balance(account, start, scope, connection)
        }
    }

    func sweep(now: UnixTime, limit: Int) async throws(StoreError) -> Int {
        try await self.database.write { connection throws(StoreError) in
            try Self.sweep(now: now, limit: max(1, limit), period: nil, connection)
        }
    }

    func prune(before time: UnixTime) async throws(StoreError) -> Int {
        try await self.database.write { connection throws(StoreError) in
            try connection.query(
                "DELETE FROM reservations WHERE state IN ('freed', 'settled') AND lease_ends_at < $1", [SQLValue(time)]
            ).changed
        }
    }
}

// MARK: Statements

extension SQLBalanceStore {
    private static let amounts = "spent_nano_usd, spent_tokens, reserved_nano_usd, reserved_tokens"

    private static func check(_ amount: BalanceAmount) throws(StoreError) {
        guard (0...Self.largestAmount).contains(amount.nanoUSD), (0...Self.largestAmount).contains(amount.tokens) else {
            throw StoreError(.invalid, "an amount is negative or larger than 2^60")
        }
    }

    private static func balance(_ row: inout SQLRow) throws(StoreError) -> Balance {
        Balance(
            spent: BalanceAmount(nanoUSD: try row.integer(), tokens: try row.integer()),
            reserved: BalanceAmount(nanoUSD: try row.integer(), tokens: try row.integer())
        )
    }

    private static func balance(
        _ account: String,
        _ start: UnixTime,
        _ scope: TenantScope,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Balance {
        var parameters = SQLParameters()
        var condition =
            "account = \(parameters.add(.text(account))) AND period_start = \(parameters.add(SQLValue(start)))"
        if case .tenant(let tenant) = scope { condition += " AND tenant_id = \(parameters.add(.text(tenant.text)))" }
        guard
            var row = try connection.first(
                "SELECT \(Self.amounts) FROM balances WHERE \(condition)", parameters.values)
        else { return Balance() }
        return try Self.balance(&row)
    }

    /// Adds to what was spent in a period: one statement.
    private static func add(_ charge: BalanceCharge, _ connection: any SQLConnection) throws(StoreError) -> Balance {
        let row = try connection.first(
            """
            INSERT INTO balances (account, period_start, tenant_id, \(Self.amounts)) VALUES ($1, $2, $3, $4, $5, 0, 0)
            ON CONFLICT (account, period_start) DO UPDATE SET
            spent_nano_usd = balances.spent_nano_usd + excluded.spent_nano_usd,
            spent_tokens = balances.spent_tokens + excluded.spent_tokens
            RETURNING \(Self.amounts)
            """,
            [
                .text(charge.period.account), SQLValue(charge.period.start), SQLValue(charge.period.tenant?.text),
                .integer(charge.amount.nanoUSD), .integer(charge.amount.tokens),
            ]
        )
        guard var row else { throw StoreError(.internal, "a balance was added to and not returned") }
        return try Self.balance(&row)
    }

    /// Adds a claim to what its period holds, if it fits: one statement. `nil` when it does not.
    private static func hold(_ claim: BudgetClaim, _ connection: any SQLConnection) throws(StoreError) -> Balance? {
        let row = try connection.first(
            """
            INSERT INTO balances (account, period_start, tenant_id, \(Self.amounts))
            SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS TEXT), 0, 0, CAST($4 AS BIGINT), CAST($5 AS BIGINT)
            WHERE CAST($4 AS BIGINT) <= CAST($6 AS BIGINT) AND CAST($5 AS BIGINT) <= CAST($7 AS BIGINT)
            ON CONFLICT (account, period_start) DO UPDATE SET
            reserved_nano_usd = balances.reserved_nano_usd + excluded.reserved_nano_usd,
            reserved_tokens = balances.reserved_tokens + excluded.reserved_tokens
            WHERE balances.reserved_nano_usd <= CAST($6 AS BIGINT) - excluded.reserved_nano_usd - balances.spent_nano_usd
            AND balances.reserved_tokens <= CAST($7 AS BIGINT) - excluded.reserved_tokens - balances.spent_tokens
            RETURNING \(Self.amounts)
            """,
            [
                .text(claim.period.account), SQLValue(claim.period.start), SQLValue(claim.period.tenant?.text),
                .integer(claim.amount.nanoUSD), .integer(claim.amount.tokens),
                .integer(max(0, claim.capNanoUSD ?? .max)), .integer(max(0, claim.capTokens ?? .max)),
            ]
        )
        guard var row else { return nil }
        return try Self.balance(&row)
    }

    /// Takes a claim back that was held in the same transaction.
    private static func release(_ claim: BudgetClaim, _ connection: any SQLConnection) throws(StoreError) {
        try Self.settle(claim.period.account, claim.period.start, held: claim.amount, spent: .zero, connection)
    }

    private static func settle(
        _ account: String,
        _ start: UnixTime,
        held: BalanceAmount,
        spent: BalanceAmount,
        _ connection: any SQLConnection
    ) throws(StoreError) {
        _ = try connection.query(
            """
            UPDATE balances SET reserved_nano_usd = reserved_nano_usd - $3, reserved_tokens = reserved_tokens - $4,
            spent_nano_usd = spent_nano_usd + $5, spent_tokens = spent_tokens + $6
            WHERE account = $1 AND period_start = $2
            """,
            [
                .text(account), SQLValue(start), .integer(held.nanoUSD), .integer(held.tokens),
                .integer(spent.nanoUSD), .integer(spent.tokens),
            ]
        )
    }

    /// Ends the claims of a reservation that are in a state, and books what was spent. Returns how many there were.
    private static func end(
        _ id: String,
        from state: String,
        _ spent: [BalanceAmount],
        _ connection: any SQLConnection
    ) throws(StoreError) -> Int {
        let rows = try connection.query(
            """
            UPDATE reservations SET state = 'settled' WHERE id = $1 AND state = $2
            RETURNING claim, account, period_start, held_nano_usd, held_tokens
            """,
            [.text(id), .text(state)]
        ).rows
        for var row in rows {
            let claim = Int(clamping: try row.integer())
            guard spent.indices.contains(claim) else {
                throw StoreError(.invalid, "a reservation of more claims is settled with \(spent.count) amounts")
            }
            let account = try row.text()
            let start = try row.time()
            let held = BalanceAmount(nanoUSD: try row.integer(), tokens: try row.integer())
            try Self.settle(account, start, held: state == "held" ? held : .zero, spent: spent[claim], connection)
        }
        return rows.count
    }

    /// Frees what was held by reservations whose lease ended, of one period or of all.
    private static func sweep(
        now: UnixTime,
        limit: Int,
        period: BalancePeriod?,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Int {
        var parameters = SQLParameters()
        var condition = "state = 'held' AND lease_ends_at <= \(parameters.add(SQLValue(now)))"
        if let period {
            condition +=
                " AND account = \(parameters.add(.text(period.account))) AND period_start = \(parameters.add(SQLValue(period.start)))"
        }
        let rows = try connection.query(
            """
            UPDATE reservations SET state = 'freed' WHERE state = 'held' AND (id, claim) IN
            (SELECT id, claim FROM reservations WHERE \(condition) ORDER BY lease_ends_at LIMIT \(parameters.add(.integer(Int64(limit)))))
            RETURNING account, period_start, held_nano_usd, held_tokens
            """,
            parameters.values
        ).rows
        for var row in rows {
            let account = try row.text()
            let start = try row.time()
            let held = BalanceAmount(nanoUSD: try row.integer(), tokens: try row.integer())
            try Self.settle(account, start, held: held, spent: .zero, connection)
        }
        return rows.count
    }
}
