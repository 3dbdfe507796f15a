/// What a chat model answered, in words of no dialect.
public struct NeutralResponse: Sendable, Hashable {
    /// The vendor's id of the answer.
    public var id: String?
    /// The model that answered, by the vendor's name.
    public var model: String?
    /// When it was made, in seconds since 1970.
    public var createdAt: Int?
    /// The answer: thinking, texts, calls, in order.
    public var parts: [NeutralPart]
    /// Why it ended.
    public var finish: NeutralFinish
    /// What it cost.
    public var usage: TokenUsage?
    /// The queue it was served from.
    public var serviceTier: NeutralServiceTier?
    /// What only one vendor understands.
    public var extras = NeutralExtras()

    /// Makes a response.
    public init(
        id: String? = nil,
        model: String? = nil,
        createdAt: Int? = nil,
        parts: [NeutralPart],
        finish: NeutralFinish,
        usage: TokenUsage? = nil
    ) {
        self.id = id
        self.model = model
        self.createdAt = createdAt
        self.parts = parts
        self.finish = finish
        self.usage = usage
    }
}

/// Why an answer ended.
public struct NeutralFinish: Sendable, Hashable {
    /// The reasons, as far as any two dialects tell them apart.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The model was done.
        case stop
        /// It came to one of the client's stop sequences.
        case stopSequence
        /// It came to the most tokens that the client allowed.
        case length
        /// The context window is full.
        case contextWindow
        /// It waits for tools.
        case toolCalls
        /// It will not answer.
        case refusal
        /// A filter of the vendor's, or a guardrail, held the answer back.
        case contentFilter
        /// A long turn was paused and goes on when it is sent back: Anthropic's `pause_turn`.
        case pause
        /// The model's output could not be used: Gemini's MALFORMED_FUNCTION_CALL, Bedrock's malformed_model_output.
        case malformedOutput
    }

    /// The reason.
    public var reason: Reason
    /// The stop sequence that was met, where the vendor says so.
    public var stopSequence: JSONString?
    /// The vendor's own word; goes into the log.
    public var vendorWord: String?
    /// The vendor's details of a refusal, as written, with its dialect.
    public var details: NeutralOpaque?

    /// Makes a reason.
    public init(
        _ reason: Reason,
        stopSequence: JSONString? = nil,
        vendorWord: String? = nil,
        details: NeutralOpaque? = nil
    ) {
        self.reason = reason
        self.stopSequence = stopSequence
        self.vendorWord = vendorWord
        self.details = details
    }
}
