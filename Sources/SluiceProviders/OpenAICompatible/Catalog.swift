import SluiceCore

/// The vendors that speak OpenAI's dialect, one row each. Read from their published API references, November 2026.
enum Catalog {
    private static let text: Set<Surface> = [.chat, .completions, .embeddings, .responses, .models]
    private static let everything: Set<Surface> = Set(Surface.allCases.filter { $0.isModelSurface } + [.models])

    static let rows: [CatalogRow] = [
        Self.row("openai", "https://api.openai.com/v1", Self.everything.subtracting([.rerank])) {
            $0.forwardedHeaders = ["openai-beta", "openai-organization", "openai-project"]
            $0.patterns = [
                "gpt-*", "o1*", "o3*", "o4*", "chatgpt-*", "text-embedding-*", "dall-e-*", "whisper-*", "tts-*",
                "omni-moderation-*", "text-moderation-*", "davinci-*", "babbage-*", "codex-*", "sora-*",
            ]
        },
        Self.row(
            "groq", "https://api.groq.com/openai/v1",
            [.chat, .responses, .speech, .transcriptions, .translations, .models]),
        Self.row("mistral", "https://api.mistral.ai/v1", [.chat, .embeddings, .moderations, .transcriptions, .models]) {
            // The usage comes with the last chunk unasked; the option is refused by its request validation.
            $0.takesStreamUsage = false
            $0.patterns = [
                "mistral-*", "ministral-*", "codestral-*", "magistral-*", "devstral-*", "pixtral-*", "voxtral-*",
            ]
        },
        Self.row(
            "together",
            "https://api.together.xyz/v1",
            [
                .chat, .completions, .embeddings, .rerank, .imageGenerations, .speech, .transcriptions, .translations,
                .models,
            ]
        ),
        Self.row(
            "fireworks",
            "https://api.fireworks.ai/inference/v1",
            [.chat, .completions, .embeddings, .rerank, .responses, .models]
        ),
        Self.row("deepseek", "https://api.deepseek.com/v1", [.chat, .completions, .models]) {
            $0.patterns = ["deepseek-*"]
        },
        Self.row(
            "xai", "https://api.x.ai/v1", [.chat, .completions, .responses, .imageGenerations, .embeddings, .models]
        ) {
            $0.patterns = ["grok-*"]
        },
        Self.row("openrouter", "https://openrouter.ai/api/v1", [.chat, .completions, .embeddings, .responses, .models])
        {
            $0.forwardedHeaders = ["http-referer", "x-title"]
        },
        Self.row("perplexity", "https://api.perplexity.ai", [.chat]) {
            $0.takesStreamUsage = false
            $0.patterns = ["sonar", "sonar-*"]
        },
        Self.row("ollama", "http://127.0.0.1:11434/v1", Self.text) {
            $0.key = .optional
            $0.patterns = [
                "llama*", "qwen*", "gemma*", "phi*", "mixtral*", "gpt-oss*", "nomic-embed-*", "mxbai-*", "smollm*",
                "granite*",
            ]
        },
        Self.row("vllm", nil, Self.everything) { $0.key = .optional },
        Self.row("sglang", nil, Self.text.union([.rerank])) { $0.key = .optional },
        Self.row("tgi", nil, [.chat, .completions, .models]) { $0.key = .optional },
        Self.row("tei", nil, [.embeddings, .rerank]) {
            $0.key = .optional
            $0.rootPaths = [.rerank: "/rerank"]
        },
        Self.row("llama.cpp", nil, [.chat, .completions, .embeddings, .rerank, .models]) { $0.key = .optional },
        Self.row("openai-compatible", nil, Self.everything) { $0.key = .optional },
        Self.row("mock", nil, Self.everything) {
            $0.key = .none
            $0.forwardedHeaders = ["x-mock-*"]
            $0.patterns = ["mock", "mock-*"]
        },
    ]

    private static func row(
        _ kind: String,
        _ baseURL: String?,
        _ surfaces: Set<Surface>,
        _ adjust: (inout CatalogRow) -> Void = { _ in }
    ) -> CatalogRow {
        var row = CatalogRow(kind: kind, baseURL: baseURL, surfaces: surfaces)
        adjust(&row)
        return row
    }
}
