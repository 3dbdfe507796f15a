import CSQLite

/// The function `sluice_sums(a, b, ...)` that connections to SQLite have: the sums of any number of columns at once.
///
/// A `SUM` costs SQLite about half of what the row costs that it is of, and usage has fifteen of them. The result is null where there
/// is no row, else bytes: one integer of 64 bits for each argument, as the machine has them. Null counts as 0. A sum beyond 64 bits is
/// an error, as with `SUM`.
enum SQLiteSums {
    static let name = "sluice_sums"

    /// Makes the function known to a connection. Returns SQLite's result code.
    static func register(_ database: OpaquePointer) -> Int32 {
        sluice_sqlite_register_sums(database, Self.name)
    }

    /// Reads a result.
    static func values(_ bytes: [UInt8]) -> [Int64] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self)
            }
        }
    }
}
