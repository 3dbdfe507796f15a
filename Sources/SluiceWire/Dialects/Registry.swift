/// Every dialect, in one place: adding one ends with a line in each list that it is part of.
public enum DialectRegistry {
    /// How a dialect chats; `nil` for dialects that do not.
    public static func chat(_ dialect: Dialect) -> (any ChatCodec.Type)? {
        switch dialect {
        case .openAIChat: OpenAIChatCodec.self
        case .openAICompletions: OpenAICompletionsCodec.self
        case .openAIResponses: OpenAIResponsesCodec.self
        case .anthropic: AnthropicCodec.self
        case .gemini: GeminiCodec.self
        case .bedrock: BedrockCodec.self
        case .ollama: OllamaCodec.self
        case .ollamaGenerate: OllamaGenerateCodec.self
        case .cohere: CohereCodec.self
        case .vertex, .tei: nil
        }
    }

    /// How a dialect counts the tokens of a chat; `nil` for dialects that do not.
    public static func tokenCount(_ dialect: Dialect) -> (any TokenCountCodec.Type)? {
        switch dialect {
        case .openAIResponses: OpenAIResponsesCodec.self
        case .anthropic: AnthropicTokenCount.self
        case .gemini: GeminiCodec.self
        case .bedrock: BedrockTokenCount.self
        default: nil
        }
    }

    /// How a dialect embeds texts; `nil` for dialects that do not.
    public static func embedding(_ dialect: Dialect) -> (any EmbeddingCodec.Type)? {
        switch dialect {
        case .openAIChat: OpenAIEmbeddingCodec.self
        case .gemini: GeminiEmbeddingCodec.self
        case .vertex: VertexEmbeddingCodec.self
        case .bedrock: BedrockEmbeddingCodec.self
        case .ollama: OllamaEmbeddingCodec.self
        case .cohere: CohereEmbeddingCodec.self
        case .tei: TEIEmbeddingCodec.self
        default: nil
        }
    }

    /// How a dialect ranks documents; `nil` for dialects that do not.
    ///
    /// The servers that have OpenAI's surfaces have Jina's rerank beside them.
    public static func rerank(_ dialect: Dialect) -> (any RerankCodec.Type)? {
        switch dialect {
        case .openAIChat: JinaRerankCodec.self
        case .cohere: CohereRerankCodec.self
        case .tei: TEIRerankCodec.self
        default: nil
        }
    }
}
