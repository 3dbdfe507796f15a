import SluiceRouting

/// A path that leads to one provider whatever the model is: `[[routes]]` of earlier gateways' files.
public struct FixedRoute: Sendable {
    /// Whether a request's path is this route's.
    public var matches: @Sendable (String) -> Bool
    /// The provider's place in the snapshot.
    public var provider: Int
    /// The model to ask for; `nil` keeps the client's.
    public var model: String?
    /// Whether a conversion may lose nothing.
    public var convertsStrictly: Bool

    /// Makes a route.
    public init(
        matches: @escaping @Sendable (String) -> Bool,
        provider: Int,
        model: String?,
        convertsStrictly: Bool = false
    ) {
        self.matches = matches
        self.provider = provider
        self.model = model
        self.convertsStrictly = convertsStrictly
    }
}
