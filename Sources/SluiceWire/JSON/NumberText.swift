/// A JSON number that keeps its text: `0.7` goes on as `0.7`, `1.0` as `1.0`.
public struct NumberText: Sendable, Hashable {
    /// The number as it was written.
    public let text: String

    /// The number of a node; `nil` for other kinds.
    public init?(_ node: JSONNode?) {
        guard let text = node?.numberText else { return nil }
        self.text = text
    }

    /// An integer.
    public init(_ value: Int) {
        text = String(value)
    }

    /// A number in the shortest form that reads back the same; `nil` for infinities and NaN.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// The nearest `Double`; `nil` when the number is too large for one.
    public var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The number when it is an integer that fits.
    public var int: Int? {
        if let value = Int(text) { return value }
        return double.flatMap { Int(exactly: $0) }
    }
}

extension JSONWriter {
    /// Writes a number as it was written.
    public mutating func number(_ value: NumberText) {
        numberText(value.text)
    }
}
