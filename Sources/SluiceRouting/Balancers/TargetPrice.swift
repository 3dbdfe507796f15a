/// What a target costs, in nano-dollars (1e-9 USD) for a million tokens: 2,500,000,000 is 2.50 USD per million tokens.
public struct TargetPrice: Sendable, Hashable {
    /// For tokens of the prompt.
    public var input: Int64
    /// For tokens of the prompt that the vendor finds in its cache.
    public var cachedInput: Int64
    /// For tokens of the answer.
    public var output: Int64

    /// Makes a price; without one of their own, cached tokens cost what others do.
    public init(input: Int64, cachedInput: Int64? = nil, output: Int64) {
        self.input = input
        self.cachedInput = cachedInput ?? input
        self.output = output
    }

    /// What a request costs at most, for comparison with others: nano-dollars times a million.
    func cost(of request: RoutingRequest) -> Double {
        let cached = min(max(0, request.cachedPromptTokens), max(0, request.promptTokens))
        let fresh = max(0, request.promptTokens) - cached
        return Double(self.input) * Double(fresh) + Double(self.cachedInput) * Double(cached)
            + Double(self.output) * Double(max(0, request.maximumOutputTokens ?? RoutingRequest.assumedOutputTokens))
    }
}
