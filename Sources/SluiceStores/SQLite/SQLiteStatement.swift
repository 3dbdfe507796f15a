import CSQLite
import SluiceCore

/// A prepared statement of SQLite, used again and again by the connection that made it.
final class SQLiteStatement {
    private let handle: OpaquePointer
    /// Where the parameters `$1`, `$2` and so on are, in this order; 0 for one that is not there.
    private let places: [Int32]

    init(_ handle: OpaquePointer) {
        self.handle = handle
        let count = sqlite3_bind_parameter_count(handle)
        var places: [Int32] = []
        // The same text serves PostgreSQL: to SQLite, `$1` is a parameter with a name.
        for index in 1..<(count + 1) {
            guard let name = sqlite3_bind_parameter_name(handle, index),
                let number = Int(String(cString: name).dropFirst()),
                (1...Int(count)).contains(number)
            else { continue }
            while places.count < number { places.append(0) }
            places[number - 1] = index
        }
        self.places = places
    }

    deinit {
        sqlite3_finalize(self.handle)
    }

    /// Binds, runs to the end, and makes ready for the next use.
    func run(_ values: [SQLValue], on database: OpaquePointer) throws(StoreError) -> SQLResult {
        defer {
            sqlite3_reset(self.handle)
            sqlite3_clear_bindings(self.handle)
        }
        for (offset, value) in values.enumerated() {
            guard offset < self.places.count, self.places[offset] > 0 else {
                throw StoreError(.internal, "a statement has no parameter $\(offset + 1)")
            }
            let code = self.bind(value, at: self.places[offset])
            guard code == SQLITE_OK else { throw StoreError(sqlite: code, database) }
        }
        var rows: [SQLRow] = []
        while true {
            let code = sqlite3_step(self.handle)
            switch code {
            case SQLITE_ROW: rows.append(SQLRow(self.columns()))
            case SQLITE_DONE: return SQLResult(rows: rows, changed: Int(sqlite3_changes(database)))
            default: throw StoreError(sqlite: sqlite3_extended_errcode(database), database)
            }
        }
    }

    /// Inserts one row by a statement that returns none. Returns how many rows were changed.
    ///
    /// Texts are not copied: they stay where they are until ``forget()``.
    func insert(_ row: [SQLCell], on database: OpaquePointer) throws(StoreError) -> Int {
        guard row.count <= self.places.count else {
            throw StoreError(.internal, "a statement has no parameter $\(row.count)")
        }
        for offset in row.indices {
            let code = self.bind(row[offset], at: self.places[offset])
            guard code == SQLITE_OK else { throw StoreError(sqlite: code, database) }
        }
        let code = sqlite3_step(self.handle)
        guard code == SQLITE_DONE else {
            let error =
                code == SQLITE_ROW
                ? StoreError(.internal, "an insert returned a row")
                : StoreError(sqlite: sqlite3_extended_errcode(database), database)
            sqlite3_reset(self.handle)
            throw error
        }
        let changed = Int(sqlite3_changes(database))
        sqlite3_reset(self.handle)
        return changed
    }

    /// Forgets the values that were bound.
    func forget() {
        sqlite3_clear_bindings(self.handle)
    }

    private func bind(_ cell: SQLCell, at index: Int32) -> Int32 {
        switch cell {
        case .null: sqlite3_bind_null(self.handle, index)
        case .integer(let value): sqlite3_bind_int64(self.handle, index, value)
        case .text(let text):
            // An empty text may have no address, which SQLite would take for null. No destructor says that the text stays.
            if let start = text.baseAddress {
                sqlite3_bind_text(
                    self.handle, index, start.assumingMemoryBound(to: CChar.self), Int32(clamping: text.count), nil)
            } else {
                sluice_sqlite_bind_text(self.handle, index, "", 0)
            }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(self.handle, index)
        case .integer(let value): return sqlite3_bind_int64(self.handle, index, value)
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    // An empty text may have no address, which SQLite would take for null.
                    guard let start = $0.baseAddress else {
                        return sluice_sqlite_bind_text(self.handle, index, "", 0)
                    }
                    return sluice_sqlite_bind_text(self.handle, index, start, Int32(clamping: $0.count))
                }
            }
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(self.handle, index, 0) }
            return bytes.withUnsafeBytes {
                sluice_sqlite_bind_blob(self.handle, index, $0.baseAddress, Int32(clamping: $0.count))
            }
        }
    }

    private func columns() -> [SQLValue] {
        (0..<sqlite3_column_count(self.handle)).map { index in
            switch sqlite3_column_type(self.handle, index) {
            case SQLITE_INTEGER: .integer(sqlite3_column_int64(self.handle, index))
            case SQLITE_TEXT:
                .text(String(decoding: self.bytes(sqlite3_column_text(self.handle, index), index), as: UTF8.self))
            case SQLITE_BLOB: .bytes(Array(self.bytes(sqlite3_column_blob(self.handle, index), index)))
            case SQLITE_FLOAT: .text(String(sqlite3_column_double(self.handle, index)))
            default: .null
            }
        }
    }

    private func bytes(_ start: UnsafeRawPointer?, _ index: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(self.handle, index)))
    }
}
