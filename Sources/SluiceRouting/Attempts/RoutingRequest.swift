/// What routing needs to know of a request, beside the name of its model.
public struct RoutingRequest: Sendable {
    /// The output that is assumed where the request does not bound it.
    static let assumedOutputTokens = 1000

    /// The key that the `sticky` strategy follows, hashed: of a header field, a user or a conversation.
    public var stickyKey: UInt64?
    /// The beginnings of the prompt, for the `prefix` strategy; empty otherwise.
    public var prefix: PrefixBlocks
    /// An estimate of the prompt's tokens, for the `cheapest` strategy.
    public var promptTokens: Int
    /// How many of them a vendor's cache is likely to have.
    public var cachedPromptTokens: Int
    /// The most tokens of the answer, where the request says.
    public var maximumOutputTokens: Int?
    /// Whether the client wants a stream: only then there is a time to the first token.
    public var isStreaming: Bool
    /// Whether the request does something that must not be done twice: images, audio, Responses that are stored or run in the
    /// background.
    public var isActing: Bool

    /// Makes a request.
    public init(
        stickyKey: UInt64? = nil,
        prefix: PrefixBlocks = PrefixBlocks(),
        promptTokens: Int = 0,
        cachedPromptTokens: Int = 0,
        maximumOutputTokens: Int? = nil,
        isStreaming: Bool = false,
        isActing: Bool = false
    ) {
        self.stickyKey = stickyKey
        self.prefix = prefix
        self.promptTokens = promptTokens
        self.cachedPromptTokens = cachedPromptTokens
        self.maximumOutputTokens = maximumOutputTokens
        self.isStreaming = isStreaming
        self.isActing = isActing
    }
}
