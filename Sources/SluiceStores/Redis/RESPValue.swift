/// A value of the Redis protocol, version 2 or 3.
///
/// Source: redis.io, "Redis serialization protocol specification" (read 2026-11).
enum RESPValue: Sendable, Hashable {
    /// `+OK`.
    case simple(String)
    /// `-ERR text` or `!` with a length: the first word is the code.
    case error(String)
    /// `:1`.
    case integer(Int64)
    /// `$` or `=` with a length: bytes; a verbatim text without its format.
    case bytes([UInt8])
    /// `_`, and version 2's null bytes and null list.
    case null
    /// `#t`, `#f`.
    case boolean(Bool)
    /// `,1.5`: the text of the number.
    case double(String)
    /// `(123`: the text of the number.
    case bigNumber(String)
    /// `*`, `~`: a list or a set, in order.
    case list([RESPValue])
    /// `%`: keys and values in turns.
    case map([RESPValue])
    /// `>`: what the server sends without being asked.
    case push([RESPValue])

    /// The integer, also when it came as text.
    var integerValue: Int64? {
        switch self {
        case .integer(let value): value
        case .bytes(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        case .simple(let text): Int64(text)
        default: nil
        }
    }

    /// The text, or the bytes as text.
    var text: String? {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .simple(let text): text
        default: nil
        }
    }

    /// The elements of a list.
    var list: [RESPValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }
}
