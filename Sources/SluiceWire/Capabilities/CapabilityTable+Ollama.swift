// Ollama, by families of models. Source: docs.ollama.com, "Thinking", "Structured outputs", "Chat" (read 2026-11).
extension CapabilityTable {
    static let ollamaRows: [CapabilityRow] = [
        CapabilityRow(ollama, "*") {
            // Any temperature is taken; this one is beyond all sense.
            $0.maximumTemperature = 1000
            $0.thinking = [.adaptive, .disabled]
            $0.efforts = []
            $0.takesImageURLs = false
            $0.takesCacheHints = false
            $0.takesTopK = true
            // No field demands a tool.
            $0.allowsForcedToolChoice = false
            $0.maximumOutputTokens = nil
        },
        // A model that cannot think refuses to be asked.
        CapabilityRow(
            ollama, "llama*", "codellama*", "mistral*", "mixtral*", "gemma:*", "gemma2*", "gemma3*", "phi3*", "phi4:*",
            "phi4-mini:*", "qwen:*", "qwen2*", "granite3.0*", "granite3.1*", "smollm*", "tinyllama*", "deepseek-coder*"
        ) { $0.thinking = [] },
        CapabilityRow(ollama, "gpt-oss*") {
            $0.thinking = [.effort]
            $0.efforts = [.low, .medium, .high]
        },
    ]

    private static let ollama = CapabilityRow.Scope.dialects([.ollama, .ollamaGenerate])
}
