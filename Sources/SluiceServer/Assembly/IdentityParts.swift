import SluiceConfig
import SluiceCore
import SluiceIdentity
import SluiceStores

/// What verifies credentials and makes keys, for as long as the process lives.
struct IdentityParts: Sendable {
    /// What was verified.
    let memory: CredentialMemory
    /// Makes keys.
    let minting: KeyMint
    /// Hashes the passwords of users.
    let passwords: PasswordHasher
    /// Reads keys and who stands behind them; `nil` without a database.
    let directory: KeyDirectory?
    /// Who looks at credentials that are no keys of the configuration; of several the first that recognizes one.
    let verifiers: [any CredentialVerifier]

    /// Threads for hashing start when they are first needed.
    init(_ configuration: GatewayConfiguration, _ storage: Storage) {
        let hasher = SecretHasher.forKeys(threads: ProcessorCount.usable)
        let memory = CredentialMemory(knownFor: configuration.storage.knownKeys)
        self.memory = memory
        self.minting = KeyMint(hasher: hasher)
        self.passwords = PasswordHasher(hasher: .forPasswords())
        self.directory = storage.stores.map { stores in
            KeyDirectory(
                keys: stores.keys, tenants: stores.tenants, teams: stores.teams, users: stores.users, memory: memory)
        }
        self.verifiers =
            self.directory.map { directory in
                [
                    StoredKeyVerifier(
                        directory: directory, hasher: hasher, whenClientLeaves: configuration.auth.whenClientLeaves)
                ]
            } ?? []
    }
}
