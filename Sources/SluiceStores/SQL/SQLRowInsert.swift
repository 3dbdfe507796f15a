import SluiceCore

/// Inserts any number of rows by statements of a few sizes, so that each is prepared once.
struct SQLRowInsert: Sendable {
    /// Writes the values of the row at an index.
    typealias Values = (_ index: Int, _ row: inout [SQLCell]) -> Void
    /// Is told what the insert of some of the rows answered.
    typealias Answer = (_ rows: Range<Int>, _ result: SQLResult) throws(StoreError) -> Void

    /// How many columns a row has.
    let columns: Int
    private let statements: [Int: String]

    /// Makes the statements.
    ///
    /// - Parameters:
    ///   - suffix: what follows the values.
    ///   - returning: the columns that PostgreSQL, which inserts many rows at once, returns of those that it did insert.
    init(into table: String, columns: [String], suffix: String, returning: [String] = []) {
        self.columns = columns.count
        var statements: [Int: String] = [:]
        for size in Set(SQLDialect.allCases.flatMap(\.rowsAtOnce)) {
            let rows = (0..<size).map { row in
                "(" + (1...columns.count).map { "$\(row * columns.count + $0)" }.joined(separator: ", ") + ")"
            }
            let end = size == 1 || returning.isEmpty ? "" : " RETURNING \(returning.joined(separator: ", "))"
            statements[size] =
                "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES \(rows.joined(separator: ", ")) \(suffix)\(end)"
        }
        self.statements = statements
    }

    /// The statement for so many rows.
    func statement(rows: Int) throws(StoreError) -> String {
        guard let statement = self.statements[rows] else {
            throw StoreError(.internal, "there is no statement that inserts \(rows) rows")
        }
        return statement
    }
}
