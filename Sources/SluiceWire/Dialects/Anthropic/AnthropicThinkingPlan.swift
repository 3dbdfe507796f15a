/// How a request asks the model to think, made of what the client wants and what the model takes.
///
/// - newer models: `thinking:{"type":"adaptive"}` and `output_config.effort`
/// - older ones: `thinking:{"type":"enabled","budget_tokens":n}`, with `max_tokens` above the budget
/// - off: `disabled`, or `between_tools`, or the least effort where a model always thinks
///
/// Source: Anthropic thinking and effort guides (read 2026-11).
struct AnthropicThinkingPlan {
    enum Kind: Equatable {
        /// Nothing is said.
        case unsaid
        case adaptive
        case enabled(budget: Int)
        case disabled
        case betweenTools
    }

    private(set) var kind = Kind.unsaid
    /// The value of `output_config.effort`.
    private(set) var effort: NeutralReasoning.Effort?
    /// Whether `display` is `summarized` or `omitted`; `nil` when nothing is said.
    private(set) var isShown: Bool?
    /// The value of `max_tokens`.
    private(set) var maximumTokens: Int
    /// Whether the request asks the model to think: then it takes no sampling parameters and no forced choice. What a
    /// model takes that thinks unasked, its capabilities say.
    var isOn: Bool {
        switch kind {
        case .adaptive, .enabled, .betweenTools: true
        case .unsaid, .disabled: false
        }
    }
    /// Whether thoughts of earlier steps go back with the request.
    private(set) var replaysThoughts = true

    private let capabilities: ModelCapabilities
    private var modes: ModelCapabilities.Thinking { capabilities.thinking }
    private var takesEffort: Bool { !modes.isDisjoint(with: [.adaptive, .effort]) && !levels.isEmpty }
    private var levels: [NeutralReasoning.Effort] { capabilities.efforts.filter { $0 >= .low }.sorted() }

    /// - Parameters:
    ///   - mayThink: whether the conversation lets the model think: thoughts of the current step are all there, and the
    ///     answer is not begun.
    init(_ request: NeutralRequest, _ capabilities: ModelCapabilities, mayThink: Bool, losses: inout ConversionLosses) {
        self.capabilities = capabilities
        maximumTokens = Self.maximumTokens(request, capabilities, &losses)
        guard let reasoning = request.reasoning else {
            // A model that thinks only when it is told to refuses thoughts in its last turn.
            replaysThoughts = !modes.isEmpty && !(modes.contains(.budget) && modes.contains(.disabled))
            return
        }
        guard !modes.isEmpty else {
            if reasoning.mode != .disabled, reasoning.effort != NeutralReasoning.Effort.none {
                losses.drop("reasoning_effort")
            }
            replaysThoughts = false
            return
        }
        if reasoning.mode == .disabled || reasoning.effort == NeutralReasoning.Effort.none
            || reasoning.budgetTokens == 0
        {
            off(reasoning, &losses)
        } else if !mayThink, reasoning.mode != nil || request.origin != .anthropic,
            !modes.isDisjoint(with: [.disabled, .budget])
        {
            losses.drop("reasoning_effort")
            kind = modes.contains(.disabled) ? .disabled : .unsaid
            replaysThoughts = false
            if let wanted = reasoning.effort, reasoning.mode == .adaptive { effort = level(wanted, &losses) }
        } else if reasoning.mode == .betweenTools {
            effort = reasoning.effort.flatMap { level($0, &losses) }
            between(&losses)
        } else if request.origin == .anthropic, reasoning.mode == nil {
            // The vendor's own effort is how much work goes into an answer, and switches no thinking on.
            effort = reasoning.effort.flatMap { level($0, &losses) }
        } else {
            on(reasoning, &losses)
        }
    }

    private mutating func off(_ reasoning: NeutralReasoning, _ losses: inout ConversionLosses) {
        replaysThoughts = false
        if let wanted = reasoning.effort, wanted != NeutralReasoning.Effort.none { effort = level(wanted, &losses) }
        if modes.contains(.disabled) {
            kind = .disabled
        } else if modes.contains(.betweenTools) {
            between(&losses)
            replaysThoughts = true
            losses.adapt("reasoning_effort")
        } else if modes.contains(.adaptive) || modes == .effort {
            // It cannot but think; the least it can.
            if effort == nil, takesEffort { effort = levels.first }
            replaysThoughts = true
            losses.adapt("reasoning_effort")
        }
    }

