/// Levels of thinking, by what a model has.
enum OllamaEffort {
    /// The level nearest to a wish; of two that are as near, the lower. `low`, `medium`, `high` where nothing is known.
    static func nearest(
        to wish: NeutralReasoning.Effort, among levels: [NeutralReasoning.Effort]
    ) -> NeutralReasoning.Effort {
        let all = NeutralReasoning.Effort.allCases
        let levels = levels.isEmpty ? [.low, .medium, .high] : levels.filter { $0 != .none }
        let place = all.firstIndex(of: wish) ?? 0
        func distance(_ level: NeutralReasoning.Effort) -> Int { abs((all.firstIndex(of: level) ?? 0) - place) }
        return levels.min { distance($0) < distance($1) } ?? .medium
    }

    /// The level that stands for a budget in tokens.
    static func level(forBudget tokens: Int) -> NeutralReasoning.Effort {
        switch tokens {
        case ..<4096: .low
        case ..<16_384: .medium
        default: .high
        }
    }
}
