public import SluiceCore

/// Who makes a call of the admin API, and whose records it may see and change.
public struct AdminAccess: Sendable {
    /// Whose records the call sees. Every call of a store is given this or what is narrower.
    public let scope: TenantScope
    /// What acts.
    public let actorKind: AdministrativeAct.ActorKind
    /// The id of the key or the user.
    public let actor: String
    /// The caller's address.
    public let source: String?
    /// The id of the request.
    public let requestID: String
    /// The time of the call.
    public let now: UnixTime

    /// Makes an access.
    public init(
        scope: TenantScope,
        actorKind: AdministrativeAct.ActorKind,
        actor: String,
        source: String?,
        requestID: String,
        now: UnixTime
    ) {
        self.scope = scope
        self.actorKind = actorKind
        self.actor = actor
        self.source = source
        self.requestID = requestID
        self.now = now
    }

    /// Whether everything may be seen and changed.
    public var isDeployment: Bool { self.scope == .all }

    /// Throws `forbidden` unless everything may be changed.
    public func requireDeployment(_ what: String, parameter: String? = nil) throws(AdminError) {
        guard self.isDeployment else {
            throw AdminError(.forbidden, "\(what) needs a key with the admin scope deployment.", parameter: parameter)
        }
    }

    /// What the audit table is told of a change.
    func act(_ verb: String? = nil, detail: String? = nil) -> AdministrativeAct {
        AdministrativeAct(
            actorKind: self.actorKind, actor: self.actor, at: self.now, source: self.source,
            requestID: self.requestID, verb: verb, detail: detail)
    }
}
