extension JSONNode {
    /// The number when it is an integer that fits in `Int`, however written: `12`, `1.0`, `1e2`; else `nil`.
    public var intValue: Int? {
        number { JSONNumber.integer($0, $1, $2) }
    }

    /// The nearest `Double` to the number; `nil` for other kinds and for numbers too large for a `Double`.
    public var doubleValue: Double? {
        number { JSONNumber.double($0, $1, $2) }
    }

    /// The number as it was written: `1.50`, `9007199254740993`, `1E+2`.
    public var numberText: String? {
        number { JSONText.raw($0, $1, $2) }
    }

    private func number<Value>(_ read: (UnsafeRawPointer, Int, Int) -> Value?) -> Value? {
        let entry = entry
        guard entry.kind == .number else { return nil }
        return storage.bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            return read(base, Int(entry.start), Int(entry.end))
        }
    }
}
