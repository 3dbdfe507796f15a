/// A limit or a budget of one subject.
public struct RuleRecord: StoredRecord {
    /// What the rule bounds.
    public enum Sort: String, Sendable, CaseIterable {
        /// Requests, tokens or concurrency in a window.
        case limit
        /// Money or tokens in a period.
        case budget
    }

    /// What the rule is about.
    public enum Level: String, Sendable, CaseIterable {
        case key
        case user
        case team
        case tenant
        case model
        case provider
    }

    /// What a list of rules can be narrowed to.
    public enum Filter: Sendable, Equatable {
        case all
        case sort(Sort)
        case subject(Level, String)
    }

    public static let kind = RecordKind.rule

    public let id: RuleID
    /// The tenant whose exchanges it counts; `nil` when it counts those of the whole deployment. It never changes.
    public let tenant: TenantID?
    /// Whether it is a limit or a budget.
    public let sort: Sort
    /// What it is about.
    public let level: Level
    /// The id of the key, user, team or tenant, or the name of the model or provider. `*` is each one for itself.
    public let subject: String
    /// What is allowed, as the text of the configuration's structure in JSON.
    public var definition: String
    /// Whether it is without effect.
    public var isDisabled: Bool
    public let createdAt: UnixTime
    public var updatedAt: UnixTime
    public var revision: Int64

    /// Makes a record that is not stored yet.
    public init(
        id: RuleID,
        tenant: TenantID?,
        sort: Sort,
        level: Level,
        subject: String,
        definition: String,
        isDisabled: Bool = false,
        createdAt: UnixTime,
        updatedAt: UnixTime? = nil,
        revision: Int64 = 0
    ) {
        self.id = id
        self.tenant = tenant
        self.sort = sort
        self.level = level
        self.subject = subject
        self.definition = definition
        self.isDisabled = isDisabled
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.revision = revision
    }
}
