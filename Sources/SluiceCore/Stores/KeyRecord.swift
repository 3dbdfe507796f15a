/// A key that clients send, without its secret.
public struct KeyRecord: StoredRecord {
    /// What a list of keys can be narrowed to.
    public enum Filter: Sendable, Equatable {
        /// All that were not removed.
        case all
        case team(TeamID)
        case user(UserID)
        /// All, and those that were removed too.
        case withRemoved
    }

    /// What a key may do at the admin API.
    public enum AdminScope: String, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// Everything within its tenant.
        case tenant
        /// Everything.
        case deployment
    }

    /// Whether a key is served, and if not, why. Clients are told the same for all reasons.
    public enum Standing: String, Sendable, CaseIterable {
        case valid
        case disabled
        case revoked
        case expired
    }

    public static let kind = RecordKind.key

    /// The public part of the key, which is looked up.
    public let id: KeyID
    /// The tenant of the key. It never changes.
    public let tenantID: TenantID
    /// The team that the key belongs to, of the same tenant.
    public var team: TeamID?
    /// The user that the key belongs to, of the same tenant.
    public var user: UserID?
    /// The name that people see.
    public var name: String
    /// The encoded Argon2id hash of the secret part.
    public var secretHash: Secret
    /// The hash of the secret before the last rotation, good until ``graceEndsAt``.
    public var graceHash: Secret?
    /// When the secret before the last rotation ceases to work.
    public var graceEndsAt: UnixTime?
    /// The surfaces that the key may use, by name; `nil` means all.
    public var surfaces: [String]?
    /// The patterns of models that the key may use; `nil` means all.
    public var models: [String]?
    /// What it may do at the admin API.
    public var admin: AdminScope
    /// The networks that it may come from, as CIDR; `nil` means all.
    public var networks: [String]?
    /// What an operator attached to it, for the ledger.
    public var tags: [String: String]
    /// What an operator attached to it, for people.
    public var metadata: [String: String]
    /// Its own limits, as the text of the configuration's structure in JSON.
    public var limits: String?
    /// Its own budget, as the text of the configuration's structure in JSON.
    public var budget: String?
    /// What becomes of an upstream call whose client left: a value of `when_client_leaves`; `nil` for the default.
    public var whenClientLeaves: String?
    /// Whether its prompts and answers are captured, where the gateway captures any; `nil`: as the model says.
    public var isCaptured: Bool?
    /// When it ceases to work by itself.
    public var expiresAt: UnixTime?
    /// When it was switched off; it can be switched on again.
    public var disabledAt: UnixTime?
    /// When it was revoked, for ever: see ``revoke(at:)``.
    public private(set) var revokedAt: UnixTime?
    /// When it was removed. The record stays, for what refers to it.
    public let removedAt: UnixTime?
    public let createdAt: UnixTime
    public var updatedAt: UnixTime
    public var revision: Int64

    public var tenant: TenantID? { self.tenantID }

    /// Makes a record that is not stored yet, with no restriction. The fields that are not named here are set after.
    public init(
        id: KeyID,
        tenantID: TenantID,
        team: TeamID? = nil,
        user: UserID? = nil,
        name: String,
        secretHash: Secret,
        revokedAt: UnixTime? = nil,
        removedAt: UnixTime? = nil,
        createdAt: UnixTime,
        updatedAt: UnixTime? = nil,
        revision: Int64 = 0
    ) {
        self.id = id
        self.tenantID = tenantID
        self.team = team
        self.user = user
        self.name = name
        self.secretHash = secretHash
        self.admin = .none
        self.tags = [:]
        self.metadata = [:]
        self.revokedAt = revokedAt
        self.removedAt = removedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.revision = revision
    }
}

extension KeyRecord {
    /// Whether the key is served at a moment. What is removed counts as revoked.
    public func standing(at now: UnixTime) -> Standing {
        if self.revokedAt != nil || self.removedAt != nil { return .revoked }
        if self.disabledAt != nil { return .disabled }
        if let expiresAt = self.expiresAt, expiresAt <= now { return .expired }
        return .valid
    }

    /// The hashes that a secret may match at a moment, the current one first.
    public func hashes(at now: UnixTime) -> [Secret] {
        guard let graceHash = self.graceHash, let graceEndsAt = self.graceEndsAt, now < graceEndsAt else {
            return [self.secretHash]
        }
        return [self.secretHash, graceHash]
    }

    /// Revokes the key for ever; the first time counts.
    public mutating func revoke(at now: UnixTime) {
        self.revokedAt = self.revokedAt ?? now
    }

    /// Puts a new secret in the place of the current one, which stays good for `grace` (not at all when it is zero).
    public mutating func rotate(to hash: Secret, at now: UnixTime, grace: Duration) {
        self.graceHash = grace > .zero ? self.secretHash : nil
        self.graceEndsAt = grace > .zero ? now.advanced(by: grace) : nil
        self.secretHash = hash
    }
}
