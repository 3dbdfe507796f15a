/// What a client asks of a chat model, in words of no dialect.
///
/// Each dialect reads its requests into this and writes it from this, so that with N dialects there are N readers and N
/// writers and no pairs. Texts and values keep the bytes they were written with. What has no place here travels in
/// ``extras``, with its origin.
public struct NeutralRequest: Sendable, Hashable {
    /// The conversation. System texts that a dialect keeps apart from its messages stand at the beginning, as messages.
    public var messages: [NeutralMessage]
    /// The tools that the model may call.
    public var tools: [NeutralTool] = []
    /// How it may call them; `nil` when the client did not say.
    public var toolChoice: NeutralToolChoice?
    /// Whether several calls in one turn are allowed; `nil` when the client did not say.
    public var allowsParallelCalls: Bool?
    /// The form of the answer's text.
    public var outputFormat: NeutralOutputFormat?
    /// How the next token is chosen.
    public var sampling = NeutralSampling()
    /// The most tokens that the answer may have, reasoning included.
    public var maximumOutputTokens: Int?
    /// Texts at which the answer ends.
    public var stopSequences: [JSONString] = []
    /// How much the model thinks, and what of it is shown; `nil` when the client did not say.
    public var reasoning: NeutralReasoning?
    /// How long the answer should be: `low`, `medium`, `high`.
    public var verbosity: JSONString?
    /// A name for the person at the other end: `user`, `safety_identifier`, `metadata.user_id`.
    public var endUser: JSONString?
    /// Labels that the vendor keeps with the request, in order.
    public var metadata: [NeutralLabel] = []
    /// Which queue the vendor serves it from.
    public var serviceTier: NeutralServiceTier?
    /// What requests with a common beginning share: `prompt_cache_key`.
    public var cacheKey: JSONString?
    /// Whether the vendor may keep the answer; `nil` when the client did not say.
    public var isStored: Bool?
    /// How many alternatives per token are reported; 0 means only the token's own probability, `nil` none.
    public var logprobs: Int?
    /// Whether the answer is a stream.
    public var isStreaming = false
    /// Whether the client asked for the usage at the end of the stream, where its dialect leaves that to it.
    public var includesUsage = false
    /// Whether the client knows functions only, from before there were tools: its answer has one `function_call`.
    public var usesLegacyFunctions = false
    /// What only one vendor understands.
    public var extras = NeutralExtras()
    /// The dialect that the client wrote it in, where that is known: some words mean more to one vendor than to another.
    public var origin: Dialect?

    /// Makes a request of messages; all else is unsaid.
    public init(messages: [NeutralMessage]) {
        self.messages = messages
    }
}

/// A key and a value that a vendor keeps with a request.
public struct NeutralLabel: Sendable, Hashable {
    /// The key.
    public var key: JSONString
    /// The value.
    public var value: JSONString

    /// Makes a label.
    public init(key: JSONString, value: JSONString) {
        self.key = key
        self.value = value
    }
}

/// Which queue a vendor serves a request from.
public enum NeutralServiceTier: String, Sendable, Hashable, CaseIterable {
    case auto, standard, flex, priority, fast, reserved
}
