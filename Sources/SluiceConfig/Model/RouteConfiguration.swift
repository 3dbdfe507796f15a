/// One entry of `routes`: what matches and where it goes.
///
/// So far a route matches by path alone. In the file, either
/// `{ match: { path: /v1/embeddings }, use: { target: { provider: tei } } }` or, as earlier gateways wrote it,
/// `path`, `input_format` and `upstream`.
public struct RouteConfiguration: Sendable, Equatable {
    /// The request path, without query. A `*` at its end stands for any rest.
    public var path: String
    /// The dialect of the request's body as an earlier gateway's file names it: `openai`, `anthropic`, ... `nil`: the
    /// dialect of the surface at ``path``.
    public var inputFormat: String?
    /// Where it goes.
    public var target: TargetConfiguration
    /// What a conversion may lose: `conversion`.
    public var conversion: ConversionMode

    /// Makes a route.
    public init(
        path: String,
        inputFormat: String? = nil,
        target: TargetConfiguration,
        conversion: ConversionMode = .default
    ) {
        self.path = path
        self.inputFormat = inputFormat
        self.target = target
        self.conversion = conversion
    }

    /// Whether a request for `path` (without query) takes this route.
    public func matches(path requested: String) -> Bool {
        guard path.utf8.last == UInt8(ascii: "*") else { return path == requested }
        return requested.utf8.starts(with: path.utf8.dropLast())
    }
}
