import SluiceCore
import SluiceWire

/// Ollama: its own API, and what it has of OpenAI's and Anthropic's below `/v1`.
///
/// Its own API takes what the others cannot say (context size, how long the model stays loaded), so chats of other
/// dialects are converted into it. The base URL may end with `/v1`, which OpenAI's SDK wants.
/// Source: docs.ollama.com, "API" (read 2026-11). `/v1/messages` is there since 0.14, `/v1/responses` since 0.13.3.
enum OllamaRow {
    static let row = CatalogRow(
        "ollama",
        "http://127.0.0.1:11434",
        [
            .ollamaChat, .ollamaGenerate, .ollamaEmbed, .ollamaTags, .chat, .completions, .embeddings, .responses,
            .messages, .models,
        ]
    ) {
        $0.dialect = .ollama
        $0.optionalBasePath = "/v1"
        $0.key = .optional
        $0.paths = [
            .ollamaChat: "/api/chat", .ollamaGenerate: "/api/generate", .ollamaEmbed: "/api/embed",
            .ollamaTags: "/api/tags", .chat: "/v1/chat/completions", .completions: "/v1/completions",
            .embeddings: "/v1/embeddings", .responses: "/v1/responses", .messages: "/v1/messages",
            .models: "/v1/models",
        ]
        $0.patterns = [
            "llama*", "qwen*", "qwq*", "gemma*", "phi*", "mixtral*", "gpt-oss*", "nomic-embed-*", "mxbai-*",
            "snowflake-arctic-embed*", "all-minilm*", "bge-*", "smollm*", "granite*", "deepseek-r1*", "olmo*",
        ]
    }
}
