/// A member of a body: not there, `null`, or a value. A change (RFC 7396, JSON merge patch) tells them apart.
enum Field<Value> {
    case absent
    case null
    case value(Value)

    /// The value of a member that may be left out; `null` is the same as leaving it out.
    var optional: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    /// Puts the value in the place of `target`: `null` empties it, and what is absent leaves it.
    func apply(to target: inout Value?) {
        switch self {
        case .absent: break
        case .null: target = nil
        case .value(let value): target = value
        }
    }

    /// Puts the value in the place of `target`: `null` makes it `empty`, and what is absent leaves it.
    func apply(to target: inout Value, empty: Value) {
        switch self {
        case .absent: break
        case .null: target = empty
        case .value(let value): target = value
        }
    }

    func map<Other, Failure: Error>(_ transform: (Value) throws(Failure) -> Other) throws(Failure) -> Field<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): .value(try transform(value))
        }
    }
}
