/// The events of one streamed answer, made one at a time as the connection takes them.
///
/// A source is a small value: however long the answer, only the event at hand exists.
protocol EventSource: Sendable {
    /// The next event, framed, or nil behind the last.
    mutating func next() -> StreamEvent?
    /// The event that reports an error in the middle of the stream, framed.
    func errorEvent() -> [UInt8]
    /// An event whose JSON breaks off, framed.
    func malformedEvent() -> [UInt8]
}

/// One framed event of a stream.
struct StreamEvent: Sendable, Equatable {
    var bytes: [UInt8]
    /// Whether the event carries a token of the answer, which `first-token-delay` and `token-delay` pace.
    var isToken: Bool
}
