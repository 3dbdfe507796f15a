import SluiceCore
import SluiceIdentity
import Synchronization
import Testing

@Suite("CredentialAuthenticator")
struct CredentialAuthenticatorTests {
    @Test("a key is verified once and known from then on")
    func known() async throws {
        let identity = TestIdentity()
        let (key, record) = try await identity.key()
        let before = identity.hasher.computed
        #expect(identity.known(key) == nil)
        let principal = try #require(await identity.verify(key).principal)
        #expect(principal.keyID == record.id.text)
        #expect(principal.proof == .storedKey)
        for _ in 0..<10 { #expect(identity.known(key) === principal) }
        #expect(await identity.verify(key).principal === principal)
        #expect(identity.keys.reads == 1)
        #expect(identity.hasher.computed == before + 1)
    }

    @Test("the keys of the configuration go first, and a reload changes them and nothing else")
    func staticKeys() async throws {
        let identity = TestIdentity()
        let (key, _) = try await identity.key()
        #expect(identity.known("static-key")?.keyID == "file")
        #expect(await identity.verify("static-key").principal?.keyID == "file")
        let principal = try #require(await identity.verify(key).principal)
        let reloaded = identity.authenticator.replacing(
            staticKeys: StaticKeyring([(Secret("new-key"), Principal(keyID: "new", keyName: "new"))]), verifiers: [])
        #expect(reloaded.known("new-key", from: nil, at: TestIdentity.now)?.keyID == "new")
        #expect(reloaded.known("static-key", from: nil, at: TestIdentity.now) == nil)
        #expect(reloaded.known(key[...], from: nil, at: TestIdentity.now) === principal)
    }

    @Test("an unknown id, a wrong secret, and a key that is disabled, revoked, removed or expired get the same answer")
    func sameAnswer() async throws {
        let identity = TestIdentity()
        let other = try await identity.key().text
        let disabled = try await identity.key { $0.disabledAt = TestIdentity.now }
        let revoked = try await identity.key { $0.revoke(at: TestIdentity.now) }
        let expired = try await identity.key { $0.expiresAt = TestIdentity.now }
        let good = try await identity.key()
        var generator = SystemRandomNumberGenerator()
        let wrong = try #require(ClientKey.make(id: good.record.id, using: &generator)).text.expose()
        let before = identity.hasher.computed
        for key in [KeyGenerator.make(), disabled.text, revoked.text, expired.text, String(other.dropLast()), "x", ""] {
            #expect(await identity.verify(key).word == "refused")
            #expect(identity.known(key) == nil)
        }
        // None of these was worth a hash; only a wrong secret of a good key is.
        #expect(identity.hasher.computed == before)
        #expect(await identity.verify(wrong).word == "refused")
        #expect(identity.hasher.computed == before + 1)
        #expect(identity.memory.count == 0)
    }

    @Test("a bad checksum is refused without a look-up, and is sent to no other verifier")
    func checksum() async throws {
        let other = TestVerifier { _ in
            .accepted(Principal(keyID: "other", keyName: "other"), until: nil, networks: nil)
        }
        let identity = TestIdentity(others: [other])
        let key = try await identity.key().text
        #expect(await identity.verify(String(key.dropLast()) + (key.last == "a" ? "b" : "a")).word == "refused")
        #expect(identity.keys.reads == 0)
        #expect(other.calls == 0)
        #expect(await identity.verify("an opaque token").principal?.keyID == "other")
        #expect(other.calls == 1)
    }

    @Test("a key that is bound to networks is good from them alone")
    func networks() async throws {
        let identity = TestIdentity()
        let (key, _) = try await identity.key { $0.networks = ["10.0.0.0/8", "2001:db8::/32"] }
        #expect(await identity.verify(key, from: "192.0.2.1").word == "wrong network")
        #expect(await identity.verify(key, from: nil).word == "wrong network")
        #expect(identity.known(key, from: "10.1.2.3") != nil)
        #expect(identity.known(key, from: "2001:db8::7") != nil)
        #expect(identity.known(key, from: "11.1.2.3") == nil)
        #expect(identity.known(key, from: "nonsense") == nil)
        #expect(await identity.verify(key, from: "10.1.2.3").word == "accepted")
        let (shut, _) = try await identity.key { $0.networks = ["nonsense"] }
        #expect(await identity.verify(shut, from: "10.1.2.3").word == "wrong network")
        #expect(identity.hasher.computed == 4)
    }

    @Test("many who send the same key at once have it verified once")
    func singleFlight() async throws {
        let identity = TestIdentity()
        let (key, _) = try await identity.key()
        let before = identity.hasher.computed
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 { group.addTask { await identity.verify(key).principal != nil } }
            var accepted = 0
            for await isAccepted in group where isAccepted { accepted += 1 }
            return accepted
        }
        #expect(accepted == 500)
        #expect(identity.hasher.computed == before + 1)
        #expect(identity.keys.reads == 1)
    }

