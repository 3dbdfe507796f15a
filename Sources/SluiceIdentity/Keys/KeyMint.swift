public import SluiceCore

/// Makes client keys, with the system's random numbers and Argon2id.
public struct KeyMint: KeyMinting {
    private let hasher: SecretHasher

    /// Makes a mint. `hasher` is to be the one that verifies keys, so that both share its bounds: ``SecretHasher/forKeys(threads:)``.
    public init(hasher: SecretHasher) {
        self.hasher = hasher
    }

    /// Throws ``GatewayError/Kind/overloaded``, and ``GatewayError/Kind/invalidParameter`` for an id that is none of a key.
    public func mint(id: KeyID?) async throws(GatewayError) -> MintedKey {
        var generator = SystemRandomNumberGenerator()
        guard let made = ClientKey.make(id: id, using: &generator) else {
            throw GatewayError(.invalidParameter, "The id is not that of a key.", parameter: "id")
        }
        return MintedKey(id: made.key.id, key: made.text, hash: try await self.hasher.hash(made.key.secret))
    }
}
