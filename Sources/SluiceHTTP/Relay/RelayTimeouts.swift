public import NIOCore

/// How long each phase of an attempt may take, and the whole exchange.
public struct RelayTimeouts: Sendable {
    /// From sending the request to the head of the answer.
    public var firstByte: TimeAmount = .minutes(10)
    /// From the head of a stream to its first event.
    public var firstEvent: TimeAmount = .minutes(2)
    /// From the head of a stream to its first content.
    public var firstContent: TimeAmount = .minutes(5)
    /// Between two reads of the answer, and between two that the client takes.
    public var idle: TimeAmount = .minutes(2)
    /// For the whole exchange, from the head of the request.
    public var total: TimeAmount = .minutes(30)
    /// How long a stream that has begun may be silent before the client gets a ping; zero is no ping.
    public var ping: TimeAmount = .seconds(15)
    /// How long a stream is held back behind its first content.
    public var hold = CommitHold()

    /// The defaults.
    public init() {}
}
