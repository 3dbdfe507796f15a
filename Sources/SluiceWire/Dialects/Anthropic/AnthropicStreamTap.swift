/// What a Messages stream has said so far, for a stream that passes unchanged.
///
/// ```swift
/// var tap = AnthropicStreamTap()
/// parser.withData(of: event, in: chunk) { data in _ = tap.take(data, type: event.type) }
/// let usage = tap.usage
/// ```
public struct AnthropicStreamTap: Sendable {
    private var counts = AnthropicUsageCounts()
    /// Why the answer ended, in the vendor's word; `nil` until it says so.
    public private(set) var stopReason: String?
    /// Whether the stream ended in good order.
    public private(set) var isComplete = false
    /// Whether the upstream failed within the stream.
    public private(set) var hasFailed = false

    /// Creates a tap of a stream that has not begun.
    public init() {}

    /// What the answer cost, as far as events have said; the last of each count.
    public var usage: TokenUsage? { counts.usage }

    /// Takes the data of one event, and says what it means. `type` is the `event` field.
    public mutating func take(_ data: Span<UInt8>, type: String? = nil) -> AnthropicStreamEvent {
        let event = AnthropicStream.classify(data, type: type)
        if let counts = event.counts { self.counts.merge(counts) }
        if let reason = event.stopReason { stopReason = reason }
        switch event.kind {
        case .terminal: isComplete = true
        case .error: hasFailed = true
        default: break
        }
        return event
    }
}
