/// One header of an AWS event stream's frame: a name, and a value of one of ten types.
///
/// Shape: name length (1 byte), name, type (1 byte), value. Integers have the highest byte first; strings and byte arrays
/// stand after their length (2 bytes).
/// Source: Smithy, "Event Stream Specification: Amazon Event Stream" (read 2026-11).
public struct AWSEventStreamHeader: Sendable, Hashable {
    /// A value, with its type.
    public enum Value: Sendable, Hashable {
        /// Types 0 (true) and 1 (false); no bytes follow.
        case bool(Bool)
        /// Type 2.
        case byte(Int8)
        /// Type 3.
        case short(Int16)
        /// Type 4.
        case integer(Int32)
        /// Type 5.
        case long(Int64)
        /// Type 6: at most 32,767 bytes.
        case bytes([UInt8])
        /// Type 7: at most 32,767 bytes of UTF-8.
        case string(String)
        /// Type 8: milliseconds since 1970.
        case timestamp(milliseconds: Int64)
        /// Type 9: 16 bytes.
        case uuid(high: UInt64, low: UInt64)
    }

    /// The name, 1 to 255 bytes.
    public var name: String
    /// The value.
    public var value: Value

    /// Makes a header.
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    /// Makes a header of a string.
    public init(_ name: String, _ value: String) {
        self.init(name, .string(value))
    }
}
