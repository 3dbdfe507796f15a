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
    /// The same for a table whose rows are short and are read in the order of their key, and by it: SQLite keeps them in the key's index.
    var clusteredTableOptions: String { self == .sqlite ? "STRICT, WITHOUT ROWID" : "" }
    /// How many rows one statement inserts, the largest first. SQLite needs no round trip, and says of a single row whether it is new
    /// for a third less than it takes to return what it has inserted.
    var rowsAtOnce: [Int] { self == .sqlite ? [1] : [128, 32, 8, 1] }

    /// The beginning of the month, in UTC, of a moment in milliseconds since 1970, in the same unit.
    func month(of milliseconds: String) -> String {
        switch self {
        case .sqlite: "CAST(strftime('%s', \(milliseconds) / 1000, 'unixepoch', 'start of month') AS INTEGER) * 1000"
        case .postgresql:
            "CAST(extract(epoch FROM date_trunc('month', to_timestamp(\(milliseconds) / 1000) AT TIME ZONE 'UTC')) AS BIGINT) * 1000"
        }
    }

    /// The columns that have the sums of others. SQLite gives all of them in one, see ``SQLiteSums``.
    func sums(of columns: [String]) -> [String] {
        switch self {
        case .sqlite: ["\(SQLiteSums.name)(\(columns.joined(separator: ", ")))"]
        case .postgresql: columns.map { "CAST(SUM(\($0)) AS BIGINT)" }
        }
    }

    /// The value of a name in a text that holds a JSON object of texts; null where it has none.
    func member(of text: String, _ name: String) -> String {
        switch self {
        case .sqlite: "(SELECT value FROM json_each(\(text)) WHERE key = \(name))"
        case .postgresql: "(CAST(\(text) AS JSONB) ->> CAST(\(name) AS TEXT))"
        }
    }
}
