/// What Redis answered.
public enum RedisReply: Sendable, Hashable {
    /// Nothing is there.
    case null
    /// A number; a boolean is 1 or 0.
    case integer(Int64)
    /// A status, or a number that is no integer, as text.
    case text(String)
    /// Bytes.
    case bytes([UInt8])
    /// A list or a set; a map is a list of keys and values in turns.
    case list([RedisReply])

    init(_ value: RESPValue) {
        switch value {
        case .null: self = .null
        case .integer(let value): self = .integer(value)
        case .boolean(let value): self = .integer(value ? 1 : 0)
        // An error within a list; one that is the whole answer is thrown.
        case .simple(let text), .double(let text), .bigNumber(let text), .error(let text): self = .text(text)
        case .bytes(let bytes): self = .bytes(bytes)
        case .list(let values), .map(let values), .push(let values): self = .list(values.map(RedisReply.init))
        }
    }

    /// The integer, also when it came as text.
    public var integerValue: Int64? {
        switch self {
        case .integer(let value): value
        case .text(let text): Int64(text)
        case .bytes(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        case .null, .list: nil
        }
    }

    /// The text, or the bytes as text.
    public var textValue: String? {
        switch self {
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .null, .integer, .list: nil
        }
    }

    /// The elements of a list.
    public var elements: [RedisReply]? {
        guard case .list(let elements) = self else { return nil }
        return elements
    }
}
