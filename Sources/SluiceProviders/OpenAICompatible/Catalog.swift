import SluiceCore

/// The vendors that speak OpenAI's dialect, one row each. Read from their published API references, November 2026.
enum Catalog {
    /// All of OpenAI's API that carries a model, and what its like add.
    static let everything: Set<Surface> = [
        .chat, .completions, .embeddings, .moderations, .imageGenerations, .imageEdits, .imageVariations, .speech,
        .transcriptions, .translations, .rerank, .responses, .models,
    ]
    private static let text: Set<Surface> = [.chat, .completions, .embeddings, .responses, .models]
    private static let messages: Set<Surface> = [.messages, .countTokens]

    static let rows: [CatalogRow] = [
        CatalogRow(
            "openai", "https://api.openai.com/v1", Self.everything.subtracting([.rerank]).union([.responsesInputTokens])
        ) {
            $0.forwardedHeaders = ["openai-beta", "openai-organization", "openai-project"]
            $0.patterns = [
                "gpt-*", "o1*", "o3*", "o4*", "chatgpt-*", "text-embedding-*", "dall-e-*", "whisper-*", "tts-*",
                "omni-moderation-*", "text-moderation-*", "davinci-*", "babbage-*", "codex-*", "sora-*",
            ]
        },
        CatalogRow(
            "groq", "https://api.groq.com/openai/v1",
            [.chat, .responses, .speech, .transcriptions, .translations, .models]
        ) { _ in },
        CatalogRow(
            "mistral", "https://api.mistral.ai/v1", [.chat, .embeddings, .moderations, .transcriptions, .models]
        ) {
            // The usage comes with the last chunk unasked; the option is refused by its request validation.
            $0.takesStreamUsage = false
            $0.patterns = [
                "mistral-*", "ministral-*", "codestral-*", "magistral-*", "devstral-*", "pixtral-*", "voxtral-*",
            ]
        },
        CatalogRow(
            "together",
            "https://api.together.xyz/v1",
            [
                .chat, .completions, .embeddings, .rerank, .imageGenerations, .speech, .transcriptions, .translations,
                .models,
            ]
        ) { _ in },
        CatalogRow(
            "fireworks",
            "https://api.fireworks.ai/inference/v1",
            [.chat, .completions, .embeddings, .rerank, .responses, .models]
        ) { _ in },
        CatalogRow("deepseek", "https://api.deepseek.com/v1", [.chat, .completions, .models]) {
            $0.patterns = ["deepseek-*"]
        },
        CatalogRow("moonshot", "https://api.moonshot.ai/v1", [.chat, .models]) {
            $0.patterns = ["kimi-*", "moonshot-*"]
        },
        CatalogRow(
            "xai", "https://api.x.ai/v1", [.chat, .completions, .responses, .imageGenerations, .embeddings, .models]
        ) {
            $0.patterns = ["grok-*"]
        },
        CatalogRow(
            "openrouter", "https://openrouter.ai/api/v1", [.chat, .completions, .embeddings, .responses, .models]
        ) {
            $0.forwardedHeaders = ["http-referer", "x-title"]
        },
        CatalogRow("perplexity", "https://api.perplexity.ai", [.chat]) {
            $0.takesStreamUsage = false
            $0.patterns = ["sonar", "sonar-*"]
        },
        // vLLM, SGLang and llama.cpp have Anthropic's Messages and its token count beside OpenAI's paths.
        CatalogRow("vllm", nil, Self.everything.union(Self.messages)) { $0.key = .optional },
        CatalogRow("sglang", nil, Self.text.union([.rerank]).union(Self.messages)) { $0.key = .optional },
        CatalogRow("llama.cpp", nil, Self.text.union([.rerank]).union(Self.messages)) { $0.key = .optional },
        CatalogRow("tgi", nil, [.chat, .completions, .models]) { $0.key = .optional },
        CatalogRow("openai-compatible", nil, Self.everything) { $0.key = .optional },
    ]
}
