// Vendors and servers that speak OpenAI's dialect, by kind. Source: the API reference of each (read 2026-11).
extension CapabilityTable {
    static let compatibleRows: [CapabilityRow] = [
        // OpenAI's cache breakpoints are OpenAI's alone.
        CapabilityRow(
            .kinds([
                "openai-compatible", "groq", "mistral", "together", "fireworks", "deepseek", "moonshot", "xai",
                "openrouter", "perplexity", "vllm", "sglang", "tgi", "llama.cpp",
            ]),
            "*"
        ) { $0.takesCacheHints = false },
        // vLLM renamed the field, and took the old name away. Source: vllm-project/vllm, 27752 and 33402.
        CapabilityRow(.kinds(["vllm"]), "*") {
            $0.reasoningField = .reasoning
            $0.takesTopK = true
        },
        CapabilityRow(.kinds(["sglang", "llama.cpp"]), "*") {
            $0.reasoningField = .reasoningContent
            $0.takesTopK = true
        },
        CapabilityRow(.kinds(["openrouter"]), "*") {
            $0.reasoningField = .reasoning
            $0.takesTopK = true
        },
        CapabilityRow(.kinds(["together"]), "*") { $0.takesTopK = true },
        CapabilityRow(.kinds(["fireworks"]), "*") {
            $0.reasoningField = .reasoningContent
            $0.takesTopK = true
        },
        CapabilityRow(.kinds(["groq"]), "*") {
            $0.maximumStopSequences = 4
            $0.maximumTools = 128
            $0.thinking = []
        },
        CapabilityRow(.kinds(["groq"]), "*gpt-oss*") { $0.thinking = [.effort] },
        CapabilityRow(.kinds(["groq"]), "*qwen3*") {
            $0.thinking = [.disabled]
            $0.efforts = []
        },
        // Unknown fields are refused there, and few models take `reasoning_effort`.
        CapabilityRow(.kinds(["mistral"]), "*") {
            $0.maximumTemperature = 1.5
            $0.thinking = []
        },
        CapabilityRow(
            .kinds(["mistral"]),
            "devstral-*", "mistral-large-4*", "mistral-medium*", "mistral-small*", "mistral-vibe-*"
        ) {
            $0.thinking = [.effort, .disabled]
            $0.efforts = [.none, .high]
        },
        // Thoughts of a turn with tool calls must come back. JSON is offered without a schema.
        CapabilityRow(.kinds(["deepseek"]), "*") {
            $0.reasoningField = .reasoningContent
            $0.structuredOutput = .instruction
            $0.maximumStopSequences = 16
            $0.takesImageURLs = false
        },
        CapabilityRow(.kinds(["deepseek"]), "deepseek-chat") {
            $0.thinking = []
            $0.maximumOutputTokens = 8192
        },
        CapabilityRow(.kinds(["deepseek"]), "deepseek-reasoner") {
            $0.thinking = []
            $0.maximumOutputTokens = 65_536
        },
        // "reasoning_content is missing in assistant tool call message": thoughts go back.
        CapabilityRow(.kinds(["moonshot"]), "*") {
            $0.reasoningField = .reasoningContent
            $0.maximumTemperature = 1
            $0.maximumStopSequences = 5
            $0.maximumTools = 128
        },
        CapabilityRow(.kinds(["moonshot"]), "moonshot-v1*") {
            $0.thinking = []
            $0.reasoningField = .none
        },
        CapabilityRow(.kinds(["moonshot"]), "kimi-k3*") {
            $0.thinking = [.effort]
            $0.efforts = [.low, .high, .max]
        },
        // Penalties and `stop` are refused by models that think.
        CapabilityRow(.kinds(["xai"]), "grok-4*", "grok-code*", "grok-build*") { $0.maximumStopSequences = 0 },
        CapabilityRow(.kinds(["xai"]), "grok-4-*", "grok-4.20*", "grok-code*") { $0.thinking = [] },
        CapabilityRow(.kinds(["xai"]), "*non-reasoning*") { $0.maximumStopSequences = nil },
        CapabilityRow(.kinds(["perplexity"]), "*") {
            $0.thinking = []
            $0.maximumTools = 0
            $0.allowsPrefill = false
        },
        CapabilityRow(.kinds(["perplexity"]), "sonar-deep-research*", "sonar-reasoning*") { $0.thinking = [.effort] },
    ]
}
