/// `reasoning`: `{"effort":"none"..."max","summary":"auto"|"concise"|"detailed"}`.
extension OpenAIResponsesRequestWriter {
    mutating func writeReasoning() {
        let hasMore = request.extras.hasResponses(within: "reasoning")
        let wish = request.reasoning
        guard wish != nil || hasMore else { return }
        if context.capabilities.thinking.isEmpty, let wish {
            if wish.mode != .disabled, wish.effort != NeutralReasoning.Effort.none {
                context.losses.drop(wish.effort == nil ? "thinking" : "reasoning_effort")
            }
            return
        }
        var effort: NeutralReasoning.Effort?
        var summary: JSONString?
        if let wish {
            effort = self.effort(wish)
            summary = self.summary(wish, effort)
        }
        guard effort != nil || summary != nil || hasMore else { return }
        let extras = request.extras
        json.named("reasoning") { [effort, summary] json in
            if let effort { json.named("effort", effort.rawValue) }
            if let summary { json.named("summary", text: summary) }
            extras.writeResponses(within: "reasoning", to: &json)
        }
    }

    private mutating func effort(_ wish: NeutralReasoning) -> NeutralReasoning.Effort? {
        if wish.mode == .disabled || wish.effort == NeutralReasoning.Effort.none {
            if context.capabilities.thinking.contains(.disabled) || context.capabilities.efforts.contains(.none) {
                return NeutralReasoning.Effort.none
            }
            context.losses.adapt(wish.effort == nil ? "thinking" : "reasoning_effort")
            return context.capabilities.efforts.min()
        }
        guard let wanted = wish.effort ?? wish.budgetTokens.map({ Self.effort(budget: $0) }) else { return nil }
        guard let nearest = nearest(to: wanted) else { return wanted }
        if nearest != wanted { context.losses.adapt(wish.effort == nil ? "thinking" : "reasoning_effort") }
        return nearest
    }

    /// The level that a budget stands for: 1,024 tokens are low, 8,192 medium, 16,384 high, 32,768 the highest.
    private static func effort(budget: Int) -> NeutralReasoning.Effort {
        switch budget {
        case ..<2048: .low
        case ..<16_384: .medium
        case ..<32_768: .high
        default: .xhigh
        }
    }

    /// The level of the model that is nearest; of two equally near ones the lower.
    private func nearest(to wanted: NeutralReasoning.Effort) -> NeutralReasoning.Effort? {
        let levels = NeutralReasoning.Effort.allCases
        guard let place = levels.firstIndex(of: wanted) else { return nil }
        let candidates = context.capabilities.efforts.filter { $0 != NeutralReasoning.Effort.none }.sorted()
        return candidates.min { left, right in
            abs((levels.firstIndex(of: left) ?? 0) - place) < abs((levels.firstIndex(of: right) ?? 0) - place)
        }
    }

    private mutating func summary(_ wish: NeutralReasoning, _ effort: NeutralReasoning.Effort?) -> JSONString? {
        guard effort != NeutralReasoning.Effort.none, wish.isShown != false else { return nil }
        if let summary = wish.summary {
            if ["auto", "concise", "detailed"].contains(summary.text) { return summary }
            context.losses.adapt("reasoning.summary")
            return "auto"
        }
        // Who switches thinking on by a budget, as in the dialects that show thoughts, wants to see them.
        let isExpected = wish.isShown == true || wish.mode == .enabled || wish.budgetTokens != nil
        return isExpected ? "auto" : nil
    }
}
