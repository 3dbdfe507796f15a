/// What an answer or one chunk of a stream means for the gateway when it passes by unconverted.
public struct GeminiStreamEvent: Sendable, Equatable {
    /// The classes of chunk; where several fit, the first of error, finish, content.
    public enum Kind: String, Sendable, Equatable {
        /// A piece of the answer.
        case content
        /// The candidate says why it ended, or the prompt was refused; content may come with it.
        case finish
        /// The upstream failed; the stream is over.
        case error
        /// Anything else that is well-formed: usage only, an empty part.
        case other
        /// Not a JSON object.
        case malformed
    }

    /// The class.
    public var kind: Kind
    /// Whether the chunk carries a piece of the answer, whatever its class.
    public var hasContent: Bool
    /// Google's word for why the answer ended, or for why the prompt was refused.
    public var finishReason: String?
    /// The usage in the chunk; in a stream the last one counts.
    public var usage: TokenUsage?

    /// Creates an event.
    public init(_ kind: Kind, hasContent: Bool = false, finishReason: String? = nil, usage: TokenUsage? = nil) {
        self.kind = kind
        self.hasContent = hasContent
        self.finishReason = finishReason
        self.usage = usage
    }

    /// Says what an answer, the data of one event or one element of an array means. One pass, strict JSON, no tree.
    public static func classify(_ data: Span<UInt8>) -> GeminiStreamEvent {
        data.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return GeminiStreamEvent(.malformed) }
            var sink = GeminiChunkSink(base: base)
            guard JSONWalker.walk(base, raw.count, maximumDepth: 256, objectOnly: true, sink: &sink) == nil else {
                return GeminiStreamEvent(.malformed)
            }
            return sink.event
        }
    }
}
