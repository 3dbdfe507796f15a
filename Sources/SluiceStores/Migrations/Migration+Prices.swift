extension Migration {
    /// Prices over those of the configuration and the book: in nano-dollars, a million tokens of each class. Days are as in `2026-12-01`.
    static let prices = Migration(number: 6, name: "price overrides") { dialect in
        """
        CREATE TABLE price_overrides (
            id \(dialect.identifier) PRIMARY KEY,
            provider \(dialect.identifier),
            models \(dialect.identifier) NOT NULL,
            input \(dialect.integer) NOT NULL,
            cached_input \(dialect.integer),
            cache_write \(dialect.integer),
            cache_write_1h \(dialect.integer),
            output \(dialect.integer) NOT NULL,
            reasoning \(dialect.integer),
            audio_input \(dialect.integer),
            audio_output \(dialect.integer),
            request \(dialect.integer) NOT NULL,
            image \(dialect.integer) NOT NULL,
            first_day \(dialect.identifier),
            end_day \(dialect.identifier),
            note TEXT,
            created_at \(dialect.integer) NOT NULL,
            updated_at \(dialect.integer) NOT NULL,
            revision \(dialect.integer) NOT NULL
        ) \(dialect.tableOptions);
        CREATE INDEX price_overrides_by_creation ON price_overrides (created_at, id);
        CREATE INDEX price_overrides_by_models ON price_overrides (models);
        """
    }
}
