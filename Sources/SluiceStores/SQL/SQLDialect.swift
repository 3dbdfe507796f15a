/// What differs between the two databases in the text of statements. All else is written once.
enum SQLDialect: String, Sendable, CaseIterable {
    case sqlite
    case postgresql

    /// The type of 64-bit integers.
    var integer: String { self == .sqlite ? "INTEGER" : "BIGINT" }
    /// The type of bytes.
    var bytes: String { self == .sqlite ? "BLOB" : "BYTEA" }
    /// The type of texts that are compared and sorted by their bytes, as ids are.
    var identifier: String { self == .sqlite ? "TEXT" : "TEXT COLLATE \"C\"" }
    /// The type and key of a number that the database counts up.
    var countedKey: String {
        self == .sqlite ? "INTEGER PRIMARY KEY AUTOINCREMENT" : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    }
    /// What stands after a table: SQLite checks types only when asked to.
    var tableOptions: String { self == .sqlite ? "STRICT" : "" }
}
