/// One provider plus the model name that it knows.
public struct Target: Sendable, Equatable {
    /// The provider's place in the snapshot.
    public var provider: Int
    /// The model to ask the provider for.
    public var model: String
    /// Its place among its entry's targets in the model table, when it stands there.
    public var index: Int?

    /// Makes a target.
    public init(provider: Int, model: String, index: Int? = nil) {
        self.provider = provider
        self.model = model
        self.index = index
    }
}
