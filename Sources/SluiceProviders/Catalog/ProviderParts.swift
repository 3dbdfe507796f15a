import SluiceCore
import SluiceWire

/// What every provider has that is made of settings and a row: names, fields, surfaces and capabilities.
struct ProviderParts: Sendable {
    let name: String
    let kind: String
    let dialect: Dialect
    let endpoint: Endpoint
    let forwardedHeaders: HeaderAllowList
    let commonHeaders: HeaderAllowList
    let takesStreamUsage: Bool
    /// Fields of the configuration, with lower-case names.
    let fixedHeaders: [(name: String, value: String)]
    private let row: CatalogRow
    private let templates: [Surface: PathTemplate]
    private let capabilities: CapabilityCache

    init(_ settings: ProviderSettings, row: CatalogRow) {
        self.name = settings.name
        self.kind = settings.kind
        self.dialect = row.dialect
        self.endpoint = settings.endpoint
        self.row = row
        self.takesStreamUsage = row.takesStreamUsage
        self.fixedHeaders = settings.headers.map { ($0.name.lowercased(), $0.value.expose()) }
        let common = row.commonHeaders + settings.forwardedHeaders
        self.commonHeaders = ForwardedHeaders.list(common)
        // Servers of several vendors' surfaces read the fields of each.
        let messages = row.surfaces.contains(.messages) ? ["anthropic-version", "anthropic-beta"] : []
        self.forwardedHeaders = ForwardedHeaders.list(common + row.forwardedHeaders + messages)
        var base = settings.endpoint.path
        if let suffix = row.optionalBasePath, base.hasSuffix(suffix) { base.removeLast(suffix.count) }
        self.templates = Dictionary(
            uniqueKeysWithValues: row.surfaces.compactMap { surface in
                row.path(of: surface).map { (surface, PathTemplate($0, base: base)) }
            }
        )
        self.capabilities = CapabilityCache(
            kind: settings.kind,
            dialect: row.dialect,
            takesStreamUsage: row.takesStreamUsage,
            overrides: settings.capabilities
        )
    }

    /// Path and query of a surface, or `nil` when it is not served.
    func target(_ surface: Surface, model: String) -> String? {
        guard let template = self.templates[surface] else { return nil }
        if let prefix = self.row.optionalModelPrefix, model.hasPrefix(prefix), model.utf8.count > prefix.utf8.count {
            return template.target(model: String(model.dropFirst(prefix.count)))
        }
        return template.target(model: model)
    }

    func surface(for operation: Operation, isStreaming: Bool) -> Surface? {
        OperationSurfaces.candidates(operation, self.dialect, isStreaming: isStreaming)
            .first { self.row.surfaces.contains($0) }
    }

    func capabilities(of model: String) -> ModelCapabilities {
        self.capabilities.capabilities(of: model)
    }
}
