/// What the claims of a token mean here. A claim is named as it stands in the token, or by a path of names with dots between
/// them: `realm_access.roles`.
public struct ClaimRules: Sendable, Hashable {
    /// The claim that names the user: `user_claim`, default `sub`.
    public var user: String
    /// The claim that names the team: `team_claim`.
    public var team: String?
    /// The claim that names the tenant: `tenant_claim`. A token without it is refused.
    public var tenant: String?
    /// The tenant of all its tokens: `tenant`.
    public var fixedTenant: String?
    /// The claim with what the token may do: `scopes_claim`. Without it a token may use all models and administer nothing.
    public var scopes: String?
    /// Claims that must have a value: `require`.
    public var required: [String]
    /// The models that its tokens may use at most: `models`. `nil`: all of them.
    public var models: [ModelPattern]?
    /// What becomes of an exchange whose client leaves: `when_client_leaves`. `nil`: as for all keys.
    public var whenClientLeaves: ClientLeavePolicy?

    /// Makes rules; what is left out has its default.
    public init(
        user: String = "sub",
        team: String? = nil,
        tenant: String? = nil,
        fixedTenant: String? = nil,
        scopes: String? = nil,
        required: [String] = [],
        models: [ModelPattern]? = nil,
        whenClientLeaves: ClientLeavePolicy? = nil
    ) {
        self.user = user
        self.team = team
        self.tenant = tenant
        self.fixedTenant = fixedTenant
        self.scopes = scopes
        self.required = required
        self.models = models
        self.whenClientLeaves = whenClientLeaves
    }
}
