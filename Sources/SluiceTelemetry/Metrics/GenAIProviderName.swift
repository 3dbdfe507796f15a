/// OpenTelemetry's values of `gen_ai.provider.name` for our provider kinds.
///
/// Source: OpenTelemetry semantic conventions for generative AI metrics (read 2026-11). Kinds that it has no value for, as
/// `ollama` or `vllm`, stay as they are: the convention allows custom values.
enum GenAIProviderName {
    static func value(forKind kind: String) -> String {
        switch kind {
        case "azure", "azure-openai", "azure_openai": "azure.ai.openai"
        case "bedrock": "aws.bedrock"
        case "gemini": "gcp.gemini"
        case "vertex": "gcp.vertex_ai"
        case "mistral": "mistral_ai"
        case "xai": "x_ai"
        default: kind
        }
    }
}
