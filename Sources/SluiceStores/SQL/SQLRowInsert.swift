import SluiceCore

/// Inserts any number of rows by statements of a few sizes, so that each is prepared once.
struct SQLRowInsert: Sendable {
    private let columns: Int
    private let statements: [Int: String]

    /// Makes the statements. `suffix` is what follows the values.
    init(into table: String, columns: [String], suffix: String) {
        self.columns = columns.count
        var statements: [Int: String] = [:]
        for size in Set(SQLDialect.allCases.flatMap(\.rowsAtOnce)) {
            let rows = (0..<size).map { row in
                "(" + (1...columns.count).map { "$\(row * columns.count + $0)" }.joined(separator: ", ") + ")"
            }
            statements[size] =
                "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES \(rows.joined(separator: ", ")) \(suffix)"
        }
        self.statements = statements
    }

    /// Inserts rows whose values stand one behind the other, and gives what the statements return.
    func insert(_ values: [SQLValue], _ connection: any SQLConnection) throws(StoreError) -> [SQLRow] {
        var returned: [SQLRow] = []
        var place = 0
        for size in connection.dialect.rowsAtOnce {
            let count = size * self.columns
            guard let statement = self.statements[size] else { continue }
            while values.count - place >= count {
                returned += try connection.query(statement, Array(values[place..<place + count])).rows
                place += count
            }
        }
        return returned
    }
}
