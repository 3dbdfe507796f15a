import SluiceCore
import SluiceWire

/// Cohere's API, version 2: chat, embed, rerank. Source: docs.cohere.com, API reference (read 2026-11).
enum CohereRow {
    static let row = CatalogRow("cohere", "https://api.cohere.com", [.cohereChat, .cohereEmbed, .cohereRerank]) {
        $0.dialect = .cohere
        $0.optionalBasePath = "/v2"
        $0.keyVariables = ["COHERE_API_KEY", "CO_API_KEY"]
        $0.paths = [.cohereChat: "/v2/chat", .cohereEmbed: "/v2/embed", .cohereRerank: "/v2/rerank"]
        $0.forwardedHeaders = ["x-client-name"]
        $0.patterns = ["command-*", "c4ai-*", "embed-*", "rerank-*"]
    }
}
