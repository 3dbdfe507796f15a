/// One provider plus the model name that it knows.
public struct Target: Sendable, Equatable {
    /// The provider's place in the snapshot.
    public var provider: Int
    /// The model to ask the provider for.
    public var model: String

    /// Makes a target.
    public init(provider: Int, model: String) {
        self.provider = provider
        self.model = model
    }
}
