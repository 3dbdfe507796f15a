/// Hashes passwords and compares them, at their full cost, off the event loops.
public protocol PasswordHashing: Sendable {
    /// The encoded Argon2id hash of a password. Throws ``GatewayError/Kind/overloaded`` when too many wait.
    func hash(password: Secret) async throws(GatewayError) -> Secret

    /// Whether a password is that of a hash. Without a hash (an unknown user) it takes as long, and is not.
    func matches(password: Secret, hash: Secret?) async throws(GatewayError) -> Bool
}
