/// A wire format: the language that a client or a provider speaks.
public enum Dialect: String, Sendable, CaseIterable, Hashable {
    /// OpenAI Chat Completions, and the endpoints beside it that share its error shape.
    case openAIChat = "openai-chat"
    /// OpenAI's legacy Completions.
    case openAICompletions = "openai-completions"
    /// OpenAI Responses.
    case openAIResponses = "openai-responses"
    /// Anthropic Messages.
    case anthropic
    /// Google's generateContent, on AI Studio and Vertex.
    case gemini
    /// Amazon Bedrock's Converse.
    case bedrock
    /// Ollama's `/api/chat`.
    case ollama
    /// Ollama's `/api/generate`.
    case ollamaGenerate = "ollama-generate"
    /// Cohere's API, version 2.
    case cohere
    /// Google's embeddings on Vertex, whose bodies are not those of AI Studio.
    case vertex
    /// Hugging Face's Text Embeddings Inference.
    case tei

    /// The dialect whose history and opaque fields these are: variants of one API share them.
    public var family: Dialect {
        switch self {
        case .openAICompletions: .openAIChat
        case .ollamaGenerate: .ollama
        case .vertex: .gemini
        default: self
        }
    }
}
