import SluiceCore

/// One row of an answer, read from the first column to the last. Each read throws `corrupt` when the column is not of the type.
struct SQLRow: Sendable {
    private let values: [SQLValue]
    private var position = 0

    init(_ values: [SQLValue]) {
        self.values = values
    }

    private mutating func next() throws(StoreError) -> SQLValue {
        guard self.position < self.values.count else {
            throw StoreError(.internal, "a row has \(self.values.count) columns, and one more was read")
        }
        defer { self.position += 1 }
        return self.values[self.position]
    }

    private func mismatch(_ expected: String) -> StoreError {
        StoreError(.corrupt, "column \(self.position) of a row is not \(expected)")
    }

    /// The next column, an integer or null.
    mutating func optionalInteger() throws(StoreError) -> Int64? {
        switch try self.next() {
        case .null: return nil
        case .integer(let value): return value
        case .text, .bytes: throw self.mismatch("an integer")
        }
    }

    /// The next column, an integer.
    mutating func integer() throws(StoreError) -> Int64 {
        guard let value = try self.optionalInteger() else { throw self.mismatch("an integer") }
        return value
    }

    /// The next column, 0 or 1.
    mutating func boolean() throws(StoreError) -> Bool {
        try self.integer() != 0
    }

    /// The next column, a text or null.
    mutating func optionalText() throws(StoreError) -> String? {
        switch try self.next() {
        case .null: return nil
        case .text(let value): return value
        case .integer, .bytes: throw self.mismatch("a text")
        }
    }

    /// The next column, a text.
    mutating func text() throws(StoreError) -> String {
        guard let value = try self.optionalText() else { throw self.mismatch("a text") }
        return value
    }

    /// The next column, bytes.
    mutating func bytes() throws(StoreError) -> [UInt8] {
        guard case .bytes(let value) = try self.next() else { throw self.mismatch("bytes") }
        return value
    }

    /// Sums of so many columns, see ``SQLDialect/sums(of:)``; zeros where no row was summed up.
    mutating func sums(_ count: Int, _ dialect: SQLDialect) throws(StoreError) -> [Int64] {
        var sums: [Int64] = []
        switch dialect {
        case .sqlite:
            switch try self.next() {
            case .null: break
            case .bytes(let bytes): sums = SQLiteSums.values(bytes)
            case .integer, .text: throw self.mismatch("sums")
            }
        case .postgresql:
            for _ in 0..<count { sums.append(try self.optionalInteger() ?? 0) }
        }
        if sums.isEmpty { sums = [Int64](repeating: 0, count: count) }
        guard sums.count == count else { throw self.mismatch("\(count) sums") }
        return sums
    }

    /// The next column, one of the raw values of an enum.
    mutating func value<Value: RawRepresentable>(_ type: Value.Type) throws(StoreError) -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: try self.text()) else { throw self.mismatch("a known word") }
        return value
    }
}

/// What a statement answered.
struct SQLResult: Sendable {
    /// The rows, in order.
    var rows: [SQLRow]
    /// How many rows a change touched.
    var changed: Int
}
