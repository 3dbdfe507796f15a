public import SluiceWire

/// What the mock model's provider serves, where it is to serve one dialect only: `dialect` of its section.
public enum MockDialect: String, Sendable, CaseIterable {
    case openAI = "openai"
    case openAIResponses = "openai-responses"
    case anthropic
    case gemini
    case bedrock
    case ollama
    case cohere

    /// The dialect that chats are converted into.
    public var dialect: Dialect {
        switch self {
        case .openAI: .openAIChat
        case .openAIResponses: .openAIResponses
        case .anthropic: .anthropic
        case .gemini: .gemini
        case .bedrock: .bedrock
        case .ollama: .ollama
        case .cohere: .cohere
        }
    }
}
