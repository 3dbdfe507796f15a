/// What one event of an OpenAI stream means for the gateway.
public struct OpenAIStreamEvent: Sendable, Equatable {
    /// The classes of event; where several fit, the first of error, done, usage only, finish, content, start.
    public enum Kind: String, Sendable, Equatable {
        /// The answer has begun, nothing of it is there yet: a role, an empty delta, `response.created`.
        case start
        /// A piece of the answer: text, reasoning, refusal, audio or a tool call.
        case content
        /// A choice is complete; ``OpenAIStreamEvent/finishReason`` says why. Content may come with it.
        case finish
        /// Chat: no choices, only the usage of the whole answer.
        case usageOnly
        /// The upstream failed; the stream is over.
        case error
        /// The regular end of the stream: `[DONE]`, `response.completed`, `response.incomplete`.
        case done
        /// Anything else that is well-formed.
        case other
        /// Not a JSON object.
        case malformed
    }

    /// The class.
    public var kind: Kind
    /// Whether the event carries a piece of the answer, whatever its class.
    public var hasContent: Bool
    /// How many bytes of text that content has, as it stands in the JSON: what ``TokenEstimate`` counts of an answer that was cut.
    public var contentBytes: Int
    /// Why the answer ended: `stop`, `length`, `tool_calls`, `content_filter`; Responses: `completed` or the reason.
    public var finishReason: String?
    /// The usage in the event.
    public var usage: TokenUsage?
    /// Responses: the event's `sequence_number`.
    public var sequenceNumber: Int?

    /// Creates an event.
    public init(
        _ kind: Kind, hasContent: Bool = false, contentBytes: Int = 0, finishReason: String? = nil,
        usage: TokenUsage? = nil, sequenceNumber: Int? = nil
    ) {
        self.kind = kind
        self.hasContent = hasContent
        self.contentBytes = contentBytes
        self.finishReason = finishReason
        self.usage = usage
        self.sequenceNumber = sequenceNumber
    }

    /// Whether nothing but a `[DONE]` may follow.
    public var isTerminal: Bool {
        kind == .done || kind == .error
    }
}
