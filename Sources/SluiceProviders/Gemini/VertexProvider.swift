import SluiceCore
import SluiceWire

/// Google's models on Vertex AI: Gemini's dialect, a project and a region in the path, a token that expires.
///
/// Source: Vertex AI REST reference, projects.locations.publishers.models (read 2026-11).
final class VertexProvider: Provider {
    static let row = CatalogRow(
        "vertex", nil, [.generateContent, .streamGenerateContent, .geminiCountTokens, .embedContent, .vertexEmbed]
    ) {
        $0.dialect = .gemini
        $0.regionalBaseURL = { region in
            region == "global" ? "https://aiplatform.googleapis.com" : "https://\(region)-aiplatform.googleapis.com"
        }
        $0.optionalModelPrefix = "models/"
        $0.key = .none
        $0.region = .optional
        $0.regionVariables = ["GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_REGION"]
        $0.defaultRegion = "global"
        $0.hasProject = true
        $0.projectVariables = ["GOOGLE_CLOUD_PROJECT"]
        $0.serviceAccountVariables = ["GOOGLE_APPLICATION_CREDENTIALS"]
        $0.credentials = .google
        $0.witnessVariables = ["GOOGLE_APPLICATION_CREDENTIALS"]
        $0.forwardedHeaders = ["x-goog-api-client"]
        $0.patterns = ["gemini-*", "text-embedding-*", "text-multilingual-embedding-*"]
    }

    private let parts: ProviderParts
    private let hasProject: Bool
    /// Whom a user's requests are counted for; a service account belongs to a project of its own.
    private let quotaProject: String?
    private let store: CredentialStore?

    var name: String { self.parts.name }
    var kind: String { self.parts.kind }
    var dialect: Dialect { self.parts.dialect }
    var endpoint: Endpoint { self.parts.endpoint }
    var forwardedHeaders: HeaderAllowList { self.parts.forwardedHeaders }
    var commonHeaders: HeaderAllowList { self.parts.commonHeaders }
    var takesStreamUsage: Bool { self.parts.takesStreamUsage }

    init(_ settings: ProviderSettings) {
        let project = PercentEncoding.segment(settings.project ?? "-")
        let region = PercentEncoding.segment(settings.region ?? Self.row.defaultRegion ?? "global")
        let version = PercentEncoding.segment(settings.apiVersion ?? "v1")
        var row = Self.row
        let folder = "/\(version)/projects/\(project)/locations/\(region)/publishers/google/models"
        row.paths = GeminiRow.paths(below: folder)
        row.paths[.vertexEmbed] = "\(folder)/{model}"
        self.parts = ProviderParts(settings, row: row)
        self.hasProject = settings.project != nil
        self.store = settings.credentials
        if case .googleUser(let user) = settings.credentials?.source {
            self.quotaProject = user.projectID.flatMap { $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? $0 : nil }
        } else {
            self.quotaProject = nil
        }
    }

    func address(surface: Surface, model: String, credential: Int) -> ProviderAddress? {
        guard var target = self.parts.target(surface, model: model) else { return nil }
        if surface == .vertexEmbed { target += ":" + VertexEmbeddingMethod(model: model).rawValue }
        var headers = self.parts.fixedHeaders
        if case .bearer(let token) = self.store?.value { headers.append(("authorization", "Bearer \(token.expose())")) }
        if let project = self.quotaProject { headers.append(("x-goog-user-project", project)) }
        return ProviderAddress(target: target, headers: headers)
    }

    func surface(for operation: Operation, isStreaming: Bool) -> Surface? {
        self.parts.surface(for: operation, isStreaming: isStreaming)
    }

    func capabilities(of model: String) -> ModelCapabilities {
        self.parts.capabilities(of: model)
    }

    func prepareCredentials() async throws(GatewayError) {
        guard self.hasProject else {
            throw GatewayError(.upstreamCredentials, "The provider \(self.name) has no project; set project.")
        }
        guard let store = self.store else {
            throw GatewayError(
                .upstreamCredentials, "No credentials for the provider \(self.name); write service_account.")
        }
        try await store.prepare()
    }

    func leaksCredential(_ text: String) -> Bool {
        self.store?.isIn(text) ?? false
    }
}
