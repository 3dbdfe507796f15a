import NIOCore
import NIOEmbedded
import NIOHTTP1
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

/// Requests that the gateway answers itself, from the bytes of the socket to the bytes of the answer.
@Suite("RequestPath without an upstream")
struct RequestPathTests {
    private static func request(
        _ path: String,
        method: String = "GET",
        fields: String = "authorization: Bearer good\r\n",
        body: String? = nil
    ) -> String {
        let length = body.map { "content-length: \($0.utf8.count)\r\n" } ?? ""
        return "\(method) \(path) HTTP/1.1\r\nhost: h\r\n\(fields)\(length)\r\n\(body ?? "")"
    }

    private static func chat(
        _ body: String, fields: String = "authorization: Bearer good\r\ncontent-type: application/json\r\n"
    ) -> String {
        self.request("/v1/chat/completions", method: "POST", fields: fields, body: body)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let name: String
        let request: String
        let status: Int
        let code: String
        var testDescription: String { self.name }
    }

    static let refused: [Refused] = [
        Refused(name: "unknown path", request: Self.request("/nothing"), status: 404, code: "path_not_found"),
        Refused(
            name: "wrong method", request: Self.request("/v1/chat/completions"), status: 405, code: "method_not_allowed"
        ),
        Refused(
            name: "POST to models", request: Self.request("/v1/models", method: "POST", body: "{}"), status: 405,
            code: "method_not_allowed"),
        Refused(
            name: "no key", request: Self.chat("{}", fields: "content-type: application/json\r\n"), status: 401,
            code: "invalid_api_key"),
        Refused(
            name: "wrong key", request: Self.chat("{}", fields: "authorization: Bearer bad\r\n"), status: 401,
            code: "invalid_api_key"),
        Refused(
            name: "no scheme", request: Self.chat("{}", fields: "authorization: good\r\n"), status: 401,
            code: "invalid_api_key"),
        Refused(
            name: "two keys",
            request: Self.chat("{}", fields: "authorization: Bearer good\r\nauthorization: Bearer bad\r\n"),
            status: 400, code: "malformed_request"),
        Refused(
            name: "wrong type",
            request: Self.chat("{}", fields: "authorization: Bearer good\r\ncontent-type: text/plain\r\n"), status: 415,
            code: "unsupported_media_type"),
        Refused(
            name: "encoded body",
            request: Self.chat("{}", fields: "authorization: Bearer good\r\ncontent-encoding: gzip\r\n"), status: 415,
            code: "unsupported_media_type"),
        Refused(
            name: "form surface with JSON",
            request: Self.request(
                "/v1/audio/transcriptions", method: "POST",
                fields: "authorization: Bearer good\r\ncontent-type: application/json\r\n", body: "{}"), status: 415,
            code: "unsupported_media_type"),
        Refused(name: "malformed JSON", request: Self.chat(#"{"model":"#), status: 400, code: "malformed_json"),
        Refused(name: "empty body", request: Self.chat(""), status: 400, code: "malformed_json"),
        Refused(name: "an array", request: Self.chat("[]"), status: 400, code: "malformed_json"),
        Refused(name: "no model", request: Self.chat("{}"), status: 400, code: "missing_model"),
        Refused(
            name: "two models", request: Self.chat(#"{"model":"a","model":"b"}"#), status: 400,
            code: "invalid_parameter"),
        Refused(name: "model is a number", request: Self.chat(#"{"model":1}"#), status: 400, code: "invalid_parameter"),
        Refused(
            name: "unknown model", request: Self.chat(#"{"model":"nobody"}"#), status: 404, code: "model_not_found"),
        Refused(
            name: "model not allowed", request: Self.chat(#"{"model":"known"}"#, fields: "x-api-key: narrow\r\n"),
            status: 403, code: "model_not_allowed"),
        Refused(
            name: "body too large",
            request: Self.chat(#"{"model":"known","x":"\#(String(repeating: "y", count: 5000))"}"#), status: 413,
            code: "request_too_large"),
        Refused(
            name: "unknown model id", request: Self.request("/v1/models/nobody"), status: 404, code: "model_not_found"),
        Refused(
            name: "smuggled", request: "GET /health HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", status: 400,
            code: "malformed_request"),
        Refused(name: "no HTTP", request: "garbage\r\n\r\n", status: 400, code: "malformed_request"),
        Refused(
            name: "unknown expectation",
            request: Self.chat("{}", fields: "authorization: Bearer good\r\nexpect: x\r\n"), status: 417,
            code: "expectation_failed"),
    ]

    @Test("is refused in OpenAI's words, settled once, and leaves nothing behind", arguments: Self.refused)
    func refusal(refused: Refused) throws {
        let pipeline = try PipelineHarness(.test(models: ["known", "allowed-*"]))
        pipeline.receive(refused.request)
        let answer = try pipeline.answer()
        #expect(answer.status == refused.status)
        let document = try JSONDocument(parsing: Array(answer.body.utf8))
        let error = try #require(document.root["error"])
        #expect(error["code"]?.stringValue == refused.code)
        let message = error["message"]?.stringValue ?? ""
        #expect(!message.isEmpty)
        #expect(error["type"]?.stringValue != nil)
        #expect(answer["content-type"] == "application/json")
        let id = try #require(answer["x-request-id"])
        #expect(RequestIdentifier.isSane(id))
        #expect((answer["allow"] != nil) == (refused.status == 405))
        #expect((answer["www-authenticate"] != nil) == (refused.status == 401))
        #expect(pipeline.recorder.records.count == 1)
        let record = try #require(pipeline.recorder.records.first)
        #expect(record.status == refused.status)
        #expect(record.errorType == refused.code)
        #expect(record.requestID == id)
        #expect(pipeline.recorder.started.count == 1)
        #expect(pipeline.budget.heldBytes == 0)
    }

    @Test("malformed JSON is told with its place")
    func offset() throws {
        let pipeline = try PipelineHarness(.test())
        pipeline.receive(Self.chat(#"{"model": @}"#))
        let body = try pipeline.answer().body
        #expect(body.contains("(byte 10)"))
    }

    @Test(
        "a sane request id is kept, a bad one replaced",
        arguments: [
            ("my-id.1", true), ("a b", false), ("\u{FC}", false), (String(repeating: "x", count: 129), false),
        ])
    func requestID(id: String, isKept: Bool) throws {
        let pipeline = try PipelineHarness(.test())
        pipeline.receive(Self.request("/health/live", fields: "x-request-id: \(id)\r\n"))
        let answer = try pipeline.answer()
        #expect((answer["x-request-id"] == id) == isKept)
        #expect(answer["x-request-id"]?.isEmpty == false)
    }

    @Test(
        "keys are taken from each of their fields, in any case",
        arguments: [
            "authorization: Bearer good", "Authorization: bearer good", "AUTHORIZATION: BEARER   good",
            "x-api-key: good", "api-key: good",
        ])
    func keys(field: String) throws {
        let pipeline = try PipelineHarness(.test(models: ["known"]))
        pipeline.receive(Self.request("/v1/models", fields: field + "\r\n"))
        #expect(try pipeline.answer().status == 200)
        #expect(pipeline.recorder.allowed == [true])
        #expect(pipeline.recorder.records.first?.principal?.keyID == "good")
    }

    @Test("without required keys anybody may ask, and a key that is known still counts")
    func noKeysRequired() throws {
        let pipeline = try PipelineHarness(.test(models: ["known"], isAuthenticationRequired: false))
        pipeline.receive(Self.request("/v1/models", fields: ""))
        #expect(try pipeline.answer().status == 200)
        #expect(pipeline.recorder.records.first?.principal == nil)
        pipeline.receive(Self.chat(#"{"model":"known"}"#, fields: "x-api-key: narrow\r\n"))
        #expect(try pipeline.answer().status == 403)
    }

    @Test("health needs no key and says how it stands")
    func health() throws {
        let pipeline = try PipelineHarness(.test())
        func status(_ path: String) throws -> (Int, String) {
            pipeline.receive(Self.request(path, fields: ""))
            let answer = try pipeline.answer()
            return (answer.status, answer.body)
        }
        #expect(try status("/health/live") == (200, #"{"status":"alive"}"#))
        #expect(try status("/health/ready") == (503, #"{"status":"unavailable","reason":"starting"}"#))
        pipeline.status.becomeReady()
        #expect(try status("/health/ready").0 == 200)
        let report = try status("/health")
        #expect(report.0 == 200)
        let document = try JSONDocument(parsing: Array(report.1.utf8))
        #expect(document.root["status"]?.stringValue == "healthy")
        #expect(document.root["version"]?.stringValue == "1.2.3")
        #expect(document.root["providers"]?["up"]?["kind"]?.stringValue == "openai-compatible")
        pipeline.status.beginDraining()
        #expect(try status("/health/ready") == (503, #"{"status":"unavailable","reason":"draining"}"#))
        #expect(try status("/health/live").0 == 200)
    }

    @Test("metrics are served where they are to be", arguments: [true, false])
    func metrics(servesMetrics: Bool) throws {
        let pipeline = try PipelineHarness(.test(servesMetrics: servesMetrics))
        pipeline.receive(Self.request("/metrics", fields: ""))
        let answer = try pipeline.answer()
        #expect(answer.status == (servesMetrics ? 200 : 404))
        #expect(answer.body.hasPrefix("metrics_of_the_test 1\n") == servesMetrics)
    }

    @Test(
        "models are listed for who may use them",
        arguments: [("good", ["known", "allowed-a"]), ("narrow", ["allowed-a"])])
    func models(key: String, names: [String]) throws {
        let pipeline = try PipelineHarness(.test(models: ["known", "allowed-a"]))
        pipeline.receive(Self.request("/v1/models", fields: "x-api-key: \(key)\r\n"))
        let document = try JSONDocument(parsing: Array(try pipeline.answer().body.utf8))
        #expect(document.root["object"]?.stringValue == "list")
        #expect(document.root["data"]?.elements.compactMap { $0["id"]?.stringValue } == names)
        pipeline.receive(Self.request("/v1/models/known", fields: "x-api-key: \(key)\r\n"))
        #expect(try pipeline.answer().status == (names.contains("known") ? 200 : 404))
        pipeline.receive(Self.request("/models/allowed-a", fields: "x-api-key: \(key)\r\n"))
        let one = try JSONDocument(parsing: Array(try pipeline.answer().body.utf8))
        #expect(one.root["id"]?.stringValue == "allowed-a")
        #expect(one.root["owned_by"]?.stringValue == "up")
    }

    @Test("HEAD gets what GET gets, without the body")
    func head() throws {
        let pipeline = try PipelineHarness(.test())
        pipeline.receive(Self.request("/health/live", method: "HEAD", fields: ""))
        let answer = try pipeline.answer()
        #expect(answer.status == 200)
        #expect(answer["content-length"] == "18")
        #expect(answer.body.isEmpty)
    }

    @Test("a long list is compressed for who asks")
    func compression() throws {
        let pipeline = try PipelineHarness(.test(models: (0..<100).map { "model-\($0)" }))
        pipeline.receive(Self.request("/v1/models", fields: "x-api-key: good\r\naccept-encoding: gzip\r\n"))
        var bytes = ByteBuffer()
        while let piece = try pipeline.channel.readOutbound(as: ByteBuffer.self) { bytes.writeImmutableBuffer(piece) }
        let text = String(decoding: bytes.readableBytesView.prefix(600), as: UTF8.self)
        #expect(text.contains("content-encoding: gzip\r\n"))
        #expect(bytes.readableBytes < 2000)
    }

    @Test("browsers are let in where they are to be")
    func crossOrigin() throws {
        let policy = CrossOrigin(allows: { $0 == "https://good.example" }, maxAgeSeconds: 60)
        let pipeline = try PipelineHarness(.test(models: ["known"], crossOrigin: policy))
        pipeline.receive(
            Self.request(
                "/v1/chat/completions", method: "OPTIONS",
                fields: "origin: https://good.example\r\naccess-control-request-method: POST\r\n"
            )
        )
        let preflight = try pipeline.answer()
        #expect(preflight.status == 204)
        #expect(preflight["access-control-allow-origin"] == "https://good.example")
        #expect(preflight["access-control-max-age"] == "60")
        pipeline.receive(Self.request("/v1/models", fields: "x-api-key: good\r\norigin: https://bad.example\r\n"))
        let other = try pipeline.answer()
        #expect(other.status == 200)
        #expect(other["access-control-allow-origin"] == nil)
        #expect(other["vary"] == "origin")
        // Without a policy there is no preflight.
        let closed = try PipelineHarness(.test())
        closed.receive(
            Self.request(
                "/v1/models", method: "OPTIONS",
                fields: "origin: https://good.example\r\naccess-control-request-method: GET\r\n"))
        let answer = try closed.answer()
        #expect(answer.status == 405)
        #expect(answer["access-control-allow-origin"] == nil)
    }

    @Test("a client that leaves within its body is settled as such", arguments: [true, false])
    func clientGone(byReset: Bool) throws {
        let pipeline = try PipelineHarness(.test(models: ["known"]))
        pipeline.receive(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: h\r\nx-api-key: good\r\ncontent-length: 100\r\n\r\n{")
        #expect(pipeline.budget.heldBytes == 100)
        if byReset { pipeline.channel.pipeline.fireErrorCaught(IOError(errnoCode: 104, reason: "read")) }
        pipeline.disconnect()
        #expect(pipeline.recorder.records.map(\.status) == [499])
        #expect(pipeline.budget.heldBytes == 0)
        #expect(try pipeline.sent().isEmpty)
    }

    @Test("requests that are pipelined are answered in order")
    func pipelining() throws {
        let pipeline = try PipelineHarness(.test(models: ["known"]))
        let requests = (0..<20).map {
            Self.request($0 % 2 == 0 ? "/health/live" : "/nothing", fields: "x-request-id: r\($0)\r\n")
        }
        pipeline.receive(requests.joined())
        let text = try pipeline.sent()
        var rest = text[...]
        for index in 0..<20 {
            let found = rest.firstRange(of: "x-request-id: r\(index)\r\n")
            #expect(found != nil)
            if let found { rest = rest[found.upperBound...] }
        }
        #expect(pipeline.recorder.records.map(\.status) == (0..<20).map { $0 % 2 == 0 ? 200 : 404 })
    }

    @Test("the administration's path has no models")
    func administration() throws {
        let pipeline = try PipelineHarness()
        let state = try pipeline.state(Self.request("/v1/models"), .test(models: ["known"]))
        let path = RequestPath(
            local: LocalEndpoints(status: pipeline.status, recorder: pipeline.recorder),
            bodyBudget: pipeline.budget,
            recorder: pipeline.recorder
        ).forAdministration
        #expect(throws: GatewayError.self) { try path.identify(state) }
    }
}
