/// The upstream timeouts that one provider or one model sets for itself: `providers.<name>.timeouts`,
/// `models.<name>.timeouts`. `nil` leaves the value of the level above.
///
/// The phases that end before a target is known (`head`, `body`, `keep_alive`) belong to the server alone.
public struct TimeoutOverrides: Sendable, Equatable {
    /// See ``Timeouts/connect``.
    public var connect: Duration?
    /// See ``Timeouts/queue``.
    public var queue: Duration?
    /// See ``Timeouts/firstByte``.
    public var firstByte: Duration?
    /// See ``Timeouts/firstEvent``.
    public var firstEvent: Duration?
    /// See ``Timeouts/firstContent``.
    public var firstContent: Duration?
    /// See ``Timeouts/idle``.
    public var idle: Duration?
    /// See ``Timeouts/total``.
    public var total: Duration?

    /// Whether nothing is overridden.
    public var isEmpty: Bool { self == TimeoutOverrides() }

    /// Makes overrides; what is left out stays as the level above says.
    public init(
        connect: Duration? = nil,
        queue: Duration? = nil,
        firstByte: Duration? = nil,
        firstEvent: Duration? = nil,
        firstContent: Duration? = nil,
        idle: Duration? = nil,
        total: Duration? = nil
    ) {
        self.connect = connect
        self.queue = queue
        self.firstByte = firstByte
        self.firstEvent = firstEvent
        self.firstContent = firstContent
        self.idle = idle
        self.total = total
    }
}
