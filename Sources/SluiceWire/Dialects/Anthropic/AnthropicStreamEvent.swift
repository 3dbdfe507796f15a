/// What one event of a Messages stream means for the gateway.
public struct AnthropicStreamEvent: Sendable, Equatable {
    /// The classes of event.
    public enum Kind: String, Sendable, Equatable {
        /// The answer has begun, nothing of it is there yet: `message_start`, an empty block.
        case start
        /// A piece of the answer: text, thinking, a tool call.
        case content
        /// Counts only: a `message_delta` without a reason.
        case usage
        /// The answer is complete; ``AnthropicStreamEvent/stopReason`` says why.
        case finish
        /// The upstream failed; the stream is over.
        case error
        /// The regular end of the stream: `message_stop`.
        case terminal
        /// Nothing, to keep the connection alive.
        case ping
        /// Anything else that is well-formed.
        case other
        /// Not a JSON object.
        case malformed
    }

    /// The class.
    public var kind: Kind
    /// Whether the event carries a piece of the answer.
    public var hasContent: Bool
    /// How many bytes of text that content has, as it stands in the JSON.
    public var contentBytes: Int
    /// Why the answer ended, in the vendor's word.
    public var stopReason: String?
    /// The counts in the event: those of `message_start` first, then what `message_delta` says anew.
    public var counts: AnthropicUsageCounts?

    /// Creates an event.
    public init(
        _ kind: Kind, hasContent: Bool = false, contentBytes: Int = 0, stopReason: String? = nil,
        counts: AnthropicUsageCounts? = nil
    ) {
        self.kind = kind
        self.hasContent = hasContent
        self.contentBytes = contentBytes
        self.stopReason = stopReason
        self.counts = counts
    }

    /// Whether nothing may follow.
    public var isTerminal: Bool {
        kind == .terminal || kind == .error
    }
}
