/// Who changes something, when and on whose behalf: what the audit table is told with each change.
public struct AdministrativeAct: Sendable, Equatable {
    /// What acts.
    public enum ActorKind: String, Sendable, CaseIterable {
        /// A key with the admin scope, or the key of the deployment.
        case key
        /// A user who proved a password.
        case user
        /// The gateway itself: the first start, a migration.
        case gateway
        /// A command on the machine of the gateway.
        case command
    }

    /// What acts.
    public var actorKind: ActorKind
    /// The id of the key or the user, or a word for the others. Never a secret.
    public var actor: String
    /// When.
    public var at: UnixTime
    /// The network address that it came from, when it came by network.
    public var source: String?
    /// The request that asked for it.
    public var requestID: String?
    /// A narrower word than `create`, `update` or `remove` for what was done, such as `rotate`. Part of the action in the audit table.
    public var verb: String?
    /// What was changed, as JSON, without secrets.
    public var detail: String?

    /// Makes an act.
    public init(
        actorKind: ActorKind,
        actor: String,
        at: UnixTime,
        source: String? = nil,
        requestID: String? = nil,
        verb: String? = nil,
        detail: String? = nil
    ) {
        self.actorKind = actorKind
        self.actor = actor
        self.at = at
        self.source = source
        self.requestID = requestID
        self.verb = verb
        self.detail = detail
    }
}
