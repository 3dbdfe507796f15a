import SluiceCore
import Synchronization
import Testing

@testable import SluiceIdentity

@Suite("The keys of an issuer")
struct JWKSourceTests {
    private let now = TestIssuer.now
    private let configuration = "https://id.example.com/.well-known/openid-configuration"

    private func settings(_ issuer: String = TestIssuer.name, _ keys: TokenIssuer.Keys = .discovered) -> TokenIssuer {
        TokenIssuer(issuer: issuer, audiences: [TestIssuer.audience], keys: keys, keepKeys: .seconds(3600))
    }

    private func keySet(_ signers: TestIssuer.Signer...) -> DocumentAnswer {
        DocumentAnswer(status: 200, body: TestIssuer.keySet(signers))
    }

    @Test("they are found by discovery", arguments: ["https://id.example.com", "https://id.example.com/"])
    func discovery(issuer: String) async {
        let documents = FakeDocuments()
        documents.set(
            self.configuration, #"{"issuer":"\#(issuer)","jwks_uri":"https://keys.example.com/k?v=1"}"#)
        documents.set("https://keys.example.com/k?v=1", self.keySet(TestIssuer.ellipticCurve(.es256)))
        let source = JWKSource(self.settings(issuer), fetching: documents, readFile: { _ in nil })
        #expect(await source.refresh(at: self.now, jitter: 0) == .fetched(1))
        #expect(await source.keys(at: self.now)?.keys.count == 1)
        #expect(documents.asked.map(\.method) == ["GET", "GET"])
    }

    @Test(
        "a discovery that cannot be trusted brings none",
        arguments: [
            #"{"issuer":"https://evil.example.com","jwks_uri":"https://keys.example.com/k"}"#,
            #"{"jwks_uri":"https://keys.example.com/k"}"#,
            #"{"issuer":"https://id.example.com","jwks_uri":"http://keys.example.com/k"}"#,
            #"{"issuer":"https://id.example.com","jwks_uri":"file:///etc/passwd"}"#,
            #"{"issuer":"https://id.example.com"}"#, "<html>", "",
        ])
    func untrusted(document: String) async {
        let documents = FakeDocuments()
        documents.set(self.configuration, document)
        for url in ["https://keys.example.com/k", "http://keys.example.com/k"] {
            documents.set(url, self.keySet(TestIssuer.ellipticCurve(.es256)))
        }
        let source = JWKSource(self.settings(), fetching: documents, readFile: { _ in nil })
        guard case .failed = await source.refresh(at: self.now, jitter: 0) else {
            Issue.record("fetched")
            return
        }
        #expect(await source.keys(at: self.now) == nil)
        #expect(documents.asked.count == 1)
    }

    @Test("they are read from a file")
    func file() async {
        let set = TestIssuer.keySet([TestIssuer.edwards()])
        let source = JWKSource(
            self.settings(TestIssuer.name, .file("/keys.json")), fetching: FakeDocuments(),
            readFile: { $0 == "/keys.json" ? set : nil })
        #expect(await source.refresh(at: self.now, jitter: 0) == .fetched(1))
    }

    @Test("a set is read as far as it can be, and never beyond its bounds")
    func sets() async throws {
        func count(_ text: String) async -> Int? { await KeySet(Array(text.utf8))?.keys.count }
        let signer = TestIssuer.ellipticCurve(.es256)
        for text in [
            "", "{}", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":[{}]}"#, #"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}]}"#,
            #"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#, #"{"keys":[{"kty":"OKP","crv":"X25519","x":"AA"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"\#(String(repeating: "A", count: 43))","y":"\#(String(repeating: "A", count: 43))"}]}"#,
        ] {
            #expect(await count(text) == nil, "\(text)")
        }
        let mixed = #"{"keys":[{"kty":"oct","k":"AA"},7,{\#(signer.publicKey)},{"kty":"EC"}]}"#
        #expect(await count(mixed) == 1)
        let many = #"{"keys":[\#(Array(repeating: "{\(signer.publicKey)}", count: 500).joined(separator: ","))]}"#
        #expect(await count(many) == 64)
        #expect(await KeySet(Array(repeating: 0x20, count: 300_000)) == nil)
        // The private part of a key is not even looked at.
        let leaked =
            #"{"keys":[{"kty":"RSA","n":"\#(TestKeys.modulus)","e":"AQAB","d":"\#(TestKeys.privateExponent)"}]}"#
        let set = try #require(await KeySet(Array(leaked.utf8)))
        #expect(set.keys[0].algorithms == [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512])
    }

    @Test("a token of a new key waits for the keys to be fetched, and is then accepted")
    func rotation() async throws {
        let documents = FakeDocuments()
        let url = "https://id.example.com/keys"
        let (old, new) = (
            TestIssuer.ellipticCurve(.es256, keyID: "old"), TestIssuer.ellipticCurve(.es256, keyID: "new")
        )
        documents.set(url, self.keySet(old))
        let settings = self.settings(TestIssuer.name, .url(try #require(WebURL(url))))
        let source = JWKSource(settings, fetching: documents, readFile: { _ in nil })
        let (wakes, continuation) = AsyncStream<Void>.makeStream()
        source.open { continuation.yield() }
        let verifier = JWTVerifier([.init(settings, source: source)], whenClientLeaves: .cancel)
        let (now, token) = (self.now, try TestIssuer.token(new))
        await withTaskGroup { group in
            group.addTask {
                // Nobody has fetched anything yet: this one waits for the first fetch, and then for a second one.
                documents.set(url, self.keySet(old))
                for await _ in wakes {
                    _ = await source.refresh(at: now, jitter: 0)
                    documents.set(url, self.keySet(old, new))
                }
            }
            let result = await verifier.verify(token, at: now)
            if case .accepted = result {} else { Issue.record("\(result)") }
            // The old key is withdrawn, and another one is unknown: that is not searched for again so soon.
            let stranger = try? TestIssuer.token(TestIssuer.ellipticCurve(.es256, keyID: "stranger"))
            let asked = documents.asked.count
            if case .refused = await verifier.verify(stranger ?? "", at: now) {} else { Issue.record("not refused") }
            #expect(documents.asked.count == asked)
            continuation.finish()
        }
        source.close()
    }

    @Test("without keys a token is neither accepted nor refused")
    func unavailable() async throws {
        let documents = FakeDocuments()
        let settings = self.settings()
        let source = JWKSource(settings, fetching: documents, readFile: { _ in nil })
        let verifier = JWTVerifier([.init(settings, source: source)], whenClientLeaves: .cancel)
        let signer = TestIssuer.ellipticCurve(.es256)
        let token = try TestIssuer.token(signer)
        func isUnavailable(at time: UnixTime) async -> Bool {
            if case .unavailable = await verifier.verify(token, at: time) { true } else { false }
        }
        #expect(await isUnavailable(at: self.now))
        #expect(await source.refresh(at: self.now, jitter: 0) == .failed("id.example.com did not answer"))
        #expect(await isUnavailable(at: self.now))
        // A token that is no good whatever the keys are is refused all the same.
        let stale = try TestIssuer.token(signer, TestIssuer.claims(lifetime: -600))
        if case .refused = await verifier.verify(stale, at: self.now) {} else { Issue.record("not refused") }
        documents.set(self.configuration, #"{"issuer":"https://id.example.com","jwks_uri":"https://id.example.com/k"}"#)
        documents.set("https://id.example.com/k", self.keySet(signer))
        #expect(await source.refresh(at: self.now + 10, jitter: 0) == .fetched(1))
        #expect(await !isUnavailable(at: self.now + 10))
        // The issuer is gone again, for longer than its keys are good.
        documents.set(self.configuration, nil)
        #expect(await source.refresh(at: self.now + 2000, jitter: 0) == .failed("id.example.com did not answer"))
        let late = try TestIssuer.token(signer, TestIssuer.claims(lifetime: 9000))
        if case .accepted = await verifier.verify(late, at: self.now + 3609) {} else { Issue.record("not accepted") }
        if case .unavailable = await verifier.verify(late, at: self.now + 3610) {} else { Issue.record("available") }
    }

    @Test("what waits is let go of when the source is closed")
    func closing() async throws {
        let source = JWKSource(self.settings(), fetching: FakeDocuments(), readFile: { _ in nil })
        let (wakes, continuation) = AsyncStream<Void>.makeStream()
        source.open { continuation.yield() }
        let now = self.now
        async let keys = source.keys(at: now)
        for await _ in wakes { break }
        source.close()
        #expect(await keys == nil)
    }
}
