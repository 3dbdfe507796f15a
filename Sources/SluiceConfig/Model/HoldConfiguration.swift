/// How much of an answer is held back before it begins for the client, so that an early failure can still fail over:
/// `hold`. The first bound that is reached ends it.
public struct HoldConfiguration: Sendable, Equatable {
    /// The most content events: `events`, 1 to 10,000. `nil`: not bounded by their number.
    public var events: Int?
    /// The most bytes of content: `bytes`, to 16 MiB. `nil`: bounded by the relay window alone.
    public var bytes: ByteSize?
    /// The longest time from the first content on: `time`. `nil`: not bounded by time.
    public var time: Duration?

    /// Makes a configuration.
    public init(events: Int? = nil, bytes: ByteSize? = nil, time: Duration? = nil) {
        self.events = events
        self.bytes = bytes
        self.time = time
    }
}
