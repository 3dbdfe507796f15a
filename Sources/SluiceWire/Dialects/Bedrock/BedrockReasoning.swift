/// How a wish for thinking is said to the model, by what the model takes.
///
/// Anthropic's models: `additionalModelRequestFields.thinking` and `outputConfig.effort`; Nova: `reasoningConfig`; others:
/// `outputConfig.effort` alone.
struct BedrockReasoning {
    /// How thinking is switched, in Anthropic's words.
    enum Switch: Hashable {
        case adaptive
        case enabled(budget: Int)
        case disabled
        case betweenTools
    }

    /// The switch; `nil` for none.
    var mode: Switch?
    /// What `display` says; `nil` when it is left out.
    var isShown: Bool?
    /// The level; `nil` for none.
    var effort: NeutralReasoning.Effort?

    /// Whether the model thinks before it answers, as far as the request says.
    var isOn: Bool {
        switch mode {
        case .adaptive, .enabled: true
        case .disabled, .betweenTools, nil: false
        }
    }

    /// The tokens that thinking may take; 0 where no budget is set.
    var budget: Int {
        if case .enabled(let budget) = mode { budget } else { 0 }
    }

    /// Says a wish in what a model takes.
    init(
        _ request: NeutralRequest, _ capabilities: ModelCapabilities, _ family: BedrockModelFamily,
        _ losses: inout ConversionLosses
    ) {
        guard let wish = request.reasoning else { return }
        let kinds = Self.kinds(capabilities.thinking, family)
        let isNone = wish.effort == NeutralReasoning.Effort.none
        if wish.mode == .disabled || wish.mode == .betweenTools || (wish.mode == nil && isNone) {
            switchOff(wish, kinds, &losses)
            if mode == .disabled, family == .openAI, capabilities.efforts.contains(.none) {
                effort = NeutralReasoning.Effort.none
            }
            if !isNone, kinds.contains(.effort), family == .anthropic { setEffort(wish.effort, capabilities, &losses) }
            return
        }
        guard !kinds.isDisjoint(with: [.adaptive, .budget, .effort]) else {
            losses.drop("thinking")
            return
        }
        var level = wish.effort
        // These two switch thinking by a field of its own: an effort alone leaves it as it is.
        if family == .anthropic, wish.mode == nil, wish.budgetTokens == nil,
            request.origin == .bedrock || request.origin == .anthropic
        {
            if kinds.contains(.effort) {
                setEffort(level, capabilities, &losses)
            } else {
                losses.drop("reasoning_effort")
            }
            return
        }
        let wantsBudget = wish.mode != .adaptive && (wish.budgetTokens != nil || !kinds.contains(.adaptive))
        if kinds.contains(.budget), wantsBudget || !kinds.contains(.adaptive) {
            setBudget(wish, capabilities, &losses)
        } else if kinds.contains(.adaptive) {
            mode = .adaptive
        }
        if mode?.isBudget != true, level == nil, let budget = wish.budgetTokens {
            level = NeutralReasoning.Effort(budgetTokens: budget)
            losses.adapt("thinking")
        }
        if mode == nil, level == nil, wish.mode == .enabled { level = .medium }
        if kinds.contains(.effort) { setEffort(level, capabilities, &losses) }
        // Models that hide thoughts unless asked are asked when the client's dialect always shows them.
        isShown = wish.isShown ?? (wish.mode == nil && !capabilities.showsThinkingByDefault ? true : nil)
        if mode == nil { isShown = nil }
    }

    /// The ways of asking that a family has fields for.
    private static func kinds(
        _ kinds: ModelCapabilities.Thinking, _ family: BedrockModelFamily
    ) -> ModelCapabilities.Thinking {
        guard family != .anthropic else { return kinds }
        var kinds = kinds
        if !kinds.isDisjoint(with: [.adaptive, .budget]) { kinds.insert(.effort) }
        return kinds.intersection(family == .nova || family == .openAI ? [.effort, .disabled] : .effort)
    }

    private mutating func switchOff(
        _ wish: NeutralReasoning, _ kinds: ModelCapabilities.Thinking, _ losses: inout ConversionLosses
    ) {
        let wanted: [(ModelCapabilities.Thinking, Switch)] =
            wish.mode == .betweenTools
            ? [(.betweenTools, .betweenTools), (.disabled, .disabled)]
            : [(.disabled, .disabled), (.betweenTools, .betweenTools)]
        guard let (_, found) = wanted.first(where: { kinds.contains($0.0) }) else {
            // A model that does not think needs no word of it; one that always does cannot be stopped.
            if !kinds.isEmpty { losses.adapt("thinking") }
            return
        }
        mode = found
        if found != wanted[0].1 { losses.adapt("thinking") }
    }

    private mutating func setBudget(
        _ wish: NeutralReasoning, _ capabilities: ModelCapabilities, _ losses: inout ConversionLosses
    ) {
        let wanted = wish.budgetTokens ?? (wish.effort ?? .medium).budgetTokens
        let least = max(1, capabilities.minimumThinkingBudget)
        let budget = min(max(wanted, least), max(least, capabilities.maximumThinkingBudget))
        if budget != wanted || wish.mode == .adaptive { losses.adapt("thinking") }
        mode = .enabled(budget: budget)
    }

    private mutating func setEffort(
        _ level: NeutralReasoning.Effort?, _ capabilities: ModelCapabilities, _ losses: inout ConversionLosses
    ) {
        guard let level else { return }
        // The vendor has neither of the lowest two as a level of effort.
        let offered = capabilities.efforts.filter { $0 > .minimal }.sorted()
        guard let highest = offered.last else { return }
        let nearest = offered.first { $0 >= level } ?? highest
        if nearest != level { losses.adapt("reasoning_effort") }
        effort = nearest
    }
}

extension BedrockReasoning.Switch {
    fileprivate var isBudget: Bool {
        if case .enabled = self { true } else { false }
    }
}
