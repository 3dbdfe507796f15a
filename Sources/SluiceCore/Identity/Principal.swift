/// Who asks.
public final class Principal: Sendable {
    /// The key's public id or, for a key from the file, its name. Safe for logs and metrics.
    public let keyID: String
    /// The name that an operator gave the key.
    public let keyName: String
    /// The tenant that the key belongs to.
    public let tenant: String?
    /// The models that the key may use; `nil` means all.
    public let models: [ModelPattern]?
    /// What becomes of an attempt when its client leaves.
    public let whenClientLeaves: ClientLeavePolicy

    /// Makes a principal.
    public init(
        keyID: String,
        keyName: String,
        tenant: String? = nil,
        models: [ModelPattern]? = nil,
        whenClientLeaves: ClientLeavePolicy = .cancel
    ) {
        self.keyID = keyID
        self.keyName = keyName
        self.tenant = tenant
        self.models = models
        self.whenClientLeaves = whenClientLeaves
    }

    /// Whether this principal may use the model that a client named.
    public func mayUse(model: String) -> Bool {
        guard let models = self.models else { return true }
        return models.contains { $0.matches(model) }
    }
}
