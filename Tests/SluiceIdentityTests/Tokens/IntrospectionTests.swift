import SluiceCore
import Testing

@testable import SluiceIdentity

@Suite("Asking what a token is worth")
struct IntrospectionTests {
    private let now = TestIssuer.now
    private let url = "https://id.example.com/introspect"
    private let documents = FakeDocuments()

    private func verifier(_ change: (inout IntrospectionEndpoint) -> Void = { _ in }) throws -> IntrospectionVerifier {
        var endpoint = IntrospectionEndpoint(
            url: try #require(WebURL(self.url)), clientID: "gate way", clientSecret: Secret("s:ecret%"))
        change(&endpoint)
        return IntrospectionVerifier([endpoint], fetching: self.documents, whenClientLeaves: .cancel)
    }

    private func isRefused(_ result: VerifierResult) -> Bool {
        if case .refused = result { true } else { false }
    }

    private func isUnavailable(_ result: VerifierResult) -> Bool {
        if case .unavailable = result { true } else { false }
    }

    @Test("an active token is accepted, and asked about as the standard says")
    func active() async throws {
        let seconds = self.now.milliseconds / 1000
        self.documents.set(
            self.url, #"{"active":true,"sub":"alice","scope":"model:gpt-*","exp":\#(seconds + 30),"org":"acme"}"#)
        let verifier = try self.verifier {
            $0.claims = ClaimRules(tenant: "org", scopes: "scope")
            $0.cache = .seconds(600)
        }
        let result = await verifier.verify("to+ken/1", at: self.now)
        guard case .accepted(let principal, let until, _) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(principal.keyID == "introspection:id.example.com:alice")
        #expect(principal.tenant == "acme" && principal.user == "alice")
        #expect(principal.models == [ModelPattern("gpt-*")])
        // Until its end, with the leeway of a minute.
        #expect(until == self.now + 90)
        let request = try #require(self.documents.asked.first)
        #expect(request.method == "POST")
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self) == "token=to%2Bken%2F1&token_type_hint=access_token")
        let authorization = request.headers.first { $0.name == "authorization" }?.value.expose()
        // gate+way:s%3Aecret%25
        #expect(authorization == "Basic Z2F0ZSt3YXk6cyUzQWVjcmV0JTI1")
    }

    @Test("answers are kept for their time, good ones and bad ones")
    func cache() async throws {
        self.documents.set(self.url, #"{"active":true,"sub":"a"}"#)
        let verifier = try self.verifier { $0.cache = .seconds(60) }
        for seconds in [0, 1, 59] { _ = await verifier.verify("good", at: self.now + seconds) }
        #expect(self.documents.asked.count == 1)
        _ = await verifier.verify("good", at: self.now + 60)
        #expect(self.documents.asked.count == 2)
        self.documents.set(self.url, #"{"active":false}"#)
        for seconds in [60, 69] { #expect(self.isRefused(await verifier.verify("bad", at: self.now + seconds))) }
        #expect(self.documents.asked.count == 3)
        self.documents.set(self.url, #"{"active":true,"sub":"b"}"#)
        #expect(!self.isRefused(await verifier.verify("bad", at: self.now + 70)))
    }

    @Test(
        "a token that is not for here is refused",
        arguments: [
            #"{"active":false}"#, #"{"active":false,"sub":"a","aud":"sluice"}"#, #"{"active":true,"aud":"sluice"}"#,
            #"{"active":true,"sub":"a","aud":"other"}"#, #"{"active":true,"sub":"a"}"#,
            #"{"active":true,"sub":"a","aud":"sluice","exp":1}"#,
            #"{"active":true,"sub":"a","aud":"sluice","exp":"x"}"#,
            #"{"active":true,"sub":"a","aud":"sluice","nbf":99999999999}"#,
        ])
    func refused(body: String) async throws {
        self.documents.set(self.url, body)
        let verifier = try self.verifier { $0.audiences = ["sluice"] }
        #expect(self.isRefused(await verifier.verify("token", at: self.now)), "\(body)")
    }

    @Test("an endpoint that makes no sense does not refuse, and is asked again")
    func outage() async throws {
        let verifier = try self.verifier()
        #expect(self.isUnavailable(await verifier.verify("token", at: self.now)))
        for (body, status) in [("{}", 200), ("<html>", 200), (#"{"active":"true"}"#, 200), (#"{"active":true}"#, 401)] {
            self.documents.set(self.url, body, status: status)
            #expect(self.isUnavailable(await verifier.verify("token", at: self.now)), "\(body)")
        }
        self.documents.set(self.url, #"{"active":true,"username":"a"}"#)
        if case .accepted = await verifier.verify("token", at: self.now) {} else { Issue.record("not accepted") }
    }

    @Test("of several endpoints the first that knows a token counts, and one that is away may have known it")
    func several() async throws {
        let second = "https://other.example.com/introspect"
        let endpoints = try [self.url, second].map {
            IntrospectionEndpoint(url: try #require(WebURL($0)), clientID: "gateway")
        }
        let verifier = IntrospectionVerifier(endpoints, fetching: self.documents, whenClientLeaves: .cancel)
        self.documents.set(self.url, #"{"active":false}"#)
        #expect(self.isUnavailable(await verifier.verify("token", at: self.now)))
        self.documents.set(second, #"{"active":true,"sub":"a"}"#)
        guard case .accepted(let principal, _, _) = await verifier.verify("token", at: self.now) else {
            Issue.record("not accepted")
            return
        }
        #expect(principal.keyID == "introspection:other.example.com:a")
        let body = self.documents.asked.last.map { String(decoding: $0.body ?? [], as: UTF8.self) }
        #expect(body?.hasSuffix("&client_id=gateway") == true)
    }

    @Test("keys are told to nobody")
    func recognizes() throws {
        let verifier = try self.verifier()
        for credential in ["opaque", "2YotnFZFEjr1zCsicMWpAA", "a.b.c"] { #expect(verifier.recognizes(credential)) }
        for credential in ["", "sk-sl-abc", "sk-ant-1", "with space", "a\nb", "ä", String(repeating: "x", count: 9000)]
        {
            #expect(!verifier.recognizes(credential))
        }
    }

    @Test("the cache forgets what was not asked for lately, and stays within its bound")
    func bounds() {
        var cache = IntrospectionCache(capacity: 8)
        func digest(_ number: Int) -> [UInt8] { Array("\(number)".utf8) }
        func isKnown(_ number: Int, after seconds: Int = 0) -> Bool {
            cache.value(for: digest(number), at: self.now + seconds) != nil
        }
        cache.insert(.init(principal: nil, until: self.now + 1000), for: digest(0))
        for number in 1...1000 {
            cache.insert(.init(principal: nil, until: self.now + 10), for: digest(number))
            #expect(isKnown(0))
            #expect(cache.count <= 8)
        }
        #expect(!isKnown(1))
        #expect(isKnown(1000))
        #expect(!isKnown(1000, after: 10))
    }
}
