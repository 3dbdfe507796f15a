import SluiceCore
import SluiceWire

/// Azure OpenAI: the model is a deployment in the path, the key is in `api-key`, the version of the API in the query.
///
/// With `api_version: v1` (or `preview`) it is the newer form, whose paths are OpenAI's below `/openai/v1`.
/// Source: Azure OpenAI REST reference, data plane inference (read 2026-11).
final class AzureOpenAIProvider: Provider {
    static let row = CatalogRow(
        "azure",
        nil,
        [
            .chat, .completions, .embeddings, .imageGenerations, .imageEdits, .speech, .transcriptions, .translations,
            .responses,
        ]
    ) {
        $0.keyVariables = ["AZURE_OPENAI_API_KEY"]
        $0.authorization = .field("api-key")
    }

    /// What is asked for where the configuration names no version.
    private static let defaultVersion = "2024-10-21"

    private let parts: ProviderParts
    private let version: String
    private let credentials: ProviderKeys

    var name: String { self.parts.name }
    var kind: String { self.parts.kind }
    var dialect: Dialect { self.parts.dialect }
    var endpoint: Endpoint { self.parts.endpoint }
    var forwardedHeaders: HeaderAllowList { self.parts.forwardedHeaders }
    var commonHeaders: HeaderAllowList { self.parts.commonHeaders }
    var takesStreamUsage: Bool { self.parts.takesStreamUsage }
    var credentialIdentities: [UInt64] { self.credentials.identities }

    init(_ settings: ProviderSettings) {
        self.parts = ProviderParts(settings, row: Self.row)
        self.version = settings.apiVersion ?? Self.defaultVersion
        self.credentials = ProviderKeys(settings.keys, prefix: "")
    }

    func address(surface: Surface, model: String, credential: Int) -> ProviderAddress? {
        guard let path = Self.row.path(of: surface) else { return nil }
        var headers = self.parts.fixedHeaders
        if let key = self.credentials[credential] { headers.append(("api-key", key)) }
        let root = self.endpoint.path + "/openai"
        let query = "?api-version=\(self.version)"
        let target =
            if self.version == "v1" {
                "\(root)/v1\(path)"
            } else if self.version == "preview" {
                "\(root)/v1\(path)\(query)"
            } else if surface == .responses {
                "\(root)\(path)\(query)"
            } else {
                "\(root)/deployments/\(PercentEncoding.segment(model))\(path)\(query)"
            }
        return ProviderAddress(target: target, headers: headers)
    }

    func surface(for operation: Operation, isStreaming: Bool) -> Surface? {
        self.parts.surface(for: operation, isStreaming: isStreaming)
    }

    func capabilities(of model: String) -> ModelCapabilities {
        self.parts.capabilities(of: model)
    }

    func leaksCredential(_ text: String) -> Bool {
        self.credentials.isIn(text)
    }
}
