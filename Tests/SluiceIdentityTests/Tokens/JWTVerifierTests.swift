import SluiceCore
import Testing

@testable import SluiceIdentity

@Suite("Verifying JSON web tokens")
struct JWTVerifierTests {
    private let now = TestIssuer.now
    private let keysURL = "https://id.example.com/keys"

    /// A verifier of one issuer whose keys are there.
    private func verifier(
        _ signers: [TestIssuer.Signer],
        more: String = "",
        _ change: (inout TokenIssuer) -> Void = { _ in }
    ) async throws -> JWTVerifier {
        let documents = FakeDocuments()
        documents.set(
            self.keysURL, DocumentAnswer(status: 200, body: TestIssuer.keySet(signers, more: more)))
        var settings = TokenIssuer(
            issuer: TestIssuer.name, audiences: [TestIssuer.audience],
            keys: .url(try #require(WebURL(self.keysURL))))
        change(&settings)
        let source = JWKSource(settings, fetching: documents, readFile: { _ in nil })
        _ = await source.refresh(at: self.now, jitter: 0)
        return JWTVerifier([.init(settings, source: source)], whenClientLeaves: .drain)
    }

    private func principal(_ result: VerifierResult) -> Principal? {
        if case .accepted(let principal, _, _) = result { principal } else { nil }
    }

    private func isRefused(_ result: VerifierResult) -> Bool {
        if case .refused = result { true } else { false }
    }

    @Test("a token of every algorithm is accepted", arguments: TokenAlgorithm.asymmetric)
    func everyAlgorithm(algorithm: TokenAlgorithm) async throws {
        let signer: TestIssuer.Signer =
            switch algorithm {
            case .edDSA: TestIssuer.edwards()
            case .es256, .es384, .es512: TestIssuer.ellipticCurve(algorithm)
            default: try await TestIssuer.rsa(algorithm)
            }
        let verifier = try await self.verifier([signer])
        let token = try TestIssuer.token(signer)
        #expect(verifier.recognizes(token))
        let principal = try #require(self.principal(await verifier.verify(token, at: self.now)))
        #expect(principal.proof == .token)
        #expect(principal.keyID == "issuer:id.example.com:alice")
        #expect(principal.keyName == "issuer:id.example.com")
        #expect(principal.user == "alice")
        #expect(principal.tenant == nil && principal.team == nil && principal.models == nil)
        #expect(principal.admin == .none)
        #expect(principal.whenClientLeaves == .drain)
        // The issuer takes other algorithms only.
        let others = try await self.verifier([signer]) { $0.algorithms.remove(algorithm) }
        #expect(self.isRefused(await others.verify(token, at: self.now)))
    }

    @Test("a token of another key, or of a key with another use or algorithm, is refused")
    func otherKeys() async throws {
        let (signer, other) = (TestIssuer.ellipticCurve(.es256), TestIssuer.ellipticCurve(.es256))
        let token = try TestIssuer.token(signer)
        #expect(self.isRefused(await (try self.verifier([other])).verify(token, at: self.now)))
        for more in [#","use":"enc""#, #","alg":"ES384""#, #","key_ops":["sign"]"#] {
            let second = TestIssuer.ellipticCurve(.es256, keyID: "second")
            let documents = FakeDocuments()
            let set = #"{"keys":[{\#(signer.publicKey),"kid":"ec"\#(more)},{\#(second.publicKey),"kid":"second"}]}"#
            documents.set(self.keysURL, set)
            let settings = TokenIssuer(
                issuer: TestIssuer.name, audiences: ["sluice"], keys: .url(try #require(WebURL(self.keysURL))))
            let source = JWKSource(settings, fetching: documents, readFile: { _ in nil })
            #expect(await source.refresh(at: self.now, jitter: 0) == .fetched(1))
            let verifier = JWTVerifier([.init(settings, source: source)], whenClientLeaves: .cancel)
            #expect(self.isRefused(await verifier.verify(token, at: self.now)), "\(more)")
            #expect(self.principal(await verifier.verify(try TestIssuer.token(second), at: self.now)) != nil)
        }
    }

    @Test("a key without a name serves tokens that name one, and a token without a name tries all keys")
    func namelessKeys() async throws {
        let (one, two) = (TestIssuer.ellipticCurve(.es256, keyID: "1"), TestIssuer.ellipticCurve(.es256, keyID: "2"))
        let header = #"{"alg":"ES256"}"#
        let verifier = try await self.verifier([one, two])
        for signer in [one, two] {
            let token = try TestIssuer.token(signer, header: header)
            #expect(self.principal(await verifier.verify(token, at: self.now)) != nil)
        }
        let stranger = try TestIssuer.token(TestIssuer.ellipticCurve(.es256), header: header)
        #expect(self.isRefused(await verifier.verify(stranger, at: self.now)))
    }

    @Test("tokens whose header cannot be trusted are refused")
    func headers() async throws {
        let signer = TestIssuer.ellipticCurve(.es256)
        let verifier = try await self.verifier([signer])
        let headers = [
            #"{"alg":"none","kid":"ec"}"#, #"{"alg":"None"}"#, #"{"alg":"HS256","kid":"ec"}"#, #"{"kid":"ec"}"#,
            #"{"alg":"ES384","kid":"ec"}"#, #"{"alg":["ES256"],"kid":"ec"}"#, #"{"alg":"ES256","kid":7}"#,
            #"{"alg":"ES256","kid":"ec","crit":["exp"]}"#, #"{"alg":"ES256","kid":"ec","b64":false}"#,
            #"{"alg":"ES256","kid":"ec","typ":"logout+jwt"}"#, #"{"alg":"ES256","kid":"ec","typ":null}"#,
            #"{"alg":"none","alg":"ES256","kid":"ec"}"#, #"["alg","ES256"]"#,
            #"{"alg":"ES256","kid":"\#(String(repeating: "k", count: 300))"}"#,
            #"{"alg":"ES256","kid":"ec","x":\#(String(repeating: "[", count: 40) + String(repeating: "]", count: 40))}"#,
            #"{"alg":"ES256","kid":"ec","x":"\#(String(repeating: "x", count: 4000))"}"#,
        ]
        for header in headers {
            let token = try TestIssuer.token(signer, header: header)
            #expect(self.isRefused(await verifier.verify(token, at: self.now)), "\(header)")
        }
        let types = [
            #"{"alg":"ES256","kid":"ec","typ":"at+JWT"}"#, #"{"alg":"ES256","kid":"ec","jku":"https://x","jwk":{}}"#,
        ]
        for header in types {
            let token = try TestIssuer.token(signer, header: header)
            #expect(self.principal(await verifier.verify(token, at: self.now)) != nil, "\(header)")
        }
    }

    @Test("a public key is no secret")
    func algorithmConfusion() async throws {
        let rsa = try await TestIssuer.rsa(.rs256)
        let secret = "a secret of at least thirty-two characters"
        let verifier = try await self.verifier([rsa]) {
            $0.algorithms.formUnion([.hs256, .hs384, .hs512])
            $0.secret = Secret(secret)
        }
        // Signed with what everyone can read: the modulus, in its forms, and the whole key set.
        let texts = [TestKeys.modulus, rsa.publicKey, String(decoding: TestIssuer.keySet([rsa]), as: UTF8.self), ""]
        for text in texts {
            let forged = TestIssuer.secret(text.isEmpty ? " " : text, .hs256)
            for header in [#"{"alg":"HS256","kid":"rsa"}"#, #"{"alg":"HS256"}"#, #"{"alg":"RS256","kid":"rsa"}"#] {
                let token = try TestIssuer.token(forged, header: header)
                #expect(self.isRefused(await verifier.verify(token, at: self.now)))
            }
        }
        for algorithm in [TokenAlgorithm.hs256, .hs384, .hs512] {
            let token = try TestIssuer.token(TestIssuer.secret(secret, algorithm))
            #expect(self.principal(await verifier.verify(token, at: self.now)) != nil)
            // Without being listed it is refused, secret or not.
            let strict = try await self.verifier([rsa]) { $0.secret = Secret(secret) }
            #expect(self.isRefused(await strict.verify(token, at: self.now)))
        }
    }

    @Test("the times of a token hold to the millisecond, leeway included")
    func times() async throws {
        let signer = TestIssuer.ellipticCurve(.es256)
        let verifier = try await self.verifier([signer]) { $0.leeway = .seconds(60) }
        let start = self.now.milliseconds / 1000
        func accepted(_ claims: String, at milliseconds: Int64) async throws -> UnixTime? {
            let token = try TestIssuer.token(signer, claims)
            let result = await verifier.verify(token, at: UnixTime(milliseconds: milliseconds))
            guard case .accepted(_, let until, _) = result else { return nil }
            return until
        }
        func claims(_ times: String) -> String {
            #"{"iss":"https://id.example.com","aud":"sluice","sub":"a"\#(times)}"#
        }
        let expiring = claims(#","exp":\#(start + 100)"#)
        let end = (start + 160) * 1000
        #expect(try await accepted(expiring, at: end - 1) == UnixTime(milliseconds: end))
        #expect(try await accepted(expiring, at: end) == nil)
        // A token that holds for longer is looked at again.
        let long = claims(#","exp":\#(start + 9_999)"#)
        #expect(try await accepted(long, at: self.now.milliseconds) == self.now + 300)
        let early = claims(#","exp":\#(start + 900),"nbf":\#(start + 60)"#)
        #expect(try await accepted(early, at: self.now.milliseconds - 1) == nil)
        #expect(try await accepted(early, at: self.now.milliseconds) != nil)
        let future = claims(#","exp":\#(start + 900),"iat":\#(start + 60)"#)
        #expect(try await accepted(future, at: self.now.milliseconds - 1) == nil)
        #expect(try await accepted(future, at: self.now.milliseconds) != nil)
        #expect(try await accepted(claims(#","exp":\#(start + 1).5"#), at: (start + 61) * 1000 + 499) != nil)
        #expect(try await accepted(claims(#","exp":\#(start + 1).5"#), at: (start + 61) * 1000 + 500) == nil)
        for wrong in [
            "", #","exp":null"#, #","exp":"\#(start + 100)""#, #","exp":1e300"#, #","exp":-1e300"#, #","exp":[1]"#,
            #","exp":\#(start + 100),"nbf":"0""#, #","exp":\#(start + 100),"iat":{}"#,
            #","exp":\#(start + 100),"exp":\#(start + 200)"#, #","exp":99999999999999999999999999"#,
        ] {
            #expect(try await accepted(claims(wrong), at: self.now.milliseconds) == nil, "\(wrong)")
        }
    }

    @Test("another issuer or audience is refused")
    func issuerAndAudience() async throws {
        let signer = TestIssuer.ellipticCurve(.es256)
        let verifier = try await self.verifier([signer]) { $0.audiences = ["sluice", "other"] }
        func accepts(_ claims: String) async throws -> Bool {
            self.principal(await verifier.verify(try TestIssuer.token(signer, claims), at: self.now)) != nil
        }
        for audience in [#""sluice""#, #""other""#, #"["x","other"]"#] {
            #expect(try await accepts(TestIssuer.claims(audience: audience)))
        }
        for audience in [#""sluice2""#, #"["x"]"#, "[]", "null", "7", #"{"sluice":1}"#, #"[["sluice"]]"#] {
            #expect(try await !accepts(TestIssuer.claims(audience: audience)), "\(audience)")
        }
        for issuer in ["https://id.example.com/", "http://id.example.com", "https://ID.example.com", ""] {
            let token = try TestIssuer.token(signer, TestIssuer.claims(issuer: issuer))
            #expect(!verifier.recognizes(token))
            #expect(self.isRefused(await verifier.verify(token, at: self.now)))
        }
    }

    @Test("any change of a good token is refused")
    func mutations() async throws {
        let signer = TestIssuer.ellipticCurve(.es256)
        let verifier = try await self.verifier([signer])
        let token = try TestIssuer.token(signer)
        let bytes = Array(token.utf8)
        #expect(self.principal(await verifier.verify(token, at: self.now)) != nil)
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n".utf8)
        for index in bytes.indices {
            var changed = bytes
            repeat {
                changed[index] = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            } while changed[index] == bytes[index]
            let text = String(decoding: changed, as: UTF8.self)
            #expect(self.isRefused(await verifier.verify(text, at: self.now)), "\(text)")
        }
        for length in 0..<bytes.count {
            let text = String(decoding: bytes[..<length], as: UTF8.self)
            #expect(self.isRefused(await verifier.verify(text, at: self.now)), "\(length)")
        }
        for more in ["A", ".", "=", ".A", " ", "\0"] {
            #expect(self.isRefused(await verifier.verify(token + more, at: self.now)))
        }
    }

    @Test("garbage of any length is refused", arguments: [0, 1, 2, 3, 64, 4096, 16_384, 1_000_000])
    func garbage(length: Int) async throws {
        let verifier = try await self.verifier([TestIssuer.ellipticCurve(.es256)])
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<(length > 10_000 ? 4 : 40) {
            let noise = (0..<length).map { _ in UInt8.random(in: 0x20...0x7E, using: &generator) }
            let text = String(decoding: noise, as: UTF8.self)
            let shaped = "eyJ" + text.replacing(".", with: "x") + ".e30.AA"
            for credential in [text, shaped, "eyJhbGciOiJFUzI1NiJ9." + text, "eyJ..", ".."] {
                _ = verifier.recognizes(credential)
                #expect(self.isRefused(await verifier.verify(credential, at: self.now)))
            }
        }
    }
}
