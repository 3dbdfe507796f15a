import SluiceCore

/// A provider that speaks OpenAI's dialect at `base_url` and OpenAI's paths below it.
final class OpenAICompatibleProvider: Provider {
    let name: String
    let kind: String
    let dialect = Dialect.openAI
    let endpoint: Endpoint
    let forwardedHeaders: HeaderAllowList
    let takesStreamUsage: Bool
    private let row: CatalogRow
    private let credentials: CredentialRing
    private let fixedHeaders: [(name: String, value: String)]

    init(_ settings: ProviderSettings, row: CatalogRow) {
        self.name = settings.name
        self.kind = settings.kind
        self.endpoint = settings.endpoint
        self.row = row
        self.takesStreamUsage = row.takesStreamUsage
        self.credentials = CredentialRing(settings.keys, prefix: row.authorization == .bearer ? "Bearer " : "")
        self.fixedHeaders = settings.headers.map { ($0.name.lowercased(), $0.value.expose()) }
        self.forwardedHeaders = ForwardedHeaders.list(
            vendor: row.forwardedHeaders,
            configured: settings.forwardedHeaders
        )
    }

    func address(surface: Surface, model: String) -> ProviderAddress? {
        guard self.row.surfaces.contains(surface), let path = OpenAIPaths.path(of: surface) else { return nil }
        var headers = self.fixedHeaders
        if let credential = self.credentials.take() {
            headers.append((self.row.authorization == .bearer ? "authorization" : "api-key", credential))
        }
        return ProviderAddress(target: self.row.rootPaths[surface] ?? self.endpoint.path + path, headers: headers)
    }

    func leaksCredential(_ text: String) -> Bool {
        self.credentials.isIn(text)
    }
}
