/// Whom and what a request counts against: one name for each level, `nil` where the request has none.
///
/// Names are ids that are unique in the whole deployment. A team's or a user's name that two tenants may both use would
/// count them together, and is made unique by the caller.
public struct LimitSubject: Sendable, Hashable {
    /// The key's public id.
    public var key: String?
    /// The user's id.
    public var user: String?
    /// The team's id.
    public var team: String?
    /// The tenant's id.
    public var tenant: String?
    /// The model's name in the model table. Names that a client made up must not get here: each takes memory.
    public var model: String?
    /// The provider's name.
    public var provider: String?

    /// Makes a subject.
    public init(
        key: String? = nil,
        user: String? = nil,
        team: String? = nil,
        tenant: String? = nil,
        model: String? = nil,
        provider: String? = nil
    ) {
        self.key = key
        self.user = user
        self.team = team
        self.tenant = tenant
        self.model = model
        self.provider = provider
    }

    /// The name at one single level.
    subscript(level: LimitLevel) -> String? {
        switch level {
        case .key: self.key
        case .user: self.user
        case .team: self.team
        case .tenant: self.tenant
        case .model: self.model
        case .provider: self.provider
        default: nil
        }
    }

    /// The levels that have a name.
    var levels: LimitLevel {
        var result: LimitLevel = []
        if self.key != nil { result.insert(.key) }
        if self.user != nil { result.insert(.user) }
        if self.team != nil { result.insert(.team) }
        if self.tenant != nil { result.insert(.tenant) }
        if self.model != nil { result.insert(.model) }
        if self.provider != nil { result.insert(.provider) }
        return result
    }

    /// The subject with the names of `level` alone.
    func masked(by level: LimitLevel) -> LimitSubject {
        LimitSubject(
            key: level.contains(.key) ? self.key : nil,
            user: level.contains(.user) ? self.user : nil,
            team: level.contains(.team) ? self.team : nil,
            tenant: level.contains(.tenant) ? self.tenant : nil,
            model: level.contains(.model) ? self.model : nil,
            provider: level.contains(.provider) ? self.provider : nil
        )
    }
}
