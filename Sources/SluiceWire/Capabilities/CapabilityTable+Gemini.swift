// Google's models, at AI Studio and on Vertex. Source: ai.google.dev and docs.cloud.google.com, "Thinking" (table of
// thinking levels, ranges of budgets), "Thought signatures", pages of the models (read 2026-11).
extension CapabilityTable {
    static let geminiRows: [CapabilityRow] = [
        CapabilityRow(gemini, "*") {
            $0.maximumStopSequences = 5
            // There is one place for instructions, before everything else.
            $0.allowsSystemAnywhere = false
            $0.takesCacheHints = false
            $0.takesTopK = true
            $0.showsThinkingByDefault = false
        },
        CapabilityRow(gemini, "*gemini-1*", "*gemini-2.0*", "*gemma-*", "*learnlm*") {
            $0.thinking = []
            $0.efforts = []
            $0.maximumOutputTokens = 8192
        },
        CapabilityRow(gemini, "*gemini-2.5*") {
            $0.thinking = [.adaptive, .budget, .disabled]
            $0.efforts = []
            $0.minimumThinkingBudget = 1
            $0.maximumThinkingBudget = 24_576
            $0.maximumOutputTokens = 65_536
        },
        CapabilityRow(gemini, "*gemini-2.5-flash-lite*") { $0.minimumThinkingBudget = 512 },
        CapabilityRow(gemini, "*gemini-2.5-pro*") {
            $0.thinking = [.adaptive, .budget]
            $0.minimumThinkingBudget = 128
            $0.maximumThinkingBudget = 32_768
        },
        // A level or a budget, never both; the level is what these are made for. Nothing switches thinking off.
        CapabilityRow(
            gemini, "*gemini-3*", "*gemini-4*", "*gemini-flash-latest", "*gemini-pro-latest",
            "*gemini-flash-lite-latest"
        ) {
            $0.thinking = [.adaptive, .effort]
            $0.efforts = [.low, .medium, .high]
            $0.requiresCallSignatures = true
            $0.maximumOutputTokens = 65_536
        },
        CapabilityRow(gemini, "*gemini-3-pro*") { $0.efforts = [.low, .high] },
        CapabilityRow(
            gemini, "*gemini-3-flash*", "*gemini-3.1-flash-lite*", "*gemini-3.5-flash*", "*gemini-3.6-flash*",
            "*gemini-flash-lite-latest"
        ) { $0.efforts = [.minimal, .low, .medium, .high] },
        // Sampling parameters are deprecated there.
        CapabilityRow(gemini, "*gemini-3.5-flash-lite*", "*gemini-3.6-*", "*gemini-3.7-*", "*gemini-3.8-*") {
            $0.sampling = .none
        },
        // Its window is shared by input, thoughts and output.
        CapabilityRow(gemini, "*gemini-4*") { $0.maximumOutputTokens = nil },
    ]

    private static let gemini = CapabilityRow.Scope.dialects([.gemini])
}
