public import SluiceCore

/// A client key that stands in the file, for automation and tests: an item of `auth.keys`.
public struct StaticKeyConfiguration: Sendable, Equatable {
    /// The name in logs and metrics; unique.
    public var name: String
    /// The key that the client sends; unique.
    public var key: Secret
    /// The models that it may use: `models`. `nil`: all of them; an empty list: none.
    public var models: [ModelPattern]?
    /// The tenant that it belongs to: `tenant`.
    public var tenant: String?

    /// Makes a key.
    public init(name: String, key: Secret, models: [ModelPattern]? = nil, tenant: String? = nil) {
        self.name = name
        self.key = key
        self.models = models
        self.tenant = tenant
    }

    /// Whether the key may use `model`, the name that the client sent.
    public func allows(model: String) -> Bool {
        guard let models else { return true }
        return models.contains { $0.matches(model) }
    }
}
