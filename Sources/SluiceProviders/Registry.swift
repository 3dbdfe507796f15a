public import SluiceCore

/// All kinds of providers. A new one is a row of ``Catalog``, or a folder beside it and a line here.
public enum ProviderRegistry {
    /// Vendors with a dialect of their own that a row describes wholly.
    private static let vendors = [AnthropicRow.row, GeminiRow.row, CohereRow.row, OllamaRow.row, TEIRow.row]
    /// Vendors that need code.
    private static let folders = [AzureOpenAIProvider.row, BedrockProvider.row, VertexProvider.row]

    /// Every kind, with what a configuration must or may say of it.
    public static let kinds: [CatalogRow] = Catalog.rows + Self.vendors + Self.folders + [MockRow.row]

    /// Makes a provider, or returns `nil` for a kind that does not exist.
    public static func make(_ settings: ProviderSettings) -> (any Provider)? {
        switch settings.kind {
        case AzureOpenAIProvider.row.kind: AzureOpenAIProvider(settings)
        case BedrockProvider.row.kind: BedrockProvider(settings)
        case VertexProvider.row.kind: VertexProvider(settings)
        case MockRow.row.kind: CatalogProvider(settings, row: MockRow.row(settings.dialect))
        default:
            Self.kinds.first { $0.kind == settings.kind }.map { CatalogProvider(settings, row: $0) }
        }
    }
}

extension ProviderRegistry {
    /// Where a provider's credentials come from that are no keys, and the project that they belong to, where they say
    /// so; `nil` for kinds that have keys alone.
    ///
    /// Reads the vendors' own files, and so blocks: not for an event loop.
    public static func credentials(
        kind: String,
        _ settings: CredentialSettings
    ) -> (source: CredentialSource, projectID: String?)? {
        switch self.kinds.first(where: { $0.kind == kind })?.credentials {
        case .aws: (AWSCredentialChain.source(settings), nil)
        case .google: GoogleCredentialChain.source(settings)
        case .keys, nil: nil
        }
    }
}
