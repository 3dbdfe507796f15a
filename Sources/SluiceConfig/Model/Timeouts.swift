/// The deadline of each phase of an exchange: `server.timeouts`. Every one is longer than zero.
public struct Timeouts: Sendable, Equatable {
    /// For a client to send its whole request head. `head`, default 10 s.
    public var head: Duration
    /// For a client to send its whole request body. `body`, default 60 s.
    public var body: Duration
    /// How long an idle client connection is kept. `keep_alive`, default 75 s.
    public var keepAlive: Duration
    /// For the upstream connection, TLS handshake included. `connect`, default 5 s.
    public var connect: Duration
    /// For a permit of a provider that has `max_concurrency`. `queue`, default 10 s.
    public var queue: Duration
    /// From the end of the request sent to the first byte of the response head. `first_byte`, default 10 min.
    public var firstByte: Duration
    /// From the response head to the first event of a stream. `first_event`, default 2 min.
    public var firstEvent: Duration
    /// From the response head to the first event that carries content. `first_content`, default 5 min.
    public var firstContent: Duration
    /// Between two reads of a response body. `idle`, default 2 min.
    public var idle: Duration
    /// For the whole exchange. `total`, default 30 min.
    public var total: Duration
    /// After how long without a byte a stream gets a sign of life from the gateway. `ping`, default 15 s. `nil` (`off`): never.
    public var ping: Duration?

    /// Makes timeouts; what is left out has its default.
    public init(
        head: Duration = .seconds(10),
        body: Duration = .seconds(60),
        keepAlive: Duration = .seconds(75),
        connect: Duration = .seconds(5),
        queue: Duration = .seconds(10),
        firstByte: Duration = .seconds(600),
        firstEvent: Duration = .seconds(120),
        firstContent: Duration = .seconds(300),
        idle: Duration = .seconds(120),
        total: Duration = .seconds(1800),
        ping: Duration? = .seconds(15)
    ) {
        self.head = head
        self.body = body
        self.keepAlive = keepAlive
        self.connect = connect
        self.queue = queue
        self.firstByte = firstByte
        self.firstEvent = firstEvent
        self.firstContent = firstContent
        self.idle = idle
        self.total = total
        self.ping = ping
    }

    /// These timeouts with what `overrides` sets put over them.
    ///
    /// For one attempt: `server.overridden(by: provider).overridden(by: model)`.
    public func overridden(by overrides: TimeoutOverrides) -> Timeouts {
        var result = self
        result.connect = overrides.connect ?? connect
        result.queue = overrides.queue ?? queue
        result.firstByte = overrides.firstByte ?? firstByte
        result.firstEvent = overrides.firstEvent ?? firstEvent
        result.firstContent = overrides.firstContent ?? firstContent
        result.idle = overrides.idle ?? idle
        result.total = overrides.total ?? total
        return result
    }
}
