/// A person with an e-mail address and, perhaps, a password.
public struct UserRecord: StoredRecord {
    /// What a list of users can be narrowed to.
    public enum Filter: Sendable, Equatable {
        case all
        case team(TeamID)
    }

    public static let kind = RecordKind.user

    public let id: UserID
    /// The tenant of the user. It never changes.
    public let tenantID: TenantID
    /// The team of the user, which is of the same tenant.
    public var team: TeamID?
    /// The address as ``normalized(email:)`` writes it, unique in the deployment.
    public let email: String
    /// The name that people see.
    public var name: String
    /// The encoded Argon2id hash; `nil` for a user who never proves a password here.
    public var passwordHash: Secret?
    /// Whether the user may administer the tenant.
    public var isAdmin: Bool
    /// Whether the user is refused, and the user's keys with it.
    public var isDisabled: Bool
    /// What an operator attached to it.
    public var metadata: [String: String]
    public let createdAt: UnixTime
    public var updatedAt: UnixTime
    public var revision: Int64

    public var tenant: TenantID? { self.tenantID }

    /// Makes a record that is not stored yet; the address is normalized.
    public init(
        id: UserID,
        tenantID: TenantID,
        team: TeamID? = nil,
        email: String,
        name: String = "",
        passwordHash: Secret? = nil,
        isAdmin: Bool = false,
        isDisabled: Bool = false,
        metadata: [String: String] = [:],
        createdAt: UnixTime,
        updatedAt: UnixTime? = nil,
        revision: Int64 = 0
    ) {
        self.id = id
        self.tenantID = tenantID
        self.team = team
        self.email = Self.normalized(email: email)
        self.name = name
        self.passwordHash = passwordHash
        self.isAdmin = isAdmin
        self.isDisabled = isDisabled
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.revision = revision
    }

    /// The form of an address that is compared and stored: spaces around it cut, in lower case.
    ///
    /// RFC 5321, section 2.4, lets the part before the `@` distinguish cases; no provider does, and two accounts that differ
    /// in case alone would be an invitation to deceive.
    public static func normalized(email: String) -> String {
        let trimmed = email.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        return String(trimmed).lowercased()
    }
}
