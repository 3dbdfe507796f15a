import CPostgreSQL
import SluiceCore

/// What libpq read of one answer. Values come as text.
struct PostgreSQLResult {
    /// The rows and the count of changed rows, or the server's error.
    let outcome: Result<SQLResult, StoreError>

    /// Types by their numbers, which never change. Source: PostgreSQL's `pg_type.dat` (read 2026-11).
    private enum TypeNumber {
        static let boolean: UInt32 = 16
        static let bytes: UInt32 = 17
        static let integers: [UInt32] = [20, 21, 23, 26]
    }

    init(_ result: OpaquePointer, _ functions: sluice_libpq) {
        switch functions.result_status(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            do throws(StoreError) {
                self.outcome = .success(try Self.read(result, functions))
            } catch {
                self.outcome = .failure(error)
            }
        default:
            func field(_ code: Int) -> String? {
                functions.result_error_field(result, Int32(code)).map { String(cString: $0) }
            }
            // Without a state the error is libpq's own: the connection broke.
            let text = field(Int(sluice_pg_message)) ?? "the connection was closed"
            self.outcome = .failure(
                StoreError(
                    state: field(Int(sluice_pg_sqlstate)) ?? "08006", text: text,
                    constraint: field(Int(sluice_pg_constraint))))
        }
    }

    private static func read(_ result: OpaquePointer, _ functions: sluice_libpq) throws(StoreError) -> SQLResult {
        let columns = functions.column_count(result)
        let types = (0..<columns).map { functions.column_type(result, $0) }
        var rows: [SQLRow] = []
        for row in 0..<functions.row_count(result) {
            var values: [SQLValue] = []
            values.reserveCapacity(types.count)
            for column in 0..<columns {
                guard functions.is_null(result, row, column) == 0, let start = functions.value(result, row, column)
                else {
                    values.append(.null)
                    continue
                }
                let text = UnsafeRawBufferPointer(start: start, count: Int(functions.length(result, row, column)))
                values.append(try Self.value(text, type: types[Int(column)]))
            }
            rows.append(SQLRow(values))
        }
        let changed = functions.changed_rows(result).flatMap { Int(String(cString: $0)) } ?? 0
        return SQLResult(rows: rows, changed: changed)
    }

    private static func value(_ text: UnsafeRawBufferPointer, type: UInt32) throws(StoreError) -> SQLValue {
        switch type {
        case TypeNumber.boolean: return SQLValue(text.first == UInt8(ascii: "t"))
        case _ where TypeNumber.integers.contains(type):
            guard let value = Int64(String(decoding: text, as: UTF8.self)) else {
                throw StoreError(.corrupt, "the database sent a number that is none")
            }
            return .integer(value)
        case TypeNumber.bytes:
            guard let bytes = Self.bytes(text) else {
                throw StoreError(.corrupt, "the database sent bytes in a form that is not known")
            }
            return .bytes(bytes)
        default: return .text(String(decoding: text, as: UTF8.self))
        }
    }

    /// Reads the `\x` form of bytes; `nil` when it is another.
    static func bytes(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard text.count >= 2, text.count.isMultiple(of: 2), text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x")
        else { return nil }
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
