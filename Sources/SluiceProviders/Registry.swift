public import SluiceCore

/// All kinds of providers. A new one is a row of ``Catalog``, or a folder beside it and a line here.
public enum ProviderRegistry {
    private static let azure: CatalogRow = {
        var row = CatalogRow(kind: "azure", baseURL: nil, surfaces: [])
        row.keyVariables = ["AZURE_OPENAI_API_KEY"]
        return row
    }()

    /// Every kind, with what a configuration must or may say of it.
    public static let kinds: [CatalogRow] = Catalog.rows + [Self.azure]

    /// Makes a provider, or returns `nil` for a kind that does not exist.
    public static func make(_ settings: ProviderSettings) -> (any Provider)? {
        if settings.kind == Self.azure.kind { return AzureOpenAIProvider(settings) }
        return Catalog.rows.first { $0.kind == settings.kind }.map { OpenAICompatibleProvider(settings, row: $0) }
    }
}
