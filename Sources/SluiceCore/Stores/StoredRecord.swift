/// The kinds of records that the gateway keeps about who may ask and how much.
public enum RecordKind: String, Sendable, CaseIterable {
    case tenant
    case team
    case user
    case key
    case rule
    case price

    /// What the kind's ids begin with.
    public var prefix: String {
        switch self {
        case .tenant: "ten"
        case .team: "team"
        case .user: "usr"
        case .key: "key"
        case .rule: "rule"
        case .price: "price"
        }
    }
}

/// A record that has an id, belongs to a tenant, and is replaced as a whole.
public protocol StoredRecord: Sendable, Equatable {
    /// What a list can be narrowed to.
    associatedtype Filter: Sendable, Equatable

    /// The kind of record.
    static var kind: RecordKind { get }

    /// The id.
    var id: RecordID<Self> { get }
    /// The tenant that it belongs to; `nil` for what belongs to the deployment. A tenant belongs to itself.
    var tenant: TenantID? { get }
    /// When it was made.
    var createdAt: UnixTime { get }
    /// When it was last changed; the store sets it.
    var updatedAt: UnixTime { get set }
    /// The number of the change that wrote it, see ``Change/number``; the store sets it. 0 before it is stored.
    var revision: Int64 { get set }
}

/// The filter of records that are listed only as a whole.
public enum NoFilter: Sendable, Equatable {
    /// All of them.
    case all
}
