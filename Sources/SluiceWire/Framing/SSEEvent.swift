/// One server-sent event, as ``SSEParser`` found it.
public struct SSEEvent: Sendable, Equatable {
    /// Where the data of the event is.
    public enum Payload: Sendable, Equatable {
        /// In the chunk that was fed: the event had one data line and lay whole in it.
        case chunk(Range<Int>)
        /// In ``SSEParser/buffered``, until the next call of the parser.
        case buffered
        /// Nowhere: the event was larger than ``SSEParser/limit`` and was passed over.
        case oversized
    }

    /// The offset in the chunk just past the blank line that ends the event; 0 from ``SSEParser/finish()``.
    public var end: Int
    /// Where the data is.
    public var payload: Payload
    /// The value of the `event` field; `nil` when it is missing or empty.
    public var type: String?

    /// Creates an event.
    public init(end: Int, payload: Payload, type: String? = nil) {
        self.end = end
        self.payload = payload
        self.type = type
    }
}
