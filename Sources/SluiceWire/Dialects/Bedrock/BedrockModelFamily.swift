/// Whose fields `additionalModelRequestFields` takes: Converse hands them to the model as they stand.
///
/// Told by the vendor's part of the model's id, after a region's prefix and inside an ARN. An application's own profile has
/// none: it is taken for Anthropic's, the vendor that nearly all such fields are for.
/// Source: Amazon Bedrock user guide, "Supported foundation models" and "OpenAI models"; Amazon Nova user guide, "Using the
/// Converse API" (read 2026-11).
enum BedrockModelFamily: Sendable {
    /// Anthropic's Messages: `thinking`, `top_k`, `tool_choice.disable_parallel_tool_use`.
    case anthropic
    /// Amazon Nova: `inferenceConfig.topK`, `reasoningConfig`.
    case nova
    /// OpenAI's open weights: `reasoning_effort`.
    case openWeights
    /// OpenAI's other models: `reasoning.effort`.
    case openAI
    /// Others: none is common to them.
    case other

    private static let others: [String] = [
        "ai21", "amazon", "cohere", "deepseek", "google", "luma", "meta", "minimax", "mistral", "moonshot",
        "moonshotai",
        "nvidia", "qwen", "stability", "twelvelabs", "writer", "xai", "zai",
    ]

    /// Finds the family in a model's id.
    init(model: String) {
        let name = model.utf8.split(separator: UInt8(ascii: "/")).last ?? model.utf8[...]
        let parts = name.split(separator: UInt8(ascii: ".")).map { String(decoding: $0, as: UTF8.self) }
        func named(_ vendor: String, _ beginning: String) -> Bool {
            guard let index = parts.firstIndex(of: vendor), index + 1 < parts.count else { return false }
            return parts[index + 1].hasPrefix(beginning)
        }
        if parts.contains("anthropic") {
            self = .anthropic
        } else if named("amazon", "nova") {
            self = .nova
        } else if named("openai", "") {
            self = named("openai", "gpt-oss") ? .openWeights : .openAI
        } else {
            self = parts.count > 1 && parts.contains { Self.others.contains($0) } ? .other : .anthropic
        }
    }
}
