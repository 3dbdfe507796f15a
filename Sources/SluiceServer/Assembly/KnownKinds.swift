public import SluiceConfig
import SluiceProviders

/// The kinds of providers, as the configuration's checks know them.
public enum KnownKinds {
    /// Every kind of the registry.
    public static let all: [ProviderKind] = ProviderRegistry.kinds.map { row in
        ProviderKind(
            name: row.kind,
            requiresBaseURL: row.baseURL == nil && row.regionalBaseURL == nil && row.kind != "mock",
            credential: Self.credential(row.key),
            apiKeyVariables: row.keyVariables.isEmpty ? nil : row.keyVariables,
            regionVariables: row.regionVariables,
            requiresRegion: row.region == .required,
            requiresProject: row.hasProject,
            projectVariables: row.projectVariables,
            takesSigningKeys: row.credentials == .aws,
            takesServiceAccount: row.credentials == .google,
            serviceAccountVariables: row.serviceAccountVariables,
            dialects: row.kind == "mock" ? MockDialect.allCases.map(\.rawValue) : [],
            witnessVariables: row.witnessVariables,
            isBuiltIn: row.kind == "mock"
        )
    }

    private static func credential(_ need: CatalogRow.Need) -> ProviderKind.Credential {
        switch need {
        case .required: .required
        case .optional: .optional
        case .none: .none
        }
    }
}
