public import SluiceCore

/// The keys that stand in the configuration, by their digests: see ``CredentialDigest``.
public struct StaticKeyring: Authenticator {
    private static let longestKey = 1024
    private let principals: [CredentialDigest: Principal]

    /// Makes a keyring. Of two equal keys the first counts.
    public init(_ keys: [(key: Secret, principal: Principal)]) {
        self.principals = Dictionary(
            keys.filter { !$0.key.isEmpty && $0.key.count <= Self.longestKey }
                .map { (CredentialDigest($0.key.expose()[...]), $0.principal) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    public func known(_ credential: Substring, from source: String?, at now: UnixTime) -> Principal? {
        self.principal(for: credential)
    }

    public func verify(_ credential: String, from source: String?, at now: UnixTime) async -> Verification {
        self.principal(for: credential[...]).map { .accepted($0) } ?? .refused
    }

    /// Who has this key.
    public func principal(for key: Substring) -> Principal? {
        guard !key.isEmpty, key.utf8.count <= Self.longestKey else { return nil }
        return self.principals[CredentialDigest(key)]
    }

    /// Who has the key with this digest.
    func principal(_ digest: CredentialDigest) -> Principal? {
        self.principals[digest]
    }
}
