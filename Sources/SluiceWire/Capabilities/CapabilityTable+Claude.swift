// Anthropic's models, under the names of Anthropic (`claude-opus-5`), Bedrock (`us.anthropic.claude-opus-5`) and Vertex
// (`claude-opus-4-5@20251101`).
//
// Source of all rows unless they say otherwise: platform.claude.com, "Models overview", the pages and migration guides
// of each model, "Effort", "Adaptive thinking", "Structured outputs" (read 2026-11).
extension CapabilityTable {
    static let claudeRows: [CapabilityRow] = [
        CapabilityRow(.dialects([.anthropic]), "*") {
            $0.maximumTemperature = 1
            $0.maximumOutputTokens = 8192
        },
        // A model that is newer than this table is most like the newest of it.
        CapabilityRow(claude, "*claude-*") { $0.beClaude(.newest, output: 128_000) },
        CapabilityRow(claude, "*claude-instant*", "*claude-2*", "*claude-v2*", "*claude-3-*") {
            $0.beClaude(.withoutThinking, output: 4096)
        },
        CapabilityRow(claude, "*claude-3-5-*") { $0.beClaude(.withoutThinking, output: 8192) },
        CapabilityRow(claude, "*claude-3-7-*") { $0.beClaude(.budget, output: 64_000) },
        CapabilityRow(claude, "*claude-sonnet-4-0*", "*claude-sonnet-4-2025*", "*claude-sonnet-4", "*claude-sonnet-4@*")
        {
            $0.beClaude(.budget, output: 64_000)
        },
        CapabilityRow(claude, "*claude-opus-4-0*", "*claude-opus-4-2025*", "*claude-opus-4", "*claude-opus-4@*") {
            $0.beClaude(.budget, output: 32_000)
        },
        CapabilityRow(claude, "*claude-opus-4-1*") {
            $0.beClaude(.budget, output: 32_000)
            $0.sampling = .temperatureOrTopP
            $0.structuredOutput = .native
        },
        CapabilityRow(claude, "*claude-sonnet-4-5*", "*claude-haiku-4-5*") {
            $0.beClaude(.budget, output: 64_000)
            $0.sampling = .temperatureOrTopP
            $0.structuredOutput = .native
        },
        CapabilityRow(claude, "*claude-opus-4-5*") {
            $0.beClaude(.budget, output: 64_000)
            $0.sampling = .temperatureOrTopP
            $0.structuredOutput = .native
            $0.thinking.insert(.effort)
            $0.efforts = [.low, .medium, .high]
        },
        CapabilityRow(claude, "*claude-opus-4-6*", "*claude-sonnet-4-6*") {
            $0.beClaude(.budgetOrAdaptive, output: 128_000)
        },
        CapabilityRow(claude, "*claude-opus-4-7*") {
            $0.beClaude(.newest, output: 128_000)
            $0.allowsSystemAnywhere = false
        },
        CapabilityRow(
            claude, "*claude-opus-4-8*", "*claude-opus-5*", "*claude-sonnet-5*", "*claude-haiku-5-5*"
        ) { $0.beClaude(.newest, output: 128_000) },
        // These cannot but think.
        CapabilityRow(claude, "*claude-fable-*", "*claude-mythos-*") {
            $0.beClaude(.newest, output: 128_000)
            $0.thinking = [.adaptive, .effort]
        },
        CapabilityRow(claude, "*claude-mythos-preview*") {
            $0.allowsSystemAnywhere = false
            $0.efforts = [.low, .medium, .high, .max]
        },
        CapabilityRow(claude, "*claude-opus-5-5*", "*claude-fable-5-1*", "*claude-mythos-5-1*") {
            $0.thinking = [.adaptive, .effort]
            $0.allowsForcedToolChoice = false
        },
        // `between_tools` is refused with the efforts xhigh and max.
        CapabilityRow(claude, "*claude-sonnet-5-5*") {
            $0.thinking = [.adaptive, .effort, .betweenTools]
            $0.allowsForcedToolChoice = false
        },
    ]

    private static let claude = CapabilityRow.Scope.dialects([.anthropic, .bedrock])
}

extension ModelCapabilities {
    /// What sets Anthropic's generations apart.
    fileprivate enum ClaudeGeneration {
        /// Up to 3.5.
        case withoutThinking
        /// 3.7 to 4.5: thinking has a budget, and its thoughts must come back while tools are used.
        case budget
        /// 4.6: both ways of thinking, and no answer may be begun by the client any more.
        case budgetOrAdaptive
        /// 4.7 and later: no sampling, thinking by effort, thoughts hidden unless they are asked for.
        case newest
    }

    fileprivate mutating func beClaude(_ generation: ClaudeGeneration, output: Int) {
        let isOld = generation == .withoutThinking || generation == .budget
        self.maximumOutputTokens = output
        self.maximumTemperature = 1
        self.allowsForcedToolChoice = true
        self.allowsPrefill = isOld
        self.allowsSystemAnywhere = generation == .newest
        self.structuredOutput = isOld ? .instruction : .native
        self.requiresThinkingReplay = generation == .budget
        self.showsThinkingByDefault = generation != .newest
        switch generation {
        case .withoutThinking:
            self.sampling = .all
            self.thinking = []
            self.efforts = []
        case .budget:
            self.sampling = .all
            self.thinking = [.budget, .disabled]
            self.efforts = []
        case .budgetOrAdaptive:
            self.sampling = .temperatureOrTopP
            self.thinking = [.adaptive, .effort, .budget, .disabled]
            self.efforts = [.low, .medium, .high, .max]
        case .newest:
            self.sampling = .none
            self.thinking = [.adaptive, .effort, .disabled]
            self.efforts = [.low, .medium, .high, .xhigh, .max]
        }
        self.minimumThinkingBudget = 1024
        // The budget lies below the output's limit.
        self.maximumThinkingBudget = max(1024, output - 1)
    }
}
