/// What of Google's two ways to ask for thinking is sent: a level (Gemini 3) or a budget (Gemini 2.5), never both.
///
/// Google has its own budget for the level `high` of OpenAI's clients, 24576; its others are those of all dialects.
/// Source: ai.google.dev, Thinking, OpenAI compatibility (read 2026-11).
struct GeminiThinkingPlan {
    /// `LOW`, for models with levels.
    private(set) var level: String?
    /// Tokens; 0 is off, -1 as the model likes.
    private(set) var budget: Int?
    /// Whether thoughts come with the answer.
    private(set) var isShown: Bool?

    /// The levels that Google has.
    private static let levels: [NeutralReasoning.Effort] = [.minimal, .low, .medium, .high, .xhigh]

    /// `nil` when the model cannot be asked at all.
    init?(_ wish: NeutralReasoning, capabilities: ModelCapabilities, losses: inout ConversionLosses) {
        let takesLevel = capabilities.thinking.contains(.effort)
        let takesBudget = capabilities.thinking.contains(.budget)
        if wish.summary != nil { losses.note("reasoning.summary") }
        guard takesLevel || takesBudget || capabilities.thinking.contains(.adaptive) else {
            if wish.mode != .disabled, wish.effort != NeutralReasoning.Effort.none { losses.drop("thinking") }
            return nil
        }
        let isOff = wish.mode == .disabled || wish.mode == .betweenTools || wish.effort == NeutralReasoning.Effort.none
        if wish.mode == .betweenTools { losses.adapt("thinking") }
        if isOff {
            turnOff(takesLevel: takesLevel, takesBudget: takesBudget, capabilities, &losses)
        } else if let effort = wish.effort {
            if takesLevel {
                level = Self.word(Self.nearest(effort, in: capabilities, &losses))
            } else if takesBudget {
                budget = Self.clamped(Self.budget(effort), capabilities, "reasoning_effort", &losses)
            }
            if wish.budgetTokens != nil { losses.adapt("thinking") }
        } else if let tokens = wish.budgetTokens {
            if takesBudget {
                budget = Self.clamped(tokens, capabilities, "thinking", &losses)
            } else if takesLevel {
                losses.adapt("thinking")
                level = Self.word(
                    Self.nearest(NeutralReasoning.Effort(budgetTokens: tokens), in: capabilities, &losses))
            }
        } else if wish.mode == .adaptive || wish.mode == .enabled, takesBudget {
            budget = -1
        }
        // Google shows thoughts only when it is asked to; who asked for thinking may see it.
        isShown = wish.isShown ?? (isOff ? nil : true)
        if level == nil, budget == nil, isShown == nil { return nil }
    }

    private mutating func turnOff(
        takesLevel: Bool, takesBudget: Bool, _ capabilities: ModelCapabilities, _ losses: inout ConversionLosses
    ) {
        if takesBudget, capabilities.thinking.contains(.disabled) {
            budget = 0
        } else if takesLevel {
            losses.adapt("reasoning_effort")
            level = Self.word(Self.nearest(.minimal, in: capabilities, &losses))
        } else if takesBudget {
            losses.adapt("reasoning_effort")
            budget = max(1, capabilities.minimumThinkingBudget)
        } else {
            losses.adapt("reasoning_effort")
        }
    }

    private static func word(_ effort: NeutralReasoning.Effort) -> String { effort.rawValue.uppercased() }

    /// The highest level that is not above the wish, else the lowest that there is.
    private static func nearest(
        _ effort: NeutralReasoning.Effort, in capabilities: ModelCapabilities, _ losses: inout ConversionLosses
    ) -> NeutralReasoning.Effort {
        let known = capabilities.efforts.filter { levels.contains($0) }.sorted()
        let nearest = known.last { $0 <= effort } ?? known.first ?? .low
        if nearest != effort { losses.adapt("reasoning_effort") }
        return nearest
    }

    private static func budget(_ effort: NeutralReasoning.Effort) -> Int {
        effort == .high ? 24_576 : effort.budgetTokens
    }

    private static func clamped(
        _ tokens: Int, _ capabilities: ModelCapabilities, _ field: String, _ losses: inout ConversionLosses
    ) -> Int {
        let highest = max(1, capabilities.maximumThinkingBudget)
        let budget = min(max(tokens, min(capabilities.minimumThinkingBudget, highest)), highest)
        if budget != tokens { losses.adapt(field) }
        return budget
    }
}
