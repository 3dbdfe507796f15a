/// Who asks.
///
/// One value for each key, token or certificate, made when it is verified and kept: what is derived from it (such as the plan of its limits)
/// may be kept with it by identity. When anything of it changes, a new one takes its place.
public final class Principal: Sendable {
    /// What proved who it is.
    public enum Proof: String, Sendable, CaseIterable {
        /// A key of the configuration, or the one that a start without stored keys made.
        case staticKey = "static_key"
        /// A stored key.
        case storedKey = "stored_key"
        /// A token of an issuer: JWT or introspected.
        case token
        /// A client certificate.
        case certificate
    }

    /// What proved who it is.
    public let proof: Proof
    /// The key's public id or, for a key from the file, its name. Safe for logs and metrics.
    public let keyID: String
    /// The name that an operator gave the key.
    public let keyName: String
    /// The tenant that the key belongs to.
    public let tenant: String?
    /// The team that the key belongs to.
    public let team: String?
    /// The user that the key belongs to.
    public let user: String?
    /// What an operator attached to the key, for the ledger.
    public let tags: [String: String]
    /// The models that the key may use; `nil` means all.
    public let models: [ModelPattern]?
    /// The surfaces that the key may use, by ``Surface/name``; `nil` means all.
    public let surfaces: Set<String>?
    /// What the key may do at the admin API.
    public let admin: KeyRecord.AdminScope
    /// Its own limits, as the text of the configuration's structure in JSON.
    public let limits: String?
    /// Its own budget, as the text of the configuration's structure in JSON.
    public let budget: String?
    /// What becomes of an attempt when its client leaves.
    public let whenClientLeaves: ClientLeavePolicy
    /// Whether its prompts and answers are captured; `nil`: as the model says.
    public let isCaptured: Bool?

    /// Makes a principal.
    public init(
        proof: Proof = .staticKey,
        keyID: String,
        keyName: String,
        tenant: String? = nil,
        team: String? = nil,
        user: String? = nil,
        tags: [String: String] = [:],
        models: [ModelPattern]? = nil,
        surfaces: Set<String>? = nil,
        admin: KeyRecord.AdminScope = .none,
        limits: String? = nil,
        budget: String? = nil,
        whenClientLeaves: ClientLeavePolicy = .cancel,
        isCaptured: Bool? = nil
    ) {
        self.proof = proof
        self.keyID = keyID
        self.keyName = keyName
        self.tenant = tenant
        self.team = team
        self.user = user
        self.tags = tags
        self.models = models
        self.surfaces = surfaces
        self.admin = admin
        self.limits = limits
        self.budget = budget
        self.whenClientLeaves = whenClientLeaves
        self.isCaptured = isCaptured
    }

    /// Whether this principal may use the model that a client named.
    public func mayUse(model: String) -> Bool {
        guard let models = self.models else { return true }
        return models.contains { $0.matches(model) }
    }
}
