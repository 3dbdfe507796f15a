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
        if wish.mode == .disabled || wish.effort == NeutralReasoning.Effort.none || wish.budgetTokens == 0 {
            if context.capabilities.thinking.contains(.disabled) || context.capabilities.efforts.contains(.none) {
                return NeutralReasoning.Effort.none
            }
            context.losses.adapt(wish.effort == nil ? "thinking" : "reasoning_effort")
            return context.capabilities.efforts.min()
        }
        guard let wanted = wish.wantedEffort else { return nil }
        guard let nearest = wanted.nearest(among: context.capabilities.efforts) else { return wanted }
        if nearest != wanted { context.losses.adapt(wish.effort == nil ? "thinking" : "reasoning_effort") }
        return nearest
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
