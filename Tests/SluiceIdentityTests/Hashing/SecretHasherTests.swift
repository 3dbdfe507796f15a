import SluiceCore
import Synchronization
import Testing

@testable import SluiceIdentity

@Suite("Argon2, SecretHasher and PasswordHasher")
struct SecretHasherTests {
    private static let cheap = Argon2Cost(memoryKiB: 8, passes: 1, lanes: 1)

    private static func hasher(_ cost: Argon2Cost = cheap) -> SecretHasher {
        SecretHasher(cost: cost, name: "test-hash", threads: 2, waiting: 64)
    }

    @Test("the hash of the reference implementation's own test is matched")
    func reference() {
        // From the tests of the reference implementation: argon2id, version 19, t=2, m=256, p=1, "password", "somesalt".
        let hash = Secret("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
        #expect(Argon2.matches(Secret("password"), hash: hash) == true)
        #expect(Argon2.matches(Secret("passwore"), hash: hash) == false)
        #expect(Argon2.matches(Secret(""), hash: hash) == false)
    }

    @Test(
        "a damaged hash, or one that costs too much, is neither equal nor unequal",
        arguments: [
            "", "x", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ", "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAA",
            "$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAA",
            "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$AAAAAAAA",
            "$argon2id$v=19$m=8,t=99999999,p=1$c29tZXNhbHQ$AAAAAAAA",
            "$argon2id$v=19$m=-8,t=1,p=1$c29tZXNhbHQ$AAAAAAAA", "$argon2id$v=19$m=8,t=1$c29tZXNhbHQ$AAAAAAAA",
            "$argon2id$v=19$m=8,t=1,p=1$%%%%$AAAAAAAA",
        ])
    func damaged(hash: String) {
        #expect(Argon2.matches(Secret("password"), hash: Secret(hash)) == nil)
    }

    @Test("a secret matches its hash and no other's, and no two hashes are the same")
    func hashes() async throws {
        let hasher = Self.hasher()
        let first = try await hasher.hash(Secret("one"))
        let second = try await hasher.hash(Secret("one"))
        #expect(first != second)
        #expect(try await hasher.matches(Secret("one"), hash: first))
        #expect(try await hasher.matches(Secret("one"), hash: second))
        #expect(try await !hasher.matches(Secret("two"), hash: first))
        #expect(hasher.computed == 5)
        #expect(!"\(first)".contains("argon2"))
    }

    @Test("a damaged hash is an error of the gateway's, not a wrong secret")
    func damagedError() async {
        let error = await #expect(throws: GatewayError.self) {
            try await Self.hasher().matches(Secret("one"), hash: Secret("damaged"))
        }
        #expect(error?.kind == .internal)
    }

    @Test("the cost of keys is small and that of passwords is OWASP's, and both stand in the hash")
    func costs() async throws {
        #expect(
            try await SecretHasher.forKeys(threads: 1).hash(Secret("k")).expose().hasPrefix(
                "$argon2id$v=19$m=1024,t=1,p=1$"))
        let password = try await PasswordHasher(hasher: .forPasswords()).hash(password: Secret("correct horse"))
        #expect(password.expose().hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    }

    @Test("work that finds the queue full is refused at once, and what waits is done")
    func full() async throws {
        let pool = HashingPool(name: "test-hash", threads: 1, capacity: 2, patience: .seconds(60))
        let (held, release) = (Signal(), Signal())
        async let first = pool.run {
            held.post()
            release.wait()
            return 1
        }
        await Self.wait(for: held)
        async let second = pool.run { 2 }
        async let third = pool.run { 3 }
        while pool.waiting < 2 { await Task.yield() }
        await #expect(throws: HashingPool.Refusal.full) { try await pool.run { 4 } }
        release.post()
        #expect(try await [first, second, third] == [1, 2, 3])
    }

    @Test("work that waited too long is not begun")
    func late() async throws {
        let pool = HashingPool(name: "test-hash", threads: 1, capacity: 8, patience: .zero)
        let ran = Atomic(false)
        await #expect(throws: HashingPool.Refusal.late) {
            try await pool.run { ran.store(true, ordering: .relaxed) }
        }
        let hasRun = ran.load(ordering: .relaxed)
        #expect(!hasRun)
    }

    @Test("many at once are all computed, by as many threads as there may be")
    func many() async throws {
        let pool = HashingPool(name: "test-hash", threads: 3, capacity: 2000, patience: .seconds(60))
        let running = Running()
        var sum = 0
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<1000 {
                group.addTask { try await pool.run { running.hold { number } } }
            }
            for try await number in group { sum += number }
        }
        #expect(sum == 499_500)
        #expect(running.most <= 3)
    }

    /// Counts those within.
    private final class Running: Sendable {
        private let counts = Mutex((now: 0, most: 0))

        var most: Int { self.counts.withLock { $0.most } }

        func hold(_ body: () -> Int) -> Int {
            self.counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
            defer { self.counts.withLock { $0.now -= 1 } }
            return body()
        }
    }

    @Test("a password matches its hash; a user who does not exist costs as much and matches nothing")
    func passwords() async throws {
        let hasher = Self.hasher()
        let passwords = PasswordHasher(hasher: hasher, cost: Self.cheap)
        let hash = try await passwords.hash(password: Secret("correct horse"))
        #expect(try await passwords.matches(password: Secret("correct horse"), hash: hash))
        #expect(try await !passwords.matches(password: Secret("wrong horse"), hash: hash))
        let before = hasher.computed
        #expect(try await !passwords.matches(password: Secret("correct horse"), hash: nil))
        #expect(hasher.computed == before + 1)
        let long = Secret(String(repeating: "x", count: PasswordHasher.longest + 1))
        #expect(try await !passwords.matches(password: long, hash: hash))
        let error = await #expect(throws: GatewayError.self) { try await passwords.hash(password: long) }
        #expect(error?.kind == .invalidParameter)
    }

    /// Waits for a signal without holding a thread of the tasks.
    private static func wait(for signal: Signal) async {
        let waiting = HashingPool(name: "test-wait", threads: 1, capacity: 1, patience: .seconds(60))
        _ = try? await waiting.run { signal.wait() }
    }
}
