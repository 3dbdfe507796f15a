extension Migration {
    /// Limits and budgets.
    static let rules = Migration(number: 3, name: "limits and budgets") { dialect in
        """
        CREATE TABLE rules (
            id \(dialect.identifier) PRIMARY KEY,
            tenant_id \(dialect.identifier) REFERENCES tenants (id),
            sort TEXT NOT NULL,
            level TEXT NOT NULL,
            subject \(dialect.identifier) NOT NULL,
            definition TEXT NOT NULL,
            is_disabled \(dialect.integer) NOT NULL,
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            revision \(dialect.integer) NOT NULL
        ) \(dialect.tableOptions);
        CREATE INDEX rules_by_creation ON rules (created_at, id);
        CREATE INDEX rules_by_tenant ON rules (tenant_id, created_at, id);
        CREATE INDEX rules_by_subject ON rules (level, subject);
        """
    }
}
