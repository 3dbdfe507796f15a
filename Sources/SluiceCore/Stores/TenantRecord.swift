/// A customer or a part of a company whose keys, users and limits no other tenant sees.
public struct TenantRecord: StoredRecord {
    public typealias Filter = NoFilter

    public static let kind = RecordKind.tenant
    /// The tenant that every deployment has from the start.
    public static let defaultID = TenantID("default")

    public let id: TenantID
    /// The name that people see.
    public var name: String
    /// Whether its keys are refused.
    public var isDisabled: Bool
    /// What an operator attached to it.
    public var metadata: [String: String]
    public let createdAt: UnixTime
    public var updatedAt: UnixTime
    public var revision: Int64

    public var tenant: TenantID? { self.id }

    /// Makes a record that is not stored yet.
    public init(
        id: TenantID,
        name: String,
        isDisabled: Bool = false,
        metadata: [String: String] = [:],
        createdAt: UnixTime,
        updatedAt: UnixTime? = nil,
        revision: Int64 = 0
    ) {
        self.id = id
        self.name = name
        self.isDisabled = isDisabled
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.revision = revision
    }
}
