// Cohere. Source: docs.cohere.com, API reference "Chat (v2)" and the pages of the models (read 2026-11).
extension CapabilityTable {
    static let cohereRows: [CapabilityRow] = [
        CapabilityRow(cohere, "*") {
            $0.maximumTemperature = 1
            $0.maximumStopSequences = 5
            $0.thinking = []
            $0.efforts = []
            $0.takesCacheHints = false
            // `k`.
            $0.takesTopK = true
            $0.allowsPrefill = false
            $0.maximumOutputTokens = 4096
        },
        CapabilityRow(cohere, "command-a-*") { $0.maximumOutputTokens = 8192 },
        CapabilityRow(cohere, "command-a-reasoning*", "command-a-plus*") {
            $0.thinking = [.budget, .disabled]
            $0.minimumThinkingBudget = 1
            $0.maximumThinkingBudget = 31_000
            $0.maximumOutputTokens = 32_768
        },
        CapabilityRow(cohere, "command-a-plus*") { $0.maximumOutputTokens = 64_000 },
    ]

    private static let cohere = CapabilityRow.Scope.dialects([.cohere])
}
