extension Migration {
    /// What budgets have spent and hold.
    static let balances = Migration(number: 4, name: "balances and reservations") { dialect in
        """
        CREATE TABLE balances (
            account \(dialect.identifier) NOT NULL,
            period_start \(dialect.integer) NOT NULL,
            tenant_id \(dialect.identifier),
            spent_nano_usd \(dialect.integer) NOT NULL,
            spent_tokens \(dialect.integer) NOT NULL,
            reserved_nano_usd \(dialect.integer) NOT NULL,
            reserved_tokens \(dialect.integer) NOT NULL,
            PRIMARY KEY (account, period_start)
        ) \(dialect.tableOptions);
        CREATE INDEX balances_by_tenant ON balances (tenant_id, account, period_start);
        CREATE TABLE reservations (
            id \(dialect.identifier) NOT NULL,
            claim \(dialect.integer) NOT NULL,
            account \(dialect.identifier) NOT NULL,
            period_start \(dialect.integer) NOT NULL,
            holder \(dialect.identifier) NOT NULL,
            held_nano_usd \(dialect.integer) NOT NULL,
            held_tokens \(dialect.integer) NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('held', 'freed', 'settled')),
            lease_ends_at \(dialect.integer) NOT NULL,
            PRIMARY KEY (id, claim)
        ) \(dialect.tableOptions);
        CREATE INDEX reservations_by_account ON reservations (account, period_start, state, lease_ends_at);
        CREATE INDEX reservations_by_holder ON reservations (holder, state);
        CREATE INDEX reservations_by_end ON reservations (state, lease_ends_at);
        """
    }
}
