/// Why a text is not JSON that the gateway accepts, and where.
///
/// The description names a position and the fault, and at most one byte of the text: it is safe for logs.
public struct JSONError: Error, Sendable, Equatable {
    /// The classes of fault.
    public enum Kind: String, Sendable, Equatable, Hashable {
        /// No bytes, or only white space.
        case empty
        /// The text stopped inside a value.
        case unexpectedEnd
        /// A byte that the grammar does not allow at its place.
        case unexpectedByte
        /// A number outside the grammar: `01`, `1.`, `+1`, `.5`, `1e`.
        case invalidNumber
        /// A backslash followed by something that is no escape.
        case invalidEscape
        /// A raw byte below 0x20 inside a string.
        case controlCharacter
        /// A string whose bytes are not well-formed UTF-8.
        case invalidUTF8
        /// More containers open at once than ``JSONLimits/maximumDepth``.
        case tooDeep
        /// More members than ``JSONLimits/maximumMembers`` or more values than ``JSONLimits/maximumNodes``.
        case tooManyValues
        /// More than 4 GiB of text.
        case tooLarge
        /// Something other than white space after the value.
        case trailingBytes
        /// The text begins with a byte order mark, which RFC 8259 section 8.1 forbids.
        case byteOrderMark
        /// JSON, but not an object, where an object is needed.
        case notAnObject
    }

    /// The class of fault.
    public var kind: Kind
    /// How many bytes precede the fault.
    public var offset: Int
    /// One sentence without a position, for people.
    public var message: String

    /// Creates an error.
    public init(kind: Kind, offset: Int, message: String) {
        self.kind = kind
        self.offset = offset
        self.message = message
    }
}

extension JSONError: CustomStringConvertible {
    /// The message and the position: `expected ',' or '}' after a member, found ']' (byte 17)`.
    public var description: String {
        "\(message) (byte \(offset))"
    }
}
