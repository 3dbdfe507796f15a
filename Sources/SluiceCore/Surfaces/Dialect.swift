/// A wire format: the language that a client or a provider speaks.
public enum Dialect: String, Sendable, CaseIterable {
    /// OpenAI's REST API: Chat Completions and the endpoints beside it that share its error shape.
    case openAI = "openai"
    /// Anthropic's Messages API.
    case anthropic
}
