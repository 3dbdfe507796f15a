// Levels of effort and budgets in tokens, each for the other: one table for all dialects. No vendor has one for both; the
// numbers are those that vendors' own guides use as examples, and lead back to the level that they were made of.
extension NeutralReasoning.Effort {
    /// The budget that stands for the level, in tokens.
    public var budgetTokens: Int {
        switch self {
        case .none: 0
        case .minimal, .low: 1024
        case .medium: 8192
        case .high: 16_384
        case .xhigh, .max: 32_768
        }
    }

    /// The level that a budget stands for.
    public init(budgetTokens: Int) {
        switch budgetTokens {
        case ..<1: self = .none
        case ...2048: self = .low
        case ..<16_384: self = .medium
        case ..<32_768: self = .high
        default: self = .xhigh
        }
    }

    /// The level with the fewest steps between, but for `none`; the lower one of two that are as near. `nil` where there
    /// is none.
    public func nearest(among levels: [NeutralReasoning.Effort]) -> NeutralReasoning.Effort? {
        levels.filter { $0 != .none }.sorted().min { abs($0.rank - rank) < abs($1.rank - rank) }
    }
}

extension NeutralReasoning {
    /// The level that is wished for, by its name or by a budget.
    var wantedEffort: Effort? { effort ?? budgetTokens.map { Effort(budgetTokens: $0) } }
}
