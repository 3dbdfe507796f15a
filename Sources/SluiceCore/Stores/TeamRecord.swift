/// A group of users and keys within a tenant.
public struct TeamRecord: StoredRecord {
    public typealias Filter = NoFilter

    public static let kind = RecordKind.team

    public let id: TeamID
    /// The tenant of the team. It never changes.
    public let tenantID: TenantID
    /// The name that people see, unique within the tenant.
    public var name: String
    /// Whether its keys are refused.
    public var isDisabled: Bool
    /// What an operator attached to it.
    public var metadata: [String: String]
    public let createdAt: UnixTime
    public var updatedAt: UnixTime
    public var revision: Int64

    public var tenant: TenantID? { self.tenantID }

    /// Makes a record that is not stored yet.
    public init(
        id: TeamID,
        tenantID: TenantID,
        name: String,
        isDisabled: Bool = false,
        metadata: [String: String] = [:],
        createdAt: UnixTime,
        updatedAt: UnixTime? = nil,
        revision: Int64 = 0
    ) {
        self.id = id
        self.tenantID = tenantID
        self.name = name
        self.isDisabled = isDisabled
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.revision = revision
    }
}
