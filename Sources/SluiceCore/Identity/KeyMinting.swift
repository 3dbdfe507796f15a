/// Makes client keys and the hashes that are stored of them.
public protocol KeyMinting: Sendable {
    /// Makes a key with a new secret. `id` is that of the key whose secret is changed, or `nil` for a new key.
    ///
    /// Throws ``GatewayError/Kind/overloaded`` when too many wait to be hashed.
    func mint(id: KeyID?) async throws(GatewayError) -> MintedKey
}

/// A key that was made: what is shown once, and what is stored.
public struct MintedKey: Sendable {
    /// The public part, which is looked up.
    public let id: KeyID
    /// The whole key, as a client sends it.
    public let key: Secret
    /// The encoded Argon2id hash of its secret part.
    public let hash: Secret

    /// Makes the value.
    public init(id: KeyID, key: Secret, hash: Secret) {
        self.id = id
        self.key = key
        self.hash = hash
    }
}
