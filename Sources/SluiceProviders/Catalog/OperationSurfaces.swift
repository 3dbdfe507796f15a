import SluiceCore
import SluiceWire

/// Which surfaces do an operation in each dialect, the best first.
enum OperationSurfaces {
    static func candidates(_ operation: Operation, _ dialect: Dialect, isStreaming: Bool) -> [Surface] {
        switch (operation, dialect) {
        case (.chat, .openAIResponses): [.responses]
        case (.chat, .anthropic): [.messages]
        case (.chat, .gemini): [isStreaming ? .streamGenerateContent : .generateContent]
        case (.chat, .bedrock): [isStreaming ? .converseStream : .converse]
        case (.chat, .ollama), (.chat, .ollamaGenerate): [.ollamaChat]
        case (.chat, .cohere): [.cohereChat]
        case (.chat, .tei): []
        case (.chat, _): [.chat, .responses]
        // One request holds a list of texts there; `embedContent` holds one.
        case (.embed, .gemini): [.batchEmbedContents, .vertexEmbed]
        case (.embed, .bedrock): [.invokeModel]
        case (.embed, .ollama), (.embed, .ollamaGenerate): [.ollamaEmbed]
        case (.embed, .cohere): [.cohereEmbed]
        // OpenAI's form would lose what the native one knows: truncation and its side.
        case (.embed, .tei): [.teiEmbed, .embeddings]
        case (.embed, _): [.embeddings]
        case (.rerank, .cohere): [.cohereRerank]
        case (.rerank, .tei): [.teiRerank]
        case (.rerank, _): [.rerank]
        case (.countTokens, .anthropic): [.countTokens]
        case (.countTokens, .gemini): [.geminiCountTokens]
        case (.countTokens, .bedrock): [.bedrockCountTokens]
        case (.countTokens, .openAIChat), (.countTokens, .openAIResponses): [.responsesInputTokens]
        case (.countTokens, _), (.native, _): []
        }
    }
}
