import SluiceCore

/// Where OpenAI's API has each surface, below its base URL.
enum OpenAIPaths {
    static func path(of surface: Surface) -> String? {
        switch surface {
        case .chat: "/chat/completions"
        case .completions: "/completions"
        case .embeddings: "/embeddings"
        case .moderations: "/moderations"
        case .imageGenerations: "/images/generations"
        case .imageEdits: "/images/edits"
        case .imageVariations: "/images/variations"
        case .speech: "/audio/speech"
        case .transcriptions: "/audio/transcriptions"
        case .translations: "/audio/translations"
        case .rerank: "/rerank"
        case .responses: "/responses"
        case .responsesInputTokens: "/responses/input_tokens"
        // Servers of open models have Anthropic's beside OpenAI's.
        case .messages: "/messages"
        case .countTokens: "/messages/count_tokens"
        case .models: "/models"
        default: nil
        }
    }
}
