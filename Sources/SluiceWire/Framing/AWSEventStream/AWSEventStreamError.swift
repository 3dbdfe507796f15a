/// Why bytes are no AWS event stream, or a frame cannot be written.
///
/// A stream that failed once stays failed: where the next frame begins can no longer be known.
public enum AWSEventStreamError: Error, Sendable, Hashable {
    /// The lengths at the beginning of a frame do not match their checksum.
    case preludeChecksum
    /// A frame does not match its checksum.
    case messageChecksum
    /// A frame's lengths contradict each other: shorter than its own prelude, or its headers longer than itself.
    case malformedLength
    /// A frame is longer than `limit` bytes.
    case frameTooLarge(limit: Int)
    /// The headers are longer than `limit` bytes.
    case headersTooLarge(limit: Int)
    /// The headers cannot be told apart: a type that does not exist, a value that goes past their end, an empty name.
    case malformedHeaders
}

extension AWSEventStreamError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .preludeChecksum: "the checksum of a frame's prelude is wrong"
        case .messageChecksum: "the checksum of a frame is wrong"
        case .malformedLength: "the lengths of a frame contradict each other"
        case .frameTooLarge(let limit): "a frame is longer than \(limit) bytes"
        case .headersTooLarge(let limit): "the headers of a frame are longer than \(limit) bytes"
        case .malformedHeaders: "the headers of a frame make no sense"
        }
    }
}
