/// The bounds of a Redis client.
public struct RedisSettings: Sendable, Equatable {
    /// How long a command may take, waiting for a connection included. The oldest command that is late ends its connection: what was
    /// sent after it would come later still.
    public var commandTimeout = Duration.milliseconds(500)
    /// How long opening a connection may take, greeting included.
    public var connectTimeout = Duration.seconds(2)
    /// How many commands of one loop may be on their way; the next is told `busy`.
    public var commandsInFlight = 4096
    /// The longest wait between two tries to connect.
    public var longestWait = Duration.seconds(5)
    /// A PEM file of authorities to trust in place of the system's.
    public var authorityFile: String?

    /// The defaults.
    public init() {}
}