    private mutating func between(_ losses: inout ConversionLosses) {
        if modes.contains(.betweenTools) {
            kind = .betweenTools
            // The vendor refuses the higher levels together with it.
            if let level = effort, level > .high {
                losses.adapt("reasoning_effort")
                effort = .high
            }
        } else {
            losses.adapt("thinking")
            kind = modes.contains(.disabled) ? .disabled : modes.contains(.adaptive) ? .adaptive : .unsaid
            replaysThoughts = isOn
        }
    }

    private mutating func on(_ reasoning: NeutralReasoning, _ losses: inout ConversionLosses) {
        let wantsBudget = reasoning.mode == .enabled || reasoning.budgetTokens != nil
        if modes.contains(.budget), wantsBudget || !modes.contains(.adaptive) {
            var budget = reasoning.budgetTokens ?? reasoning.effort?.budgetTokens ?? 8192
            if !wantsBudget, reasoning.mode == .adaptive { losses.adapt("thinking") }
            fit(&budget, &losses)
            if isOn, let wanted = reasoning.effort, takesEffort { effort = level(wanted, &losses) }
        } else if modes.contains(.adaptive) {
            kind = .adaptive
            if wantsBudget, reasoning.mode != nil || reasoning.effort == nil { losses.adapt("thinking") }
            if let wanted = reasoning.wantedEffort, takesEffort {
                effort = level(wanted, &losses)
            }
        } else if takesEffort {
            if let wanted = reasoning.wantedEffort {
                effort = level(wanted, &losses)
            }
        } else {
            losses.drop("reasoning_effort")
        }
        guard kind != .unsaid else { return }
        // A client that names a level and not the vendor's own mode expects to see thoughts.
        isShown = reasoning.isShown ?? (reasoning.mode == nil && !capabilities.showsThinkingByDefault ? true : nil)
    }

    /// Brings the budget within the model's bounds and below `max_tokens`, which is raised for it.
    private mutating func fit(_ budget: inout Int, _ losses: inout ConversionLosses) {
        let least = max(1, capabilities.minimumThinkingBudget)
        let most = max(least, capabilities.maximumThinkingBudget)
        let wanted = budget
        budget = min(max(budget, least), most)
        var limit = maximumTokens
        if limit <= budget {
            // What the client allows is for the answer.
            let raised = budget.addingReportingOverflow(max(1, limit))
            let top = capabilities.maximumOutputTokens ?? Int.max
            limit = max(limit, min(raised.overflow ? Int.max : raised.partialValue, top))
            budget = min(budget, limit - 1)
        }
        guard budget >= least else {
            losses.drop("reasoning_effort")
            replaysThoughts = false
            return
        }
        if limit != maximumTokens { losses.adapt("max_tokens") }
        if budget != wanted { losses.adapt("thinking") }
        maximumTokens = limit
        kind = .enabled(budget: budget)
    }

    /// The nearest level that the model has: the next lower one, or its lowest.
    private func level(
        _ wanted: NeutralReasoning.Effort, _ losses: inout ConversionLosses
    ) -> NeutralReasoning.Effort? {
        guard takesEffort, let lowest = levels.first else {
            losses.drop("reasoning_effort")
            return nil
        }
        let nearest = levels.last { $0 <= wanted } ?? lowest
        if nearest != wanted { losses.adapt("reasoning_effort") }
        return nearest
    }

    private static func maximumTokens(
        _ request: NeutralRequest, _ capabilities: ModelCapabilities, _ losses: inout ConversionLosses
    ) -> Int {
        guard let wanted = request.maximumOutputTokens else { return capabilities.maximumOutputTokens ?? 8192 }
        guard let top = capabilities.maximumOutputTokens, wanted > top else { return max(0, wanted) }
        losses.adapt("max_tokens")
        return top
    }
}
