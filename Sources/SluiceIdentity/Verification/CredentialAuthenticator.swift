public import SluiceCore

/// Knows the keys of the configuration, remembers what was verified, and has verifiers look at the rest.
///
/// A small value that belongs to a snapshot. A reload takes another by ``replacing(staticKeys:verifiers:)``; what was verified, who
/// waits and who failed is shared by both.
public struct CredentialAuthenticator: Authenticator {
    /// The longest credential that is looked at, in bytes: tokens of some issuers hold long lists of groups.
    public static let longest = 16 * 1024
    private static let retries = 4

    private let staticKeys: StaticKeyring
    private let verifiers: [any CredentialVerifier]
    private let memory: CredentialMemory
    private let desk: VerificationDesk
    private let generation: Int

    /// Makes an authenticator.
    ///
    /// - Parameters:
    ///   - staticKeys: the keys of the configuration, which go before all others.
    ///   - verifiers: who looks at the rest; of several the first that recognizes a credential.
    ///   - memory: what was verified. The one that ``KeyDirectory`` has, so that a change is in force at once.
    ///   - bounds: how much verifying may take.
    public init(
        staticKeys: StaticKeyring,
        verifiers: [any CredentialVerifier],
        memory: CredentialMemory,
        bounds: VerificationBounds = VerificationBounds()
    ) {
        self.staticKeys = staticKeys
        self.verifiers = verifiers
        self.memory = memory
        self.desk = VerificationDesk(bounds)
        self.generation = self.desk.nextGeneration()
    }

    private init(_ other: CredentialAuthenticator, _ staticKeys: StaticKeyring, _ verifiers: [any CredentialVerifier]?)
    {
        self.staticKeys = staticKeys
        self.verifiers = verifiers ?? other.verifiers
        self.memory = other.memory
        self.desk = other.desk
        self.generation = verifiers == nil ? other.generation : other.desk.nextGeneration()
    }

    /// The authenticator of a new configuration. Tokens that other verifiers accepted are verified again when `verifiers` are given; stored keys stay
    /// known.
    public func replacing(
        staticKeys: StaticKeyring,
        verifiers: [any CredentialVerifier]? = nil
    ) -> CredentialAuthenticator {
        CredentialAuthenticator(self, staticKeys, verifiers)
    }

    public func known(_ credential: Substring, from source: String?, at now: UnixTime) -> Principal? {
        guard Self.isPossible(credential) else { return nil }
        let digest = CredentialDigest(credential)
        if let principal = self.staticKeys.principal(digest) { return principal }
        guard let found = self.memory.credential(digest, generation: self.generation, at: now),
            found.isWelcome(from: source)
        else { return nil }
        return found.principal
    }

    public func verify(_ credential: String, from source: String?, at now: UnixTime) async -> Verification {
        guard Self.isPossible(credential[...]) else { return .refused }
        let digest = CredentialDigest(credential[...])
        if let principal = self.staticKeys.principal(digest) { return .accepted(principal) }
        let address = source.flatMap { IPAddress($0) }
        for _ in 0..<Self.retries {
            if let found = self.memory.credential(digest, generation: self.generation, at: now) {
                return Self.answer(found, source)
            }
            // After what is known, so that nobody who fails locks out others behind the same address.
            if let seconds = self.desk.wait(of: address, at: now) { return .throttled(retryAfterSeconds: seconds) }
            switch await self.outcome(of: credential, digest, address, now) {
            case .good(let found): return Self.answer(found, source)
            // Or another who sent the same has to wait; whether this one has to is asked above.
            case .changedMeanwhile, .throttled: continue
            case .unavailable(let reason): return .unavailable(reason)
            case .refused: return .refused
            }
        }
        return .unavailable("what it depends on changes all the time")
    }

    private func outcome(
        of credential: String,
        _ digest: CredentialDigest,
        _ address: IPAddress?,
        _ now: UnixTime
    ) async -> VerificationOutcome {
        guard let verifier = self.verifiers.first(where: { $0.recognizes(credential) }) else {
            self.desk.failed(from: address, at: now)
            return .refused
        }
        let (memory, generation) = (self.memory, self.generation)
        return await self.desk.verify(digest, from: address, at: now) {
            let mark = memory.mark()
            switch await verifier.verify(credential, at: now) {
            case .refused: return .refused
            case .unavailable(let reason): return .unavailable(reason)
            case .accepted(let principal, let until, let networks):
                let found = KnownCredential(
                    principal: principal, until: until, networks: networks, generation: generation)
                return memory.keep(found, digest, verifiedAt: mark) ? .good(found) : .changedMeanwhile
            }
        }
    }

    private static func answer(_ found: KnownCredential, _ source: String?) -> Verification {
        found.isWelcome(from: source) ? .accepted(found.principal) : .wrongNetwork
    }

    private static func isPossible(_ credential: Substring) -> Bool {
        !credential.isEmpty && credential.utf8.count <= Self.longest
    }
}
