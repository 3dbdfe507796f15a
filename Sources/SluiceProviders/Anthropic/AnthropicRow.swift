import SluiceCore
import SluiceWire

/// Anthropic's API: Messages and its token count.
///
/// `anthropic-version` is demanded; a client of the same dialect chooses its own. `2023-06-01` still takes sampling
/// parameters, which the version after it refuses. The base URL is what Anthropic's SDKs take, without `/v1`.
/// Source: API reference, "Versioning" and "Messages" (read 2026-11).
enum AnthropicRow {
    static let row = CatalogRow("anthropic", "https://api.anthropic.com", [.messages, .countTokens, .models]) {
        $0.dialect = .anthropic
        $0.optionalBasePath = "/v1"
        $0.authorization = .field("x-api-key")
        $0.paths = [
            .messages: "/v1/messages", .countTokens: "/v1/messages/count_tokens", .models: "/v1/models?limit=1000",
        ]
        $0.defaultHeaders = [("anthropic-version", "2023-06-01")]
        $0.forwardedHeaders = ["anthropic-version", "anthropic-beta"]
        $0.patterns = ["claude*"]
    }
}
