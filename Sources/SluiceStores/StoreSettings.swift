/// The bounds of a SQL store.
public struct StoreSettings: Sendable, Equatable {
    /// How many connections at most. With SQLite one of them writes and the others read.
    public var connections = 5
    /// How many calls may wait for a connection; the next is told `busy`.
    public var waitingCalls = 1024
    /// How long a call may take altogether, waiting for a connection included.
    public var callTimeout = Duration.seconds(10)
    /// How long one statement may take.
    public var statementTimeout = Duration.seconds(5)
    /// How long a statement may wait for a lock.
    public var lockTimeout = Duration.seconds(3)
    /// How long opening a connection may take.
    public var connectTimeout = Duration.seconds(5)
    /// How long all migrations at a start may take, waiting for another process that makes them included.
    public var migrationTimeout = Duration.seconds(120)
    /// How often the change feed is looked at when no notice of a change comes.
    public var pollInterval = Duration.milliseconds(500)

    /// The defaults.
    public init() {}
}
