extension Migration {
    /// Whether the prompts and answers of a key are captured; null where the model says.
    static let capture = Migration(number: 7, name: "capture of keys") { dialect in
        "ALTER TABLE client_keys ADD COLUMN is_captured \(dialect.integer);"
    }
}
