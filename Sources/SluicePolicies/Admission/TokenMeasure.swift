import SluiceWire

/// Which tokens a limit or a budget counts, and for how much those count that were read from a cache.
public struct TokenMeasure: Sendable, Hashable {
    /// Which side is counted.
    public enum Direction: String, Sendable, Hashable, CaseIterable {
        /// What the client sent.
        case input
        /// What the model wrote, reasoning included.
        case output
        /// Both.
        case total
    }

    /// Which side is counted.
    public let direction: Direction
    /// What a token from a cache counts, in thousandths of another: 0 to 1000.
    public let cachedPermille: Int

    /// Makes a measure; `cachedPermille` is kept within its range.
    public init(_ direction: Direction = .total, cachedPermille: Int = 1000) {
        self.direction = direction
        self.cachedPermille = min(max(0, cachedPermille), 1000)
    }

    /// `tokens.total`, or `tokens.input.c100` where cached tokens count a tenth.
    var name: String {
        "tokens.\(self.direction.rawValue)" + (self.cachedPermille == 1000 ? "" : ".c\(self.cachedPermille)")
    }

    /// The tokens of a request before it was sent: none is known to be cached.
    func count(of cost: AdmissionCost) -> Int64 {
        switch self.direction {
        case .input: LimitAmount.clamped(cost.inputTokens)
        case .output: LimitAmount.clamped(cost.outputTokens)
        case .total: LimitAmount.sum(cost.inputTokens, cost.outputTokens)
        }
    }

    /// The tokens of an answer; those from a cache weighted, rounded up once.
    func count(of usage: TokenUsage) -> Int64 {
        let cached = LimitAmount.share(self.cachedPermille, of: Int64(usage.cacheRead))
        let fresh = Int64(usage.promptTokens) - min(Int64(usage.cacheRead), Int64(usage.promptTokens))
        let input = LimitAmount.sum(fresh, cached)
        return switch self.direction {
        case .input: input
        case .output: LimitAmount.clamped(Int64(usage.completionTokens))
        case .total: LimitAmount.sum(input, Int64(usage.completionTokens))
        }
    }
}
