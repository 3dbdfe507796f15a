public import SluiceCore
import Synchronization

/// Verifies stored keys: one read by their public id, and Argon2id for a secret that was not compared with its hash before.
public final class StoredKeyVerifier: CredentialVerifier {
    private let directory: KeyDirectory
    private let hasher: SecretHasher
    private let whenClientLeaves: ClientLeavePolicy
    /// Secrets and the hashes that they were found to match. That never changes, so a key that has to be looked up again, because something of it
    /// changed or the feed was lost, costs no Argon2.
    private let proven: Mutex<SecondChanceCache<CredentialDigest, Bool>>

    /// Makes a verifier.
    ///
    /// - Parameters:
    ///   - directory: reads the records.
    ///   - hasher: compares; ``SecretHasher/forKeys(threads:)`` but for tests.
    ///   - whenClientLeaves: the policy of keys that have none of their own.
    ///   - capacity: how many comparisons are remembered.
    public init(
        directory: KeyDirectory,
        hasher: SecretHasher,
        whenClientLeaves: ClientLeavePolicy,
        capacity: Int = 65_536
    ) {
        self.directory = directory
        self.hasher = hasher
        self.whenClientLeaves = whenClientLeaves
        self.proven = Mutex(SecondChanceCache(capacity: capacity))
    }

    /// By its beginning, so that a mistyped key is sent to nobody else.
    public func recognizes(_ credential: String) -> Bool {
        ClientKey.isMeant(by: credential)
    }

    public func verify(_ credential: String, at now: UnixTime) async -> VerifierResult {
        guard let key = ClientKey(credential) else { return .refused }
        let found: KeyDirectory.Found?
        do throws(StoreError) {
            found = try await self.directory.find(key.id, at: now)
        } catch {
            return .unavailable("the database of keys cannot be asked")
        }
        guard let found, found.isServed else { return .refused }
        do throws(GatewayError) {
            guard let until = try await self.end(of: key.secret, found.record, now) else { return .refused }
            return .accepted(
                Principal(found, whenClientLeaves: self.whenClientLeaves),
                until: until == UnixTime(milliseconds: .max) ? nil : until,
                // A range that cannot be read lets nobody in.
                networks: found.record.networks?.compactMap { CIDR($0) })
        } catch {
            return .unavailable(error.kind == .overloaded ? VerificationOutcome.tooMany : "its stored hash is damaged")
        }
    }

    /// Until when a secret is that of a key; `nil` when it is not.
    private func end(of secret: Secret, _ record: KeyRecord, _ now: UnixTime) async throws(GatewayError) -> UnixTime? {
        let never = UnixTime(milliseconds: .max)
        let expires = record.expiresAt ?? never
        for (index, hash) in record.hashes(at: now).enumerated() where try await self.matches(secret, hash) {
            return index == 0 ? expires : min(expires, record.graceEndsAt ?? never)
        }
        return nil
    }

    private func matches(_ secret: Secret, _ hash: Secret) async throws(GatewayError) -> Bool {
        let digest = CredentialDigest(secret, provenBy: hash)
        if self.proven.withLock({ $0.value(for: digest) }) != nil { return true }
        guard try await self.hasher.matches(secret, hash: hash) else { return false }
        self.proven.withLock { $0.insert(true, for: digest) }
        return true
    }
}

extension Principal {
    /// Who has a stored key.
    fileprivate convenience init(_ found: KeyDirectory.Found, whenClientLeaves: ClientLeavePolicy) {
        let record = found.record
        self.init(
            proof: .storedKey,
            keyID: record.id.text,
            keyName: record.name,
            tenant: record.tenantID.text,
            team: found.team?.text,
            user: record.user?.text,
            tags: record.tags,
            models: record.models.map { $0.map { ModelPattern($0) } },
            surfaces: record.surfaces.map { Set($0) },
            admin: record.admin,
            limits: record.limits,
            budget: record.budget,
            whenClientLeaves: record.whenClientLeaves.flatMap { ClientLeavePolicy(rawValue: $0) } ?? whenClientLeaves,
            isCaptured: record.isCaptured
        )
    }
}
