import SluiceCore

/// Azure OpenAI: the model is a deployment in the path, the key is in `api-key`, the version of the API in the query.
///
/// With `api_version: v1` (or `preview`) it is the newer form, whose paths are OpenAI's below `/openai/v1`.
/// Source: Azure OpenAI REST reference, data plane inference (read 2026-11).
final class AzureOpenAIProvider: Provider {
    /// What is asked for where the configuration names no version.
    private static let defaultVersion = "2024-10-21"
    private static let surfaces: Set<Surface> = [
        .chat, .completions, .embeddings, .imageGenerations, .imageEdits, .speech, .transcriptions, .translations,
        .responses,
    ]

    let name: String
    let kind: String
    let dialect = Dialect.openAI
    let endpoint: Endpoint
    let forwardedHeaders: HeaderAllowList
    let takesStreamUsage = true
    private let version: String
    private let credentials: CredentialRing
    private let fixedHeaders: [(name: String, value: String)]

    init(_ settings: ProviderSettings) {
        self.name = settings.name
        self.kind = settings.kind
        self.endpoint = settings.endpoint
        self.version = settings.apiVersion ?? Self.defaultVersion
        self.credentials = CredentialRing(settings.keys, prefix: "")
        self.fixedHeaders = settings.headers.map { ($0.name.lowercased(), $0.value.expose()) }
        self.forwardedHeaders = ForwardedHeaders.list(vendor: [], configured: settings.forwardedHeaders)
    }

    func address(surface: Surface, model: String) -> ProviderAddress? {
        guard Self.surfaces.contains(surface), let path = OpenAIPaths.path(of: surface) else { return nil }
        var headers = self.fixedHeaders
        if let credential = self.credentials.take() { headers.append(("api-key", credential)) }
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

    func leaksCredential(_ text: String) -> Bool {
        self.credentials.isIn(text)
    }
}
