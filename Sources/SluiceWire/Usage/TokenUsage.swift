/// What an answer cost, in tokens, in classes that never overlap.
///
/// Vendors count in overlapping ways (OpenAI's `prompt_tokens` hold the cached ones, Anthropic's `input_tokens` do
/// not). Here each token is in exactly one class, so that a price per class can be multiplied and added, and every
/// dialect's totals are sums. Counts are never negative; sums stop at `Int.max`.
public struct TokenUsage: Sendable, Equatable, Hashable {
    /// Text input that was neither read from nor written to a cache.
    public private(set) var uncachedInput: Int
    /// Input read from a cache.
    public private(set) var cacheRead: Int
    /// Input written to a cache for five minutes, or for a time that the vendor does not say.
    public private(set) var cacheWrite5m: Int
    /// Input written to a cache for an hour.
    public private(set) var cacheWrite1h: Int
    /// Audio input.
    public private(set) var audioInput: Int
    /// Output that the client sees as text or tool calls: without reasoning, without audio.
    public private(set) var output: Int
    /// Output spent on reasoning, shown or not.
    public private(set) var reasoning: Int
    /// Audio output.
    public private(set) var audioOutput: Int

    /// Creates counts; negative ones become 0.
    public init(
        uncachedInput: Int = 0, cacheRead: Int = 0, cacheWrite5m: Int = 0, cacheWrite1h: Int = 0,
        audioInput: Int = 0, output: Int = 0, reasoning: Int = 0, audioOutput: Int = 0
    ) {
        self.uncachedInput = max(0, uncachedInput)
        self.cacheRead = max(0, cacheRead)
        self.cacheWrite5m = max(0, cacheWrite5m)
        self.cacheWrite1h = max(0, cacheWrite1h)
        self.audioInput = max(0, audioInput)
        self.output = max(0, output)
        self.reasoning = max(0, reasoning)
        self.audioOutput = max(0, audioOutput)
    }

    /// All input tokens.
    public var promptTokens: Int {
        Self.sum(
            Self.sum(uncachedInput, audioInput), Self.sum(cacheRead, Self.sum(cacheWrite5m, cacheWrite1h)))
    }

    /// All output tokens.
    public var completionTokens: Int {
        Self.sum(output, Self.sum(reasoning, audioOutput))
    }

    /// All tokens.
    public var totalTokens: Int {
        Self.sum(promptTokens, completionTokens)
    }

    /// The class-wise sum, for an answer that took several calls.
    public static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
        TokenUsage(
            uncachedInput: sum(left.uncachedInput, right.uncachedInput),
            cacheRead: sum(left.cacheRead, right.cacheRead),
            cacheWrite5m: sum(left.cacheWrite5m, right.cacheWrite5m),
            cacheWrite1h: sum(left.cacheWrite1h, right.cacheWrite1h),
            audioInput: sum(left.audioInput, right.audioInput),
            output: sum(left.output, right.output),
            reasoning: sum(left.reasoning, right.reasoning),
            audioOutput: sum(left.audioOutput, right.audioOutput))
    }

    /// The sum of two counts, neither negative, stopping at `Int.max`.
    static func sum(_ left: Int, _ right: Int) -> Int {
        let (value, didOverflow) = left.addingReportingOverflow(right)
        return didOverflow ? Int.max : value
    }
}
