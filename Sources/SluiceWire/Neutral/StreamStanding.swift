/// Where the bytes of a stream stop that a ``ChatStreamReader`` has read: what may stand behind them.
public enum StreamStanding: Sendable, Equatable {
    /// Within an event, a line or a frame; or the reader does not tell.
    case within
    /// Between two events, lines or frames.
    case between
    /// Between two elements of a JSON array that is open. `isCommaDue`: the last of them has no comma behind it.
    case inArray(isCommaDue: Bool)
}
