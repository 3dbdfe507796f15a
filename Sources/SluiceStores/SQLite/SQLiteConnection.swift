import CSQLite
import Glibc
import SluiceCore

/// A connection to a SQLite database: write-ahead log, foreign keys, a bounded wait for other writers.
///
/// A commit is on the disk when it returns (`synchronous = FULL`): a key that was seen to be revoked stays revoked.
final class SQLiteConnection: SQLConnection {
    /// Statements that are kept prepared; the module has fewer.
    private static let keptStatements = 256
    /// After how many steps of its machine SQLite looks at the deadline.
    private static let stepsBetweenLooks: Int32 = 4000

    /// The writer's pages in memory, in KiB: those of one batch of the ledger with its indexes fit, and are written once.
    private static let writerCache = 16 * 1024
    /// How many pages the log gets before they are moved to the file: what changes again and again is moved once.
    private static let pagesOfLog = 4000
    private static let millisecondsBetweenSwitches: Int32 = 5

    let dialect = SQLDialect.sqlite
    private(set) var isUsable = true
    var deadline = MonotonicTime.never
    private var handle: OpaquePointer?
    private var statements: [String: SQLiteStatement] = [:]
    private let settings: StoreSettings
    private var statementTimeout: Duration
    private var statementDeadline = MonotonicTime.never

    /// Opens a database file, which exists.
    ///
    /// Throws `corrupt` when the file is not a database, `misconfigured` when it may not be opened, or `busy`.
    init(_ file: SQLiteFile, isWriter: Bool, settings: StoreSettings) throws(StoreError) {
        self.settings = settings
        self.statementTimeout = settings.statementTimeout
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(file.path, &handle, flags, nil)
        self.handle = handle
        guard code == SQLITE_OK, let handle else {
            let error = StoreError(sqlite: code, handle)
            self.close()
            throw error
        }
        let registered = SQLiteSums.register(handle)
        guard registered == SQLITE_OK else {
            let error = StoreError(sqlite: registered, handle)
            self.close()
            throw error
        }
        sqlite3_busy_timeout(handle, settings.lockTimeout.millisecondsClamped)
        sqlite3_progress_handler(
            handle,
            Self.stepsBetweenLooks,
            { argument in
                guard let argument else { return 0 }
                let connection = Unmanaged<SQLiteConnection>.fromOpaque(argument).takeUnretainedValue()
                return MonotonicTime.now() >= connection.statementDeadline ? 1 : 0
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        do throws(StoreError) {
            try self.script(
                """
                PRAGMA foreign_keys = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA synchronous = FULL;
                PRAGMA temp_store = MEMORY;
                PRAGMA wal_autocheckpoint = \(Self.pagesOfLog);
                \(isWriter ? "PRAGMA cache_size = -\(Self.writerCache);" : "PRAGMA query_only = ON;")
                """
            )
            if isWriter { try self.keepLog() }
        } catch {
            self.close()
            throw error
        }
    }

    deinit {
        self.close()
    }

    func checkIdle() {}

    func query(_ statement: String, _ values: [SQLValue]) throws(StoreError) -> SQLResult {
        try SQLValue.check(values)
        let handle = try self.begun()
        do throws(StoreError) {
            return try self.prepared(statement, handle).run(values, on: handle)
        } catch {
            if error.kind == .corrupt { self.isUsable = false }
            throw error
        }
    }

    func insert(
        _ rows: SQLRowInsert,
        _ count: Int,
        _ values: SQLRowInsert.Values,
        _ answer: SQLRowInsert.Answer
    ) throws(StoreError) {
        guard count > 0 else { return }
        let handle = try self.begun()
        let statement = try self.prepared(try rows.statement(rows: 1), handle)
        defer { statement.forget() }
        var row: [SQLCell] = []
        row.reserveCapacity(rows.columns)
        for index in 0..<count {
            row.removeAll(keepingCapacity: true)
            values(index, &row)
            let changed: Int
            do throws(StoreError) {
                changed = try statement.insert(row, on: handle)
            } catch {
                if error.kind == .corrupt { self.isUsable = false }
                throw error
            }
            try answer(index..<index + 1, SQLResult(rows: [], changed: changed))
        }
    }

    func script(_ statements: String) throws(StoreError) {
        let handle = try self.begun()
        let code = sqlite3_exec(handle, statements, nil, nil, nil)
        guard code == SQLITE_OK else { throw StoreError(sqlite: code, handle) }
    }

    func begin(isWrite: Bool) throws(StoreError) {
        _ = try self.query(isWrite ? "BEGIN IMMEDIATE" : "BEGIN", [])
    }

    func allow(_ duration: Duration) throws(StoreError) {
        self.deadline = MonotonicTime.now().advanced(by: duration)
        self.statementTimeout = duration
    }

    func commit() throws(StoreError) {
        defer { self.statementTimeout = self.settings.statementTimeout }
        _ = try self.query("COMMIT", [])
    }

    func rollback() {
        self.statementTimeout = self.settings.statementTimeout
        guard let handle, sqlite3_get_autocommit(handle) == 0 else { return }
        self.statementDeadline = .never
        if sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) != SQLITE_OK { self.isUsable = false }
    }

    func close() {
        self.isUsable = false
        self.statements.removeAll()
        sqlite3_close_v2(self.handle)
        self.handle = nil
    }

    /// Switches to the write-ahead log, which stays switched on in the file.
    ///
    /// Of two that switch at once SQLite refuses one without asking its busy handler, so the wait is here.
    private func keepLog() throws(StoreError) {
        let end = MonotonicTime.now().advanced(by: self.settings.lockTimeout)
        while true {
            do throws(StoreError) {
                try self.script("PRAGMA journal_mode = WAL")
                return
            } catch {
                guard error.kind == .busy, MonotonicTime.now() < end else { throw error }
                _ = poll(nil, 0, Self.millisecondsBetweenSwitches)
            }
        }
    }

    /// The handle, with the clock of a statement started.
    private func begun() throws(StoreError) -> OpaquePointer {
        guard let handle else { throw StoreError(.unavailable, "the connection to the database is closed") }
        self.statementDeadline = min(self.deadline, MonotonicTime.now().advanced(by: self.statementTimeout))
        return handle
    }

    private func prepared(_ text: String, _ database: OpaquePointer) throws(StoreError) -> SQLiteStatement {
        if let statement = self.statements[text] { return statement }
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(database, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw StoreError(sqlite: code, database) }
        if self.statements.count >= Self.keptStatements { self.statements.removeAll() }
        let statement = SQLiteStatement(handle)
        self.statements[text] = statement
        return statement
    }
}
