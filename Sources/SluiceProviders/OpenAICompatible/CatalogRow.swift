public import SluiceCore

/// One vendor that speaks OpenAI's dialect: what sets it apart from the others.
public struct CatalogRow: Sendable {
    /// How the key is sent.
    public enum Authorization: Sendable, Equatable {
        /// `authorization: Bearer …`.
        case bearer
        /// `api-key: …`.
        case apiKey
    }

    /// Whether a key is needed.
    public enum Need: Sendable, Equatable {
        case required, optional, none
    }

    /// The kind, as the configuration names it.
    public var kind: String
    /// What the vendor's own SDK takes for its base URL; `nil` where each installation has its own.
    public var baseURL: String?
    /// How the key is sent.
    public var authorization = Authorization.bearer
    /// Whether a key is needed.
    public var key = Need.required
    /// Where the key is found in the environment, beside `KIND_API_KEY`.
    public var keyVariables: [String] = []
    /// The surfaces that it serves.
    public var surfaces: Set<Surface>
    /// Whether it takes `stream_options.include_usage`.
    public var takesStreamUsage = true
    /// Paths that do not follow OpenAI's, from the origin's root.
    public var rootPaths: [Surface: String] = [:]
    /// Client fields that only this vendor understands.
    public var forwardedHeaders: [String] = []
    /// The models that it serves when the model table is empty.
    public var patterns: [String] = []

    /// Makes a row.
    public init(kind: String, baseURL: String?, surfaces: Set<Surface>) {
        self.kind = kind
        self.baseURL = baseURL
        self.surfaces = surfaces
    }
}
