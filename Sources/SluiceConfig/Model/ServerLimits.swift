/// What one client, and all clients together, may use: `server.limits`.
public struct ServerLimits: Sendable, Equatable {
    /// The longest request body; beyond it 413. `request_body`, default 32 MiB.
    public var requestBody: ByteSize
    /// The longest request line and headers together; beyond it 431. `request_head`, default 32 KiB.
    public var requestHead: ByteSize
    /// The most header lines of a request; beyond it 431. `headers`, default 128.
    public var headers: Int
    /// The most client connections at once. `connections`, default 10 000.
    public var connections: Int
    /// How much of a reply may wait for a slow client before the upstream is no longer read. `relay_window`,
    /// default 256 KiB.
    public var relayWindow: ByteSize
    /// The most memory of all held request bodies together; beyond it 503. `buffered_bodies`, default 512 MiB.
    public var bufferedBodies: ByteSize
    /// The most concurrent streams of one HTTP/2 connection. `http2_streams`, default 100.
    public var http2Streams: Int
    /// The age at which an HTTP/2 connection is retired with GOAWAY. `connection_age`, default 1 h.
    public var connectionAge: Duration

    /// Makes limits; what is left out has its default.
    public init(
        requestBody: ByteSize = .mebibytes(32),
        requestHead: ByteSize = .kibibytes(32),
        headers: Int = 128,
        connections: Int = 10_000,
        relayWindow: ByteSize = .kibibytes(256),
        bufferedBodies: ByteSize = .mebibytes(512),
        http2Streams: Int = 100,
        connectionAge: Duration = .seconds(3600)
    ) {
        self.requestBody = requestBody
        self.requestHead = requestHead
        self.headers = headers
        self.connections = connections
        self.relayWindow = relayWindow
        self.bufferedBodies = bufferedBodies
        self.http2Streams = http2Streams
        self.connectionAge = connectionAge
    }
}
