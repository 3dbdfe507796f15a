/// Which models are tried once all attempts within a model have failed, by the kind of the failure: `fallback`.
///
/// The lists are tried in order. Fallbacks of fallbacks are not followed.
public struct FallbackConfiguration: Sendable, Equatable {
    /// After failures that have no list of their own: `default`.
    public var `default`: [ModelReference]
    /// After the prompt was too long for the model: `context_window`. `nil`: as ``default``; an empty list: none.
    public var contextWindow: [ModelReference]?
    /// After the provider refused the content: `content_policy`. `nil`: as ``default``; an empty list: none.
    public var contentPolicy: [ModelReference]?

    /// Whether there is none at all.
    public var isEmpty: Bool { self == FallbackConfiguration() }

    /// Makes a configuration.
    public init(
        default: [ModelReference] = [],
        contextWindow: [ModelReference]? = nil,
        contentPolicy: [ModelReference]? = nil
    ) {
        self.default = `default`
        self.contextWindow = contextWindow
        self.contentPolicy = contentPolicy
    }
}
