import Glibc
import SluiceCore

/// A value that a statement is given, or that a row holds.
enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    /// An integer, or null.
    init(_ value: Int64?) {
        self = value.map { .integer($0) } ?? .null
    }

    /// A text, or null.
    init(_ value: String?) {
        self = value.map { .text($0) } ?? .null
    }

    /// 1 or 0.
    init(_ value: Bool) {
        self = .integer(value ? 1 : 0)
    }

    /// Refuses texts with a zero byte, which PostgreSQL cannot keep, so that no text is kept by one database only.
    static func check(_ values: [SQLValue]) throws(StoreError) {
        for case .text(let text) in values where text.hasZeroByte {
            throw StoreError(.invalid, "a text with a zero byte cannot be stored")
        }
    }
}

extension String {
    /// Whether there is a zero byte in it, which PostgreSQL cannot keep.
    var hasZeroByte: Bool {
        // Every text that is stored is looked at: `contains` takes several times as long.
        self.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        } ?? self.utf8.contains(0)
    }
}
