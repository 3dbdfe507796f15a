import NIOCore
import NIOEmbedded
import SluiceCore
import SluiceHTTP
import Synchronization
import Testing

@testable import SluicePipeline

/// Stage 2, from the bytes of the socket to the bytes of the answer.
@Suite("RequestPath.authenticate")
struct AuthenticateTests {
    private static func request(_ path: String, key: String?, body: String = #"{"model":"known"}"#) -> String {
        let field = key.map { "authorization: Bearer \($0)\r\n" } ?? ""
        return "POST \(path) HTTP/1.1\r\nhost: h\r\n\(field)content-type: application/json\r\n"
            + "content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func list(key: String) -> String {
        "GET /v1/models HTTP/1.1\r\nhost: h\r\nauthorization: Bearer \(key)\r\n\r\n"
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        let key: String
        let status: Int
        /// What the body or the header fields have, in the dialect of the path.
        let word: String
        var testDescription: String { "\(self.path) with the key \(self.key)" }
    }

    static let cases: [Case] = [
        (
            "/v1/chat/completions", ["authentication_error", "permission_error", "rate_limit_error", "server_error"],
            503
        ),
        ("/v1/responses", ["authentication_error", "permission_error", "rate_limit_error", "server_error"], 503),
        ("/v1/messages", ["authentication_error", "permission_error", "rate_limit_error", "overloaded_error"], 529),
        (
            "/v1beta/models/known:generateContent",
            ["UNAUTHENTICATED", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "UNAVAILABLE"], 503
        ),
        (
            "/model/known/converse",
            [
                "UnrecognizedClientException", "AccessDeniedException", "ThrottlingException",
                "ServiceUnavailableException",
            ], 503
        ),
        ("/api/chat", ["not known", "this address", "wait 7 s", "cannot be verified"], 503),
        ("/v2/rerank", ["not known", "this address", "wait 7 s", "cannot be verified"], 503),
    ].flatMap { path, words, away in
        zip(
            [("nobody", 401), ("elsewhere", 403), ("hammering", 429), ("undecided", away)], words
        ).map { Case(path: path, key: $0.0, status: $0.1, word: $1) }
    }

    @Test("what the authenticator says is told in the dialect of the client", arguments: Self.cases)
    func dialects(refused: Case) throws {
        let pipeline = try PipelineHarness(.test(models: ["known"]))
        pipeline.receive(Self.request(refused.path, key: refused.key))
        let text = try pipeline.sent()
        let answer = PipelineHarness.Answer(text)
        #expect(answer.status == refused.status)
        #expect(text.contains(refused.word), "\(text)")
        let waits = ["hammering": "7", "undecided": "2"]
        #expect(answer["retry-after"] == waits[refused.key])
        #expect(pipeline.recorder.records.map(\.status) == [refused.status])
        // What could not be decided is no refused key.
        #expect(pipeline.recorder.allowed == (refused.key == "undecided" ? [] : [false]))
    }

    @Test("a key that has to be verified is as good as one that is known")
    func verified() throws {
        let pipeline = try PipelineHarness(.test(models: ["known"]))
        pipeline.receive(Self.list(key: "later"))
        #expect(try pipeline.answer().status == 200)
        #expect(pipeline.recorder.allowed == [true])
        #expect(pipeline.recorder.records.first?.principal?.proof == .storedKey)
    }

    @Test(
        "a key with a list of surfaces may use these alone, in each dialect",
        arguments: [
            ("/v1/embeddings", "surface_not_allowed"), ("/v1/messages", "permission_error"),
            ("/v1beta/models/known:generateContent", "PERMISSION_DENIED"),
            ("/model/known/converse", "AccessDeniedException"), ("/api/chat", "may not use /api/chat"),
        ])
    func surfaces(path: String, word: String) throws {
        let pipeline = try PipelineHarness(.test(models: ["known"]))
        pipeline.receive(Self.request(path, key: "chat-only"))
        let text = try pipeline.sent()
        #expect(PipelineHarness.Answer(text).status == 403)
        #expect(text.contains(word), "\(text)")
        #expect(pipeline.recorder.records.first?.errorType == "surface_not_allowed")
        // It is known who asked for what was not allowed.
        #expect(pipeline.recorder.records.first?.principal?.keyID == "chat-only")
        #expect(pipeline.recorder.allowed == [true])
    }

    @Test("its own surface, and the list of models, are open to it")
    func allowedSurface() throws {
        let pipeline = try PipelineHarness(.test(models: ["known"]))
        pipeline.receive(Self.list(key: "chat-only"))
        #expect(try pipeline.answer().status == 200)
        pipeline.receive(Self.request("/v1/chat/completions", key: "chat-only", body: #"{"model":"nobody"}"#))
        #expect(try pipeline.answer().status == 404)
    }

    @Test(
        "where no key is required nothing about a key refuses, but for what it may not do",
        arguments: [nil, "nobody", "elsewhere", "undecided", "hammering", "later"])
    func notRequired(key: String?) throws {
        let pipeline = try PipelineHarness(.test(models: ["known"], isAuthenticationRequired: false))
        pipeline.receive(Self.request("/v1/chat/completions", key: key, body: #"{"model":"nobody"}"#))
        #expect(try pipeline.answer().status == 404)
        #expect(pipeline.recorder.records.first?.principal?.keyID == (key == "later" ? "later" : nil))
        pipeline.receive(Self.request("/v1/embeddings", key: "chat-only"))
        #expect(try pipeline.answer().status == 403)
    }

    @Test("a client that leaves while its key is verified is settled as such, once", arguments: [true, false])
    func clientGone(isAccepted: Bool) throws {
        let authenticator = HeldAuthenticator()
        let pipeline = try PipelineHarness(.test(models: ["known"], authenticator: authenticator))
        pipeline.receive(Self.request("/v1/chat/completions", key: "k"))
        #expect(pipeline.recorder.records.isEmpty)
        pipeline.disconnect()
        authenticator.answer(isAccepted ? .accepted(Principal(keyID: "k", keyName: "k")) : .refused)
        pipeline.eventLoop.run()
        #expect(pipeline.recorder.records.map(\.status) == [499])
        #expect(pipeline.recorder.records.first?.errorType == "client_closed_request")
        #expect(try pipeline.sent().isEmpty)
        #expect(pipeline.budget.heldBytes == 0)
    }

    @Test("a request waits for its verification, and goes on with it")
    func waits() throws {
        let authenticator = HeldAuthenticator()
        let pipeline = try PipelineHarness(.test(models: ["known"], authenticator: authenticator))
        pipeline.receive(Self.list(key: "k"))
        #expect(try pipeline.sent().isEmpty)
        authenticator.answer(.accepted(Principal(keyID: "k", keyName: "k")))
        pipeline.eventLoop.run()
        #expect(try pipeline.answer().status == 200)
    }

    /// Knows nothing, and verifies when the test says so.
    private final class HeldAuthenticator: Authenticator {
        private let waiting = Mutex<CheckedContinuation<Verification, Never>?>(nil)

        func known(_ credential: Substring, from source: String?, at now: UnixTime) -> Principal? { nil }

        func verify(_ credential: String, from source: String?, at now: UnixTime) async -> Verification {
            await withCheckedContinuation { waiter in self.waiting.withLock { $0 = waiter } }
        }

        func answer(_ verification: Verification) {
            self.waiting.withLock { $0 }?.resume(returning: verification)
        }
    }
}
