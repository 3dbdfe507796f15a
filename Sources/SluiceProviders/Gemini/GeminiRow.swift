import SluiceCore
import SluiceWire

/// Google's Gemini API with a key of AI Studio.
///
/// The key goes into a field, never into the query, which others log. A stream is asked for as server-sent events.
/// Source: ai.google.dev, API reference "generateContent", "Tokens", "Embeddings" (read 2026-11).
enum GeminiRow {
    static let row = CatalogRow(
        "gemini",
        "https://generativelanguage.googleapis.com",
        [
            .generateContent, .streamGenerateContent, .geminiCountTokens, .embedContent, .batchEmbedContents,
            .geminiModels,
        ]
    ) {
        $0.dialect = .gemini
        $0.optionalBasePath = "/v1beta"
        $0.optionalModelPrefix = "models/"
        $0.authorization = .field("x-goog-api-key")
        $0.keyVariables = ["GEMINI_API_KEY", "GOOGLE_API_KEY"]
        $0.paths = Self.paths(below: "/v1beta/models").merging([.geminiModels: "/v1beta/models?pageSize=1000"]) { $1 }
        $0.forwardedHeaders = ["x-goog-api-client"]
        $0.patterns = ["gemini-*", "gemma-*", "learnlm-*"]
    }

    /// The methods of a model that lies in a folder.
    static func paths(below folder: String) -> [Surface: String] {
        [
            .generateContent: "\(folder)/{model}:generateContent",
            .streamGenerateContent: "\(folder)/{model}:streamGenerateContent?alt=sse",
            .geminiCountTokens: "\(folder)/{model}:countTokens",
            .embedContent: "\(folder)/{model}:embedContent",
            .batchEmbedContents: "\(folder)/{model}:batchEmbedContents",
        ]
    }
}
