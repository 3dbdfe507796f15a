/// What one model accepts. A request is converted by these facts and never by the model's name.
///
/// The defaults are those of an unknown model of its dialect: everything is passed on, and the vendor decides.
/// ``CapabilityTable`` has the facts per model; a target's configuration may override each.
public struct ModelCapabilities: Sendable, Hashable {
    /// Which sampling parameters are taken.
    public enum Sampling: String, Sendable, Hashable, CaseIterable {
        /// All of the dialect's.
        case all
        /// `temperature` or `top_p`, not both.
        case temperatureOrTopP = "temperature_or_top_p"
        /// None: each is refused, default values included.
        case none
    }

    /// Ways in which thinking may be asked for.
    public struct Thinking: OptionSet, Sendable, Hashable {
        public let rawValue: UInt16
        /// `adaptive`, or a level of effort.
        public static let adaptive = Thinking(rawValue: 1 << 0)
        /// A budget in tokens.
        public static let budget = Thinking(rawValue: 1 << 1)
        /// A level of effort.
        public static let effort = Thinking(rawValue: 1 << 2)
        /// Off.
        public static let disabled = Thinking(rawValue: 1 << 3)
        /// Off but for between tool calls.
        public static let betweenTools = Thinking(rawValue: 1 << 4)

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }
    }

    /// The name of the field that bounds the output.
    public enum MaximumTokensField: String, Sendable, Hashable, CaseIterable {
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }

    /// Which name an OpenAI-like server gives the model's thoughts in messages that are sent to it.
    public enum ReasoningField: String, Sendable, Hashable, CaseIterable {
        /// It takes none: thoughts are left out.
        case none
        case reasoningContent = "reasoning_content"
        case reasoning
    }

    /// How JSON that follows a schema is asked for.
    public enum StructuredOutput: String, Sendable, Hashable, CaseIterable {
        /// By the dialect's own field.
        case native
        /// It cannot be: the schema goes into the instructions, reported.
        case instruction
    }

    /// Which sampling parameters are taken.
    public var sampling = Sampling.all
    /// The highest `temperature`; higher ones are lowered to it, reported.
    public var maximumTemperature = 2.0
    /// How thinking may be asked for.
    public var thinking: Thinking = [.adaptive, .effort, .budget, .disabled]
    /// The levels of effort, lowest first; others are moved to the nearest, reported.
    public var efforts: [NeutralReasoning.Effort] = [.low, .medium, .high]
    /// The least thinking budget, in tokens.
    public var minimumThinkingBudget = 1024
    /// The highest thinking budget, in tokens.
    public var maximumThinkingBudget = 128_000
    /// Whether thoughts are shown when the request does not say.
    public var showsThinkingByDefault = true
    /// Whether a tool call can be demanded.
    public var allowsForcedToolChoice = true
    /// Whether the conversation may end with the beginning of the answer.
    public var allowsPrefill = true
    /// Whether system messages may stand after the first.
    public var allowsSystemAnywhere = true
    /// Whether the role of instructions is `developer`.
    public var usesDeveloperRole = false
    /// The name of the field that bounds the output.
    public var maximumTokensField = MaximumTokensField.maxTokens
    /// The most output tokens; stands in where the target needs a number and the client gave none.
    public var maximumOutputTokens: Int?
    /// The most stop sequences.
    public var maximumStopSequences: Int?
    /// The most tools.
    public var maximumTools: Int?
    /// The most inputs of one call for embeddings; more go in several calls.
    public var maximumEmbeddingInputs: Int?
    /// How JSON that follows a schema is asked for.
    public var structuredOutput = StructuredOutput.native
    /// Which name thoughts have in messages that are sent.
    public var reasoningField = ReasoningField.none
    /// Whether pictures at an address are taken.
    public var takesImageURLs = true
    /// Whether the vendor's marks for the prompt cache are taken.
    public var takesCacheHints = true
    /// Whether `top_k` and `min_p` are taken, by servers of OpenAI's dialect.
    public var takesTopK = false
    /// Whether `stream_options.include_usage` is taken.
    public var takesStreamUsage = true
    /// Whether the first call of each step must bring its signature back (Gemini 3).
    public var requiresCallSignatures = false
    /// Whether sending both signed and unsigned history, or dropping a thought, is refused while thinking is on.
    public var requiresThinkingReplay = false

    /// The capabilities of an unknown model.
    public init() {}
}
