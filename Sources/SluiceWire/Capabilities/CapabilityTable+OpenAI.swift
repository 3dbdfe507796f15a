// OpenAI's models, at OpenAI and at Azure, and at whatever passes their names on.
//
// Source of all rows unless they say otherwise: developers.openai.com, "Models", "Reasoning", API reference of chat
// completions (`reasoning_effort`, `max_completion_tokens`, `stop`) (read 2026-11).
extension CapabilityTable {
    static let openAIRows: [CapabilityRow] = [
        // `max_tokens` is deprecated and refused by reasoning models; all current models take the new name.
        CapabilityRow(.kinds(["openai"]), "*") {
            $0.maximumTokensField = .maxCompletionTokens
            $0.maximumStopSequences = 4
            $0.maximumTools = 128
            $0.takesCacheHints = false
        },
        CapabilityRow(.kinds(["azure"]), "*") {
            $0.maximumStopSequences = 4
            $0.maximumTools = 128
            $0.takesCacheHints = false
        },
        CapabilityRow(openAI, "*gpt-3.5*") { $0.beOpenAI(output: 4096) },
        CapabilityRow(openAI, "*gpt-4*") { $0.beOpenAI(output: 4096) },
        CapabilityRow(openAI, "gpt-4", "gpt-4-0613") { $0.maximumOutputTokens = 8192 },
        CapabilityRow(openAI, "*gpt-4o*", "*chatgpt-4o*") { $0.maximumOutputTokens = 16_384 },
        CapabilityRow(openAI, "*gpt-4o-2024-05-13*") { $0.maximumOutputTokens = 4096 },
        CapabilityRow(openAI, "*gpt-4o*search*") { $0.sampling = .none },
        CapabilityRow(openAI, "*gpt-4.1*") { $0.maximumOutputTokens = 32_768 },
        CapabilityRow(openAI, "o1*", "o3*", "o4*", "ft:o4*") {
            $0.beOpenAIReasoning([.low, .medium, .high], output: 100_000)
        },
        // `stop` is the one thing of sampling that o1 and o3-mini take.
        CapabilityRow(openAI, "o1*", "o3-mini*") { $0.maximumStopSequences = 4 },
        CapabilityRow(openAI, "*gpt-5*") { $0.beOpenAIReasoning([.minimal, .low, .medium, .high], output: 128_000) },
        CapabilityRow(openAI, "*gpt-5-codex*") { $0.efforts = [.low, .medium, .high] },
        CapabilityRow(openAI, "*gpt-5-pro*") {
            $0.efforts = [.high]
            $0.maximumOutputTokens = 272_000
        },
        CapabilityRow(openAI, "*gpt-5-chat*") { $0.beOpenAI(output: 16_384) },
        CapabilityRow(openAI, "*gpt-5.*") { $0.mayNotThink([.low, .medium, .high, .xhigh]) },
        CapabilityRow(openAI, "*gpt-5.1*") { $0.mayNotThink([.low, .medium, .high]) },
        CapabilityRow(openAI, "*gpt-5.1-codex*", "*gpt-5.2-codex*") {
            $0.thinking = [.effort]
            $0.efforts = [.low, .medium, .high]
        },
        CapabilityRow(openAI, "*gpt-5.1-codex-max*", "*gpt-5.2-codex*") {
            $0.efforts = [.low, .medium, .high, .xhigh]
        },
        CapabilityRow(openAI, "*gpt-5.*-pro*") {
            $0.thinking = [.effort]
            $0.efforts = [.medium, .high, .xhigh]
        },
        CapabilityRow(openAI, "*gpt-5.*-chat*") {
            $0.thinking = []
            $0.efforts = []
            $0.maximumOutputTokens = 16_384
        },
        // Cache breakpoints came with these.
        CapabilityRow(openAI, "*gpt-5.6*", "*gpt-6*") {
            $0.beOpenAIReasoning([], output: 128_000)
            $0.mayNotThink([.low, .medium, .high, .xhigh, .max])
            $0.takesCacheHints = true
        },
        CapabilityRow(openAI, "*gpt-6-astra*", "*gpt-6-rosalind*", "*gpt-6.1-sol*") {
            $0.thinking = [.effort]
            $0.efforts = [.low, .medium, .high, .xhigh, .max]
        },
        // Open models answer anywhere, with three levels. Source: the model's card.
        CapabilityRow(.dialects([.openAIChat, .openAIResponses]), "*gpt-oss*") {
            $0.thinking = [.effort]
            $0.efforts = [.low, .medium, .high]
        },
    ]

    private static let openAI = CapabilityRow.Scope.kinds(["openai", "azure", "openai-compatible", "mock"])
}

extension ModelCapabilities {
    fileprivate mutating func beOpenAI(output: Int) {
        self.sampling = .all
        self.thinking = []
        self.efforts = []
        self.usesDeveloperRole = false
        self.maximumStopSequences = 4
        self.maximumTools = 128
        self.maximumOutputTokens = output
    }

    fileprivate mutating func beOpenAIReasoning(_ efforts: [NeutralReasoning.Effort], output: Int) {
        self.sampling = .none
        self.thinking = [.effort]
        self.efforts = efforts
        self.usesDeveloperRole = true
        self.maximumTokensField = .maxCompletionTokens
        self.maximumStopSequences = 0
        self.maximumTools = 128
        self.maximumOutputTokens = output
        self.showsThinkingByDefault = false
    }

    /// Takes `none` as well: the model may be told not to think.
    fileprivate mutating func mayNotThink(_ efforts: [NeutralReasoning.Effort]) {
        self.thinking = [.effort, .disabled]
        self.efforts = [.none] + efforts
    }
}
