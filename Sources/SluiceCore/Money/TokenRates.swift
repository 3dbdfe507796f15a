/// The price of each class of tokens. The classes are those of `TokenUsage`: they never overlap.
///
/// What a vendor does not price apart costs what the class costs that it would fall under otherwise.
public struct TokenRates: Sendable, Hashable {
    /// Text input that no cache had.
    public var input: TokenPrice
    /// Input read from a cache. `nil`: as ``input``.
    public var cacheRead: TokenPrice?
    /// Input written to a cache for five minutes, or for a time that the vendor does not say. `nil`: as ``input``.
    public var cacheWrite5m: TokenPrice?
    /// Input written to a cache for an hour. `nil`: as ``cacheWrite5m``.
    public var cacheWrite1h: TokenPrice?
    /// Text and tool calls.
    public var output: TokenPrice
    /// Output spent on reasoning. `nil`: as ``output``.
    public var reasoning: TokenPrice?
    /// Audio input. `nil`: as ``input``.
    public var audioInput: TokenPrice?
    /// Audio output. `nil`: as ``output``.
    public var audioOutput: TokenPrice?

    /// Makes rates; what is left out costs what its class falls back to, input and output nothing.
    public init(
        input: TokenPrice = .zero,
        cacheRead: TokenPrice? = nil,
        cacheWrite5m: TokenPrice? = nil,
        cacheWrite1h: TokenPrice? = nil,
        output: TokenPrice = .zero,
        reasoning: TokenPrice? = nil,
        audioInput: TokenPrice? = nil,
        audioOutput: TokenPrice? = nil
    ) {
        self.input = input
        self.cacheRead = cacheRead
        self.cacheWrite5m = cacheWrite5m
        self.cacheWrite1h = cacheWrite1h
        self.output = output
        self.reasoning = reasoning
        self.audioInput = audioInput
        self.audioOutput = audioOutput
    }
}
