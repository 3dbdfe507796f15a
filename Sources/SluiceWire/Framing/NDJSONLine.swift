/// One line of a stream of JSON values, as ``NDJSONParser`` found it.
public struct NDJSONLine: Sendable, Equatable {
    /// Where the bytes of the line are.
    public enum Payload: Sendable, Equatable {
        /// In the chunk that was fed: the line lay whole in it.
        case chunk(Range<Int>)
        /// In ``NDJSONParser/buffered``, until the next call of the parser.
        case buffered
        /// Nowhere: the line was longer than ``NDJSONParser/limit`` and was passed over.
        case oversized
    }

    /// The offset in the chunk just past the line feed; 0 from ``NDJSONParser/finish()``.
    public var end: Int
    /// Where the bytes are.
    public var payload: Payload

    /// Creates a line.
    public init(end: Int, payload: Payload) {
        self.end = end
        self.payload = payload
    }
}
