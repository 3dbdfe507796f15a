/// One entry of `routes`: what matches and where it goes. The first that matches wins.
///
/// In the file, either `{ match: { path: /v1/embeddings }, use: { target: { provider: tei } } }` or, as earlier gateways
/// wrote it, `path`, `input_format` and `upstream`.
public struct RouteConfiguration: Sendable, Equatable {
    /// Where a request goes: `use`.
    public enum Use: Sendable, Equatable {
        /// To one provider, past the model table: `target`.
        case target(TargetConfiguration)
        /// To a model of the table, whatever the client asked for: `model`.
        case model(ModelReference)
        /// To the model of the table that has the client's name with this before it: `model_prefix`.
        case modelPrefix(String)
    }

    /// What a request must be like.
    public var match: RouteMatch
    /// The dialect of the request's body as an earlier gateway's file names it: `openai`, `anthropic`, ... `nil`: the
    /// dialect of the surface.
    public var inputFormat: String?
    /// Where it goes.
    public var use: Use
    /// What a conversion may lose: `conversion`. `nil`: as the model says that it leads to, which for a target is
    /// ``ConversionMode/default``.
    public var conversion: ConversionMode?

    /// Makes a route.
    public init(match: RouteMatch, inputFormat: String? = nil, use: Use, conversion: ConversionMode? = nil) {
        self.match = match
        self.inputFormat = inputFormat
        self.use = use
        self.conversion = conversion
    }
}