    @Test("one more than may wait is told so, and does not hang")
    func overload() async throws {
        var bounds = VerificationBounds()
        bounds.concurrent = 1
        bounds.waiting = 0
        let identity = TestIdentity(bounds: bounds)
        let (first, second) = (try await identity.key().text, try await identity.key().text)
        let (inside, proceed) = (Gate(), Gate())
        identity.keys.beforeNextAnswer {
            inside.open()
            await proceed.wait()
        }
        let verification = Task { await identity.verify(first) }
        await inside.wait()
        #expect(await identity.verify(second).word == "unavailable")
        #expect(await identity.verify(first).word == "unavailable")
        proceed.open()
        #expect(await verification.value.word == "accepted")
        #expect(await identity.verify(second).word == "accepted")
    }

    @Test("verifying that takes longer than it may is given up, and those who wait with it are told")
    func deadline() async throws {
        var bounds = VerificationBounds()
        bounds.deadline = .milliseconds(20)
        let never = TestVerifier { _ in
            await Gate().waitUntilCancelled()
            return .refused
        }
        let identity = TestIdentity(bounds: bounds, others: [never])
        async let first = identity.verify("a token")
        async let second = identity.verify("a token")
        #expect(await [first.word, second.word] == ["unavailable", "unavailable"])
    }

    @Test("too many wrong keys of an address are throttled, before anything is looked up; what is known goes on")
    func throttled() async throws {
        var bounds = VerificationBounds()
        bounds.failureBurst = 3
        let identity = TestIdentity(bounds: bounds)
        let (known, _) = try await identity.key()
        let (unknown, _) = try await identity.key()
        #expect(await identity.verify(known).word == "accepted")
        for _ in 0..<3 { #expect(await identity.verify(KeyGenerator.make()).word == "refused") }
        let reads = identity.keys.reads
        guard case .throttled(let seconds) = await identity.verify(KeyGenerator.make()) else {
            Issue.record("the fourth wrong key was not throttled")
            return
        }
        #expect(seconds == 2)
        #expect(await identity.verify(unknown).word == "throttled")
        #expect(identity.keys.reads == reads)
        // Nobody is locked out by another behind the same address.
        #expect(identity.known(known) != nil)
        #expect(await identity.verify(known).word == "accepted")
        #expect(await identity.verify(unknown, from: "192.0.2.2").word == "accepted")
        #expect(
            await identity.verify(KeyGenerator.make(), at: TestIdentity.now.advanced(by: .seconds(2))).word == "refused"
        )
    }

    @Test("wrong keys that come all at once are throttled as those that come one by one")
    func throttledAtOnce() async throws {
        var bounds = VerificationBounds()
        bounds.failureBurst = 10
        bounds.concurrent = 4
        let identity = TestIdentity(bounds: bounds)
        let (_, record) = try await identity.key()
        let before = identity.hasher.computed
        let words = await withTaskGroup(of: String.self) { group in
            for _ in 0..<500 {
                var generator = SystemRandomNumberGenerator()
                let wrong = ClientKey.make(id: record.id, using: &generator)?.text.expose() ?? ""
                group.addTask { await identity.verify(wrong).word }
            }
            var words: [String: Int] = [:]
            for await word in group { words[word, default: 0] += 1 }
            return words
        }
        // Those that ran when the last of the ten failed were not stopped.
        #expect(words["refused", default: 0] >= 10)
        #expect(words["refused", default: 0] <= 14)
        #expect(words["refused", default: 0] + words["throttled", default: 0] == 500)
        #expect(identity.hasher.computed - before <= 14)
    }

