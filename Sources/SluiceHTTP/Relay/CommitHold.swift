public import NIOCore

/// How long a stream is held back behind its first content, so that a failure there still goes to another target unseen.
///
/// What comes first ends the hold; all zero is no hold, and the first content commits. What is not set is bounded all the same:
/// by ``limitBytes`` and ``startUp``.
public struct CommitHold: Sendable, Equatable {
    /// The most that is held back unless ``bytes`` allows more.
    public static let limitBytes = 64 * 1024
    /// How long a stream may say nothing but that it has begun, and how long a hold without a time of its own lasts.
    ///
    /// Clients and what stands before them wait for a head: after this, its keeping alive is worth more than a silent retry.
    public static let startUp = TimeAmount.seconds(5)

    /// So many further events.
    public var events = 0
    /// So many bytes of the upstream's stream, those with the first content counted.
    public var bytes = 0
    /// So long after the first content.
    public var time = TimeAmount.zero

    /// Makes a hold; by default none.
    public init(events: Int = 0, bytes: Int = 0, time: TimeAmount = .zero) {
        self.events = events
        self.bytes = bytes
        self.time = time
    }

    /// Whether the first content commits.
    public var isNone: Bool { self.events <= 0 && self.bytes <= 0 && self.time <= .zero }

    /// How long it lasts after the first content at most.
    var longest: TimeAmount { self.time > .zero ? self.time : Self.startUp }
}
