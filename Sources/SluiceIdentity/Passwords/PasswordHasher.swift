public import SluiceCore

/// Hashes passwords at their full cost.
public struct PasswordHasher: PasswordHashing {
    /// The longest password, in bytes of UTF-8. NIST SP 800-63B asks for 64 characters at least.
    public static let longest = 1024

    private let hasher: SecretHasher
    /// A hash that no password has, for users that do not exist: comparing takes as long as with theirs.
    private let nobody: Secret

    /// Makes a hasher over the threads of `hasher`, which is to be ``SecretHasher/forPasswords(threads:)`` but for tests.
    public init(hasher: SecretHasher, cost: Argon2Cost = .password) {
        self.hasher = hasher
        // 16 bytes of salt are 22 characters of base 64, and 32 of the tag 43; all zeros are as good as any others.
        self.nobody = Secret(
            "$argon2id$v=19$m=\(cost.memoryKiB),t=\(cost.passes),p=\(cost.lanes)"
                + "$\(String(repeating: "A", count: 22))$\(String(repeating: "A", count: 43))")
    }

    /// Throws ``GatewayError/Kind/overloaded``, and ``GatewayError/Kind/invalidParameter`` for a password longer than ``longest``.
    public func hash(password: Secret) async throws(GatewayError) -> Secret {
        guard password.count <= Self.longest else {
            throw GatewayError(
                .invalidParameter, "A password has at most \(Self.longest) bytes.", parameter: "password")
        }
        return try await self.hasher.hash(password)
    }

    public func matches(password: Secret, hash: Secret?) async throws(GatewayError) -> Bool {
        let isPossible = password.count <= Self.longest
        let compared = isPossible ? password : Secret("")
        let isEqual = try await self.hasher.matches(compared, hash: hash ?? self.nobody)
        return isEqual && isPossible && hash != nil
    }
}
