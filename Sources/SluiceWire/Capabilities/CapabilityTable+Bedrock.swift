// Bedrock's models but for Anthropic's part of the facts. Source: Amazon Bedrock User Guide, "Supported models and model
// features", "Structured output", "Prompt caching", and the pages of each vendor's models (read 2026-11).
extension CapabilityTable {
    static let bedrockRows: [CapabilityRow] = [
        CapabilityRow(bedrock, "*") {
            $0.maximumTemperature = 1
            // Pictures come as bytes, or from S3.
            $0.takesImageURLs = false
        },
        CapabilityRow(bedrock, "*claude-*") { $0.takesCacheHints = true },
        CapabilityRow(
            bedrock, "*claude-instant*", "*claude-v2*", "*claude-3-haiku*", "*claude-3-sonnet*", "*claude-3-opus*"
        ) {
            $0.takesCacheHints = false
        },
        CapabilityRow(bedrock, "*claude-sonnet-4-6*") { $0.maximumOutputTokens = 64_000 },
        CapabilityRow(
            bedrock,
            "*amazon.*", "*meta.*", "*mistral.*", "*cohere.*", "*ai21.*", "*deepseek.*", "*openai.*", "*qwen.*",
            "*writer.*",
            "*google.*", "*minimax.*", "*moonshot*", "*nvidia.*", "*zai.*", "*xai.*", "*twelvelabs.*"
        ) {
            $0.thinking = []
            $0.efforts = []
            $0.takesCacheHints = false
            $0.allowsSystemAnywhere = false
            $0.allowsPrefill = false
            $0.structuredOutput = .instruction
        },
        CapabilityRow(bedrock, "*amazon.titan-*") { $0.allowsForcedToolChoice = false },
        CapabilityRow(bedrock, "*amazon.nova-*") {
            $0.takesCacheHints = true
            $0.allowsPrefill = true
            $0.maximumStopSequences = 4
            $0.maximumOutputTokens = 10_000
        },
        CapabilityRow(bedrock, "*amazon.nova-2-*") {
            $0.thinking = [.effort, .disabled]
            $0.efforts = [.low, .medium, .high]
            $0.maximumOutputTokens = 64_000
        },
        CapabilityRow(bedrock, "*meta.*", "*ai21.*", "*writer.*", "*cohere.*", "*deepseek.r1*") {
            $0.allowsForcedToolChoice = false
        },
        CapabilityRow(bedrock, "*openai.gpt-oss*") {
            $0.thinking = [.effort]
            $0.efforts = [.low, .medium, .high]
        },
        // "This model doesn't support the stopSequences field".
        CapabilityRow(bedrock, "*openai.gpt-5*", "*openai.gpt-6*", "*xai.*") {
            $0.thinking = [.effort, .disabled]
            $0.efforts = [.none, .low, .medium, .high, .xhigh, .max]
            $0.sampling = .none
            $0.maximumStopSequences = 0
            $0.takesCacheHints = true
        },
        CapabilityRow(
            bedrock, "*openai.gpt-oss*", "*qwen.*", "*deepseek.v3*", "*mistral.*", "*google.gemma-3*", "*minimax.*",
            "*moonshot*",
            "*nvidia.*", "*zai.*"
        ) { $0.structuredOutput = .native },
    ]

    private static let bedrock = CapabilityRow.Scope.dialects([.bedrock])
}
