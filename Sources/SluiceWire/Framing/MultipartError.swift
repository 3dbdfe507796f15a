/// Why a body is not a form that the gateway accepts, and where.
public struct MultipartError: Error, Sendable, Equatable {
    /// The classes of fault.
    public enum Kind: String, Sendable, Equatable {
        /// The content type is no `multipart/form-data`, or names no usable boundary.
        case invalidContentType
        /// The body holds no boundary, or nothing follows the last one.
        case missingBoundary
        /// A boundary line that goes on after the boundary.
        case invalidBoundaryLine
        /// A part's head is not header lines, or has no usable `Content-Disposition`.
        case invalidPartHead
        /// A part's head is larger than the limit.
        case partHeadTooLarge
        /// More parts than the limit.
        case tooManyParts
    }

    /// The class of fault.
    public var kind: Kind
    /// How many bytes of the body, or of the content type, precede the fault.
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

extension MultipartError: CustomStringConvertible {
    /// The message and the position.
    public var description: String {
        "\(message) (byte \(offset))"
    }
}
