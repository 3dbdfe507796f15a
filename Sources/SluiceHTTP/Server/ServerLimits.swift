public import NIOCore

/// The bounds of the client side. Sizes are in bytes.
public struct ServerLimits: Sendable {
    /// The longest request head: method, target and all header fields.
    public var headBytes = 32 * 1024
    /// The longest request body.
    public var bodyBytes = 32 * 1024 * 1024
    /// The most header fields in one request.
    public var headerCount = 128
    /// The most client connections at once.
    public var connections = 10_000
    /// How much of an answer may wait for a client that reads slowly, before the upstream is no longer read.
    public var relayWindowBytes = 256 * 1024
    /// The most streams at once on one HTTP/2 connection.
    public var concurrentStreams = 100
    /// How long an HTTP/2 connection lives before it is retired by GOAWAY.
    public var connectionAge: TimeAmount = .hours(1)

    /// The defaults.
    public init() {}
}

/// The deadlines of the client side.
public struct ServerTimeouts: Sendable {
    /// From a request's first byte, or the connection's start, to the end of its head.
    public var head: TimeAmount = .seconds(10)
    /// For a request body; each 16 KiB that arrive add a second.
    public var body: TimeAmount = .seconds(60)
    /// A client that sends slowly, but steadily, gets a second more for each of these bytes.
    private static let slowestBytesPerSecond = 16 * 1024

    /// When a body that began at `start`, and of which so much has come, has taken too long.
    func bodyDeadline(start: NIODeadline, received: Int) -> NIODeadline {
        start + self.body + .seconds(Int64(received / Self.slowestBytesPerSecond))
    }

    /// How long a connection may be idle between requests.
    public var keepAlive: TimeAmount = .seconds(75)

    /// The defaults.
    public init() {}
}
