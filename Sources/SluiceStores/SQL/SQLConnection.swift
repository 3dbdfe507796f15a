import SluiceCore

/// One session with a database, used by one thread at a time.
///
/// All methods block. Statements have parameters `$1`, `$2` and so on, are prepared once and kept. They are fixed texts of this
/// module: a value from outside is a parameter, never part of the text.
protocol SQLConnection: AnyObject {
    /// The database's way of writing.
    var dialect: SQLDialect { get }
    /// Whether the session can be used further.
    var isUsable: Bool { get }
    /// When the statements of the current job have to be done.
    var deadline: MonotonicTime { get set }

    /// Whether a session that was idle still stands, as far as that can be told without asking the server.
    func checkIdle()
    /// Runs one statement.
    func query(_ statement: String, _ values: [SQLValue]) throws(StoreError) -> SQLResult
    /// Inserts rows; `answer` is told of each statement.
    ///
    /// - Parameters:
    ///   - count: how many rows.
    ///   - values: writes the values of one of them. What its texts refer to must stay where it is until this returns.
    func insert(
        _ rows: SQLRowInsert,
        _ count: Int,
        _ values: SQLRowInsert.Values,
        _ answer: SQLRowInsert.Answer
    ) throws(StoreError)
    /// Runs several statements without parameters, each ended by a semicolon.
    func script(_ statements: String) throws(StoreError)
    /// Begins a transaction: `isWrite` says that it will change something, and waits for the right to.
    func begin(isWrite: Bool) throws(StoreError)
    /// Lets the statements of the current transaction, and the job, take so long, counted from now.
    func allow(_ duration: Duration) throws(StoreError)
    /// Makes a transaction final. Throws `outcomeUnknown` when the connection broke on the way.
    func commit() throws(StoreError)
    /// Undoes a transaction. Never throws: a session that cannot do it is no longer usable, and the server undoes it.
    func rollback()
    /// Ends the session.
    func close()
}

extension SQLConnection {
    /// Runs one statement and gives the first row, if there is one.
    func first(_ statement: String, _ values: [SQLValue]) throws(StoreError) -> SQLRow? {
        try self.query(statement, values).rows.first
    }

    /// Inserts rows.
    func insert(_ rows: SQLRowInsert, _ count: Int, _ values: SQLRowInsert.Values) throws(StoreError) {
        try self.insert(rows, count, values) { _, _ throws(StoreError) in }
    }

    /// Runs `body` in a transaction: all of it is stored, or nothing.
    func transaction<Result>(
        isWrite: Bool = true,
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try self.begin(isWrite: isWrite)
        let result: Result
        do throws(StoreError) {
            result = try body()
        } catch {
            self.rollback()
            throw error
        }
        do throws(StoreError) {
            try self.commit()
        } catch {
            self.rollback()
            throw error
        }
        return result
    }
}
