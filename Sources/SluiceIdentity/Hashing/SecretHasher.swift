public import SluiceCore
import Synchronization

/// Hashes secrets by Argon2id and compares them, on threads of its own, so many at once and no more.
public final class SecretHasher: Sendable {
    private let cost: Argon2Cost
    private let pool: HashingPool
    private let computedHashes = Atomic<Int>(0)

    /// Makes a hasher.
    ///
    /// - Parameters:
    ///   - cost: what each new hash costs. One that is compared with costs what stands in it.
    ///   - name: what the threads are called in the process list, 15 bytes at most.
    ///   - threads: how many are computed at once.
    ///   - waiting: how many may wait; the next is told that there are too many.
    ///   - patience: how long one may wait.
    public init(cost: Argon2Cost, name: String, threads: Int, waiting: Int, patience: Duration = .seconds(5)) {
        self.cost = cost
        self.pool = HashingPool(name: name, threads: threads, capacity: waiting, patience: patience)
    }

    /// A hasher for keys of the gateway's own making. `threads` is the number of processors, or fewer.
    public static func forKeys(threads: Int) -> SecretHasher {
        SecretHasher(cost: .randomKey, name: "key-hash", threads: threads, waiting: 4096)
    }

    /// A hasher for passwords. Each that is computed holds 19 MiB meanwhile.
    public static func forPasswords(threads: Int = 1) -> SecretHasher {
        SecretHasher(cost: .password, name: "password-hash", threads: threads, waiting: 64)
    }

    /// How many hashes were computed so far.
    public var computed: Int { self.computedHashes.load(ordering: .relaxed) }

    /// The encoded hash of a secret. Throws ``GatewayError/Kind/overloaded``.
    public func hash(_ secret: Secret) async throws(GatewayError) -> Secret {
        let cost = self.cost
        let salt = Argon2.salt()
        guard let hash = try await self.run({ Argon2.hash(secret, salt: salt, cost: cost) }) else {
            throw GatewayError(
                .overloaded, "There is not enough memory for a hash; try again later.", retryAfterSeconds: 1)
        }
        return hash
    }

    /// Whether a secret is that of a hash. Throws ``GatewayError/Kind/overloaded``, and ``GatewayError/Kind/internal`` when the hash is damaged.
    public func matches(_ secret: Secret, hash: Secret) async throws(GatewayError) -> Bool {
        guard let isEqual = try await self.run({ Argon2.matches(secret, hash: hash) }) else {
            throw GatewayError(.internal, "A stored hash cannot be compared with.")
        }
        return isEqual
    }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(GatewayError) -> Value {
        do throws(HashingPool.Refusal) {
            let value = try await self.pool.run(work)
            self.computedHashes.add(1, ordering: .relaxed)
            return value
        } catch {
            throw GatewayError(
                .overloaded, "Too many secrets are being verified; try again later.", retryAfterSeconds: 1)
        }
    }
}