    @Test("a token is known until it ends, and is verified again when others verify")
    func tokens() async throws {
        let tokens = TestVerifier { _ in
            .accepted(
                Principal(proof: .token, keyID: "t", keyName: "t", user: "usr_a"),
                until: TestIdentity.now.advanced(by: .seconds(60)), networks: nil)
        }
        let identity = TestIdentity(others: [tokens])
        #expect(await identity.verify("a token").word == "accepted")
        #expect(identity.known("a token", at: TestIdentity.now.advanced(by: .seconds(59))) != nil)
        #expect(identity.known("a token", at: TestIdentity.now.advanced(by: .seconds(60))) == nil)
        let same = identity.authenticator.replacing(staticKeys: StaticKeyring([]))
        #expect(same.known("a token", from: nil, at: TestIdentity.now) != nil)
        let others = identity.authenticator.replacing(staticKeys: StaticKeyring([]), verifiers: [])
        #expect(others.known("a token", from: nil, at: TestIdentity.now) == nil)
        #expect(await others.verify("a token", from: nil, at: TestIdentity.now).word == "refused")
        // A token does not need the database, but its user does count.
        identity.keys.fail(TestIdentity.away)
        #expect(identity.known("a token") != nil)
        await identity.tell(.user, "usr_a")
        #expect(identity.known("a token") == nil)
    }

    @Test("only what was verified takes a place, and no more than may")
    func bounded() async throws {
        let tokens = TestVerifier { token in
            token.hasPrefix("good")
                ? .accepted(Principal(proof: .token, keyID: token, keyName: token), until: nil, networks: nil)
                : .refused
        }
        var bounds = VerificationBounds()
        bounds.failureBurst = 1_000_000
        let identity = TestIdentity(capacity: 640, bounds: bounds, others: [tokens])
        for number in 0..<2000 { _ = await identity.verify("bad \(number)") }
        #expect(identity.memory.count == 0)
        for number in 0..<2000 { _ = await identity.verify("good \(number)") }
        #expect(identity.memory.count <= 640)
        #expect(identity.memory.count > 500)
    }

    @Test("10,000 keys that come at once are all accepted, each for one hash, and all are known then")
    func restart() async throws {
        let before = TestIdentity()
        let hasher = before.hasher
        let keys = try await withThrowingTaskGroup(of: (String, KeyRecord).self) { group in
            for _ in 0..<10_000 {
                group.addTask {
                    // As many at once as the pool lets wait.
                    try await Self.retrying { try await before.key() }
                }
            }
            var keys: [(String, KeyRecord)] = []
            for try await key in group { keys.append(key) }
            return keys
        }
        // How long it takes is measured by identity-bench, on a machine that does nothing else.
        var bounds = VerificationBounds()
        bounds.deadline = .seconds(600)
        let after = TestIdentity(bounds: bounds, hasher: hasher)
        for (_, record) in keys { after.keys.put(record) }
        let made = hasher.computed
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for (key, _) in keys { group.addTask { await after.verify(key).principal != nil } }
            var accepted = 0
            for await isAccepted in group where isAccepted { accepted += 1 }
            return accepted
        }
        #expect(accepted == 10_000)
        #expect(hasher.computed == made + 10_000)
        #expect(after.keys.reads == 10_000)
        #expect(keys.count { after.known($0.0) != nil } == 10_000)
    }

    private static func retrying<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        while true {
            do {
                return try await body()
            } catch let error as GatewayError where error.kind == .overloaded {
                await Task.yield()
            }
        }
    }
}
