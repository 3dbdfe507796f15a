import SluiceWire

/// One finished answer, before it is written in a dialect.
struct Answer: Sendable, Equatable {
    var seed: UInt64
    var text: AnswerText
    var reasoning: AnswerText?
    var toolCalls: [ToolCall] = []
    /// Blocks of redacted thinking before the answer.
    var redactedBlocks = 0
    var finish: Finish
    /// What the reply is to give as the reason to finish, in its vendor's words; nil for what ``finish`` is there.
    var finishWord: String?
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
        /// An id that is not of the dialect's own kind.
        var foreignID: String?

        /// The id in a dialect whose ids begin with `prefix`.
        func id(_ prefix: String) -> String { foreignID ?? prefix + digits }

        /// The arguments as a JSON object, for dialects that carry them so; `{}` when they are none.
        var objectArguments: String {
            guard let document = try? JSONDocument(parsing: Array(arguments.utf8)), document.root.kind == .object else {
                return "{}"
            }
            return arguments
        }
    }
}

/// The tokens of one exchange, in classes that do not overlap but for `cached`, `written` and `writtenHour`, which are
/// part of `prompt`, and `reasoning`, which is part of `completion`.
struct TokenUsage: Sendable, Equatable {
    var prompt: Int
    /// Read from a cache.
    var cached = 0
    /// Written to a cache for five minutes, and for an hour.
    var written = 0
    var writtenHour = 0
    var completion = 0
    var reasoning = 0

    /// What neither came from a cache nor went to one.
    var fresh: Int { prompt - cached - written - writtenHour }
    var total: Int { prompt + completion }
}
