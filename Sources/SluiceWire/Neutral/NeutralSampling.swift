/// How the next token is chosen. `nil` is what the client left to the model.
public struct NeutralSampling: Sendable, Hashable {
    /// 0 to 2 in OpenAI's scale, which most follow.
    public var temperature: NumberText?
    /// Nucleus sampling, 0 to 1.
    public var topP: NumberText?
    /// How many of the likeliest tokens are looked at.
    public var topK: NumberText?
    /// The least probability, as a share of the likeliest token's.
    public var minP: NumberText?
    /// Where the random numbers begin.
    public var seed: NumberText?
    /// -2 to 2.
    public var presencePenalty: NumberText?
    /// -2 to 2.
    public var frequencyPenalty: NumberText?
    /// OpenAI's map of token to bias, as written.
    public var logitBias: JSONFragment?

    /// Leaves everything to the model.
    public init() {}
}

/// How much a model thinks before it answers, and what of that is shown.
public struct NeutralReasoning: Sendable, Hashable {
    /// Levels, from none to all that the model can.
    public enum Effort: String, Sendable, Hashable, CaseIterable, Comparable {
        case none, minimal, low, medium, high, xhigh, max

        public static func < (left: Effort, right: Effort) -> Bool {
            left.rank < right.rank
        }

        /// How many levels are below.
        var rank: Int {
            switch self {
            case .none: 0
            case .minimal: 1
            case .low: 2
            case .medium: 3
            case .high: 4
            case .xhigh: 5
            case .max: 6
            }
        }
    }

    /// How thinking is switched.
    public enum Mode: Sendable, Hashable {
        /// As the model decides from request to request: Anthropic's `adaptive`, Gemini's budget of -1.
        case adaptive
        /// On.
        case enabled
        /// Off.
        case disabled
        /// Off within a turn, on between tool calls: Anthropic's `between_tools`.
        case betweenTools
    }

    /// How thinking is switched; `nil` when the client gave an effort or a budget only.
    public var mode: Mode?
    /// How much it thinks, as a level.
    public var effort: Effort?
    /// How much it thinks at most, in tokens.
    public var budgetTokens: Int?
    /// Whether the thoughts, or a summary of them, are shown; `nil` when the client did not say.
    public var isShown: Bool?
    /// How detailed a summary is: `auto`, `concise`, `detailed`.
    public var summary: JSONString?

    /// Makes a wish.
    public init(
        mode: Mode? = nil,
        effort: Effort? = nil,
        budgetTokens: Int? = nil,
        isShown: Bool? = nil,
        summary: JSONString? = nil
    ) {
        self.mode = mode
        self.effort = effort
        self.budgetTokens = budgetTokens
        self.isShown = isShown
        self.summary = summary
    }
}
