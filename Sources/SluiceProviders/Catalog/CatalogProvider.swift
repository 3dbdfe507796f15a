import SluiceCore
import SluiceWire

/// A provider that its row describes wholly: keys in a header, fixed paths, one dialect.
final class CatalogProvider: Provider {
    private let parts: ProviderParts
    private let authorization: CatalogRow.Authorization
    private let defaultHeaders: [(name: String, value: String)]
    private let credentials: ProviderKeys

    var name: String { self.parts.name }
    var kind: String { self.parts.kind }
    var dialect: Dialect { self.parts.dialect }
    var endpoint: Endpoint { self.parts.endpoint }
    var forwardedHeaders: HeaderAllowList { self.parts.forwardedHeaders }
    var commonHeaders: HeaderAllowList { self.parts.commonHeaders }
    var takesStreamUsage: Bool { self.parts.takesStreamUsage }
    var credentialIdentities: [UInt64] { self.credentials.identities }

    init(_ settings: ProviderSettings, row: CatalogRow) {
        self.parts = ProviderParts(settings, row: row)
        self.authorization = row.authorization
        self.defaultHeaders = row.defaultHeaders
        self.credentials = ProviderKeys(settings.keys, prefix: row.authorization == .bearer ? "Bearer " : "")
    }

    func address(surface: Surface, model: String, credential: Int) -> ProviderAddress? {
        guard let target = self.parts.target(surface, model: model) else { return nil }
        var headers = self.parts.fixedHeaders
        if let key = self.credentials[credential] {
            switch self.authorization {
            case .bearer: headers.append(("authorization", key))
            case .field(let name): headers.append((name, key))
            }
        }
        return ProviderAddress(target: target, headers: headers, defaults: self.defaultHeaders)
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
