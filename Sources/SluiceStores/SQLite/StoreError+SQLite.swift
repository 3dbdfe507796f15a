import CSQLite
import SluiceCore

extension StoreError {
    /// What a result code of SQLite means. The message is SQLite's own, which names tables and columns but no values.
    ///
    /// Source: sqlite.org, "Result and Error Codes" (read 2026-11).
    init(sqlite code: Int32, _ database: OpaquePointer?) {
        let text = database.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        let extended = database.map { sqlite3_extended_errcode($0) } ?? code
        let kind: Kind =
            switch extended & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_INTERRUPT: .timeout
            case SQLITE_FULL: .full
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH, SQLITE_READONLY: .misconfigured
            case SQLITE_IOERR, SQLITE_NOMEM, SQLITE_PROTOCOL: .unavailable
            case SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE: .invalid
            case SQLITE_CONSTRAINT:
                switch extended {
                // The extended codes are the primary one and a number in the next byte, as macros that Swift does not see.
                case SQLITE_CONSTRAINT | 6 << 8, SQLITE_CONSTRAINT | 8 << 8, SQLITE_CONSTRAINT | 10 << 8: .conflict
                case SQLITE_CONSTRAINT | 3 << 8: .reference
                default: .invalid
                }
            default: .internal
            }
        self.init(kind, kind == .busy ? "another process holds the database: \(text)" : "the database says: \(text)")
    }
}
