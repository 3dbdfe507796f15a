/// Why a request or an answer could not be converted. The message is for the client, and names its own field.
public struct ConversionError: Error, Sendable, Hashable {
    /// Whose fault it is.
    public enum Kind: Sendable, Hashable {
        /// The request is wrong by the rules of the client's own dialect: 400.
        case invalid
        /// The request is right, and the target cannot do what it asks: 400.
        case unsupported
        /// The provider's answer is not what its dialect says: 502.
        case malformedAnswer
    }

    /// Whose fault it is.
    public var kind: Kind
    /// The field at fault, in the client's dialect: `tools[2].function.name`.
    public var field: String?
    /// One or two English sentences: what was wrong, and what to do.
    public var message: String

    /// Makes an error.
    public init(_ kind: Kind, field: String? = nil, _ message: String) {
        self.kind = kind
        self.field = field
        self.message = message
    }

    /// The request breaks a rule of its own dialect.
    public static func invalid(_ field: String?, _ message: String) -> ConversionError {
        ConversionError(.invalid, field: field, message)
    }

    /// The target cannot do what the request asks.
    public static func unsupported(_ field: String?, _ message: String) -> ConversionError {
        ConversionError(.unsupported, field: field, message)
    }

    /// The provider's answer makes no sense.
    public static func malformed(_ message: String) -> ConversionError {
        ConversionError(.malformedAnswer, message)
    }
}
