/// One part of a message: a text, an image, a tool call.
public struct NeutralPart: Sendable, Hashable {
    /// What a part is.
    public enum Content: Sendable, Hashable {
        /// Text for the reader.
        case text(JSONString)
        /// A picture.
        case image(NeutralMedia)
        /// A PDF, a text or another file.
        case document(NeutralMedia)
        /// Sound.
        case audio(NeutralMedia)
        /// Moving pictures.
        case video(NeutralMedia)
        /// The model asks for a tool. Assistant messages only.
        case toolCall(NeutralToolCall)
        /// What a tool answered. Tool messages only.
        case toolResult(NeutralToolResult)
        /// What the model thought, or a summary of it; may be empty where only ``NeutralPart/signature`` is given.
        case thinking(JSONString)
        /// Thoughts that only their vendor can read; they are in ``NeutralPart/signature``.
        case redactedThinking
        /// The model says that it will not.
        case refusal(JSONString)
        /// A part that only one vendor understands.
        case opaque(NeutralOpaque)
    }

    /// What the part is.
    public var content: Content
    /// The vendor's seal over this part and its thoughts, which it wants back unchanged.
    public var signature: NeutralSignature?
    /// Whether the prompt up to and with this part should be cached.
    public var cacheHint: NeutralCacheHint?
    /// Fields beside the content that only one vendor understands.
    public var extras: NeutralExtras
    /// What an answer says about its text: sources, probabilities.
    public var annotations: [NeutralAnnotation] = []

    /// Makes a part.
    public init(
        _ content: Content,
        signature: NeutralSignature? = nil,
        cacheHint: NeutralCacheHint? = nil,
        extras: NeutralExtras = NeutralExtras()
    ) {
        self.content = content
        self.signature = signature
        self.cacheHint = cacheHint
        self.extras = extras
    }
}

/// A part that only one vendor understands, as that vendor wrote it.
public struct NeutralOpaque: Sendable, Hashable {
    /// Whose it is.
    public var origin: Dialect
    /// The vendor's word for its kind: `server_tool_use`, `web_search_call`.
    public var kind: String
    /// The whole part.
    public var value: JSONFragment

    /// Makes an opaque part.
    public init(origin: Dialect, kind: String, value: JSONFragment) {
        self.origin = origin
        self.kind = kind
        self.value = value
    }
}

/// How long the prompt up to a part should stay in the vendor's cache.
public enum NeutralCacheHint: Sendable, Hashable {
    /// As long as the vendor does by itself.
    case standard
    /// Five minutes, said in so many words.
    case fiveMinutes
    /// An hour.
    case oneHour
}
