/// Fields that only one vendor understands, kept as written, with their origin.
///
/// They go back to that vendor unchanged. A writer of another dialect leaves them out and reports each.
public struct NeutralExtras: Sendable, Hashable {
    /// One field.
    public struct Field: Sendable, Hashable {
        /// Whose it is.
        public var origin: Dialect
        /// Its name, relative to the object that it was found in.
        public var name: String
        /// Its value.
        public var value: JSONFragment
        /// Whether the answer would mean something else without it: then no other vendor may be asked.
        public var isEssential = false
    }

    /// The fields, in the order in which they were read.
    public private(set) var fields: [Field] = []

    /// Makes an empty list.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { fields.isEmpty }

    /// Keeps a field. What is empty (`null`, `[]`, `{}`, `""`, `false`) is never essential.
    public mutating func append(
        _ name: String, _ value: JSONFragment, from origin: Dialect, isEssential: Bool = false
    ) {
        let isEmpty = value.kind == .null || value.kind == .false || value.bytes.count <= 2
        fields.append(
            Field(origin: origin, name: name, value: value, isEssential: isEssential && !isEmpty))
    }

    /// The name of a field without which a request in `dialect` would mean something else.
    public func essential(notFor dialect: Dialect) -> String? {
        fields.first { $0.isEssential && $0.origin.family != dialect.family }?.name
    }

    /// The value of a field of one dialect.
    public func value(_ name: String, of origin: Dialect) -> JSONFragment? {
        fields.last { $0.origin == origin && $0.name == name }?.value
    }

    /// Takes a field out.
    public mutating func take(_ name: String, of origin: Dialect) -> JSONFragment? {
        guard let index = fields.lastIndex(where: { $0.origin == origin && $0.name == name }) else { return nil }
        return fields.remove(at: index).value
    }

    /// Writes the fields of one dialect as members, and reports all others as dropped.
    public func write(for dialect: Dialect, to writer: inout JSONWriter, losses: inout ConversionLosses) {
        for field in fields {
            if field.origin == dialect {
                writer.key(field.name)
                writer.fragment(field.value)
            } else {
                losses.drop(field.name)
            }
        }
    }
}
