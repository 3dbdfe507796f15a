extension Migration {
    /// The ledger: who asked and what answered, each kept once; records and attempts; the sums of hours and days.
    ///
    /// Tokens and money of a record's last attempt stand in its row, those of attempts before it in rows of their own, so that a sum
    /// over both is everything, each under its own provider.
    static let ledger = Migration(number: 5, name: "ledger and sums") { dialect in
        let integer = "\(dialect.integer) NOT NULL"
        let usage = [
            "uncached_input", "output", "cache_read", "reasoning", "cache_write_5m", "cache_write_1h", "audio_input",
            "audio_output", "cost", "saving", "unpriced",
        ].map { "\($0) \(integer)," }.joined(separator: "\n    ")
        return """
            CREATE TABLE ledger_subjects (
                id \(dialect.countedKey),
                digest \(dialect.identifier) NOT NULL UNIQUE,
                tenant_id \(dialect.identifier),
                team_id \(dialect.identifier),
                user_id \(dialect.identifier),
                key_id \(dialect.identifier),
                key_name TEXT,
                tags TEXT NOT NULL
            ) \(dialect.tableOptions);
            CREATE TABLE ledger_targets (
                id \(dialect.countedKey),
                digest \(dialect.identifier) NOT NULL UNIQUE,
                route \(dialect.identifier) NOT NULL,
                model \(dialect.identifier),
                provider \(dialect.identifier),
                target_model \(dialect.identifier)
            ) \(dialect.tableOptions);
            CREATE TABLE ledger_records (
                received_at \(integer),
                number \(integer),
                subject \(integer),
                target \(integer),
                status \(integer),
                attempts \(integer),
                \(usage)
                duration \(integer),
                request_id \(dialect.identifier) NOT NULL,
                trace_id TEXT,
                dialect TEXT,
                model TEXT,
                error_type TEXT,
                fault TEXT,
                flags \(integer),
                request_bytes \(integer),
                response_bytes \(integer),
                details TEXT NOT NULL,
                PRIMARY KEY (received_at, number)
            ) \(dialect.tableOptions);
            CREATE INDEX ledger_records_by_request ON ledger_records (request_id);
            CREATE INDEX ledger_records_by_subject ON ledger_records (subject, received_at, number);
            CREATE TABLE ledger_attempts (
                received_at \(integer),
                number \(integer),
                position \(integer),
                subject \(integer),
                target \(integer),
                status \(integer),
                attempts \(integer),
                \(usage)
                PRIMARY KEY (received_at, number, position)
            ) \(dialect.tableOptions);
            \(["ledger_hours", "ledger_days"].map { Self.sums($0, integer, usage, dialect) }.joined(separator: "\n"))
            """
    }

    private static func sums(_ table: String, _ integer: String, _ usage: String, _ dialect: SQLDialect) -> String {
        """
        CREATE TABLE \(table) (
            start \(integer),
            subject \(integer),
            target \(integer),
            status \(integer),
            requests \(integer),
            attempts \(integer),
            \(usage)
            duration \(integer),
            PRIMARY KEY (start, subject, target, status)
        ) \(dialect.clusteredTableOptions);
        """
    }
}
