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
    /// What becomes of its exchanges when the client leaves: `when_client_leaves`. `nil`: as
    /// ``AuthConfiguration/whenClientLeaves`` says.
    public var whenClientLeaves: ClientLeavePolicy?
    /// Whether its prompts and answers are captured: `capture`. `nil`: as the model says.
    public var isCaptured: Bool?
    /// Its own limits and budgets, as they are written: `limits`. `nil`: none.
    public var limits: RuleText?

    /// Makes a key.
    public init(
        name: String,
        key: Secret,
        models: [ModelPattern]? = nil,
        tenant: String? = nil,
        whenClientLeaves: ClientLeavePolicy? = nil,
        isCaptured: Bool? = nil,
        limits: RuleText? = nil
    ) {
        self.name = name
        self.key = key
        self.models = models
        self.tenant = tenant
        self.whenClientLeaves = whenClientLeaves
        self.isCaptured = isCaptured
        self.limits = limits
    }
}
