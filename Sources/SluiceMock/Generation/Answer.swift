/// One finished answer, before it is written in a dialect.
struct Answer: Sendable, Equatable {
    var seed: UInt64
    var text: AnswerText
    var reasoning: AnswerText?
    var toolCalls: [ToolCall] = []
    var finish: Finish
    var usage: TokenUsage

    /// Whether there is text to say at all; an answer of tool calls alone has none.
    var hasText: Bool { text.count > 0 }

    enum Finish: Sendable, Equatable {
        case stop, length, toolCalls, refusal
    }

    struct ToolCall: Sendable, Equatable {
        /// The end of the id, 24 hexadecimal digits; each dialect puts its own prefix before it.
        var digits: String
        var name: String
        /// A JSON object as text, or free text for a custom tool.
        var arguments: String
        var isCustom = false
    }
}

/// The tokens of one exchange, in classes that do not overlap but for `cached`, which is part of `prompt`, and
/// `reasoning`, which is part of `completion`.
struct TokenUsage: Sendable, Equatable {
    var prompt: Int
    var cached = 0
    var completion = 0
    var reasoning = 0

    var total: Int { prompt + completion }
}
