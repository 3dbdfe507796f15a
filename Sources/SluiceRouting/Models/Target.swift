/// One provider plus the model name that it knows.
public struct Target: Sendable, Hashable {
    /// The provider's place in the snapshot.
    public var provider: Int
    /// The model to ask the provider for.
    public var model: String
    /// Its place among the targets of ``entry``, when it stands in the model table.
    public var index: Int?
    /// The entry of the model table in which it stands, which is not the request's own where entries are nested.
    public var entry: Int?

    /// Makes a target.
    public init(provider: Int, model: String, index: Int? = nil, entry: Int? = nil) {
        self.provider = provider
        self.model = model
        self.index = index
        self.entry = entry
    }
}
