import NIOCore
import NIOHTTP1
import SluiceCore
import SluiceWire
import Testing

@testable import SluiceHTTP
@testable import SluicePipeline

@Suite("ProviderRefusal")
struct ProviderRefusalTests {
    private static func refusal(_ status: Int, _ body: String, headers: HTTPHeaders = [:]) -> ProviderRefusal {
        ProviderRefusal(
            provider: Snapshot.ProviderEntry.test(keys: ["sk-upstream-0123456789"]).provider,
            surface: .chat,
            targetSurface: .chat,
            status: status,
            headers: headers,
            body: ByteBuffer(string: body)
        )
    }

    private static func words(_ refusal: ProviderRefusal) throws -> (message: String, type: String?, code: String?) {
        let document = try JSONDocument(parsing: Array(refusal.answer(requestID: "req").0.body.readableBytesView))
        let error = try #require(document.root["error"])
        return (error["message"]?.stringValue ?? "", error["type"]?.stringValue, error["code"]?.stringValue)
    }

    @Test(
        "an upstream's status keeps its meaning",
        arguments: [
            (400, 400), (401, 502), (402, 402), (403, 502), (404, 404),
            (408, 408),
            (409, 409), (413, 413), (422, 422), (429, 429), (500, 500),
            (503, 503),
            (504, 504), (529, 503), (599, 599), (301, 502), (304, 502), (101, 502),
            (600, 502), (999, 502),
        ])
    func statuses(status: Int, client: Int) {
        let refusal = Self.refusal(status, "{}")
        #expect(refusal.clientStatus == client)
    }

    @Test(
        "an error within a 200 gets the status of its words",
        arguments: [
            (#"{"error":{"message":"m","type":"invalid_request_error"}}"#, 400),
            (#"{"error":{"message":"m","type":"rate_limit_error"}}"#, 429),
            (#"{"error":{"message":"m","type":"insufficient_quota"}}"#, 429),
            (#"{"error":{"message":"m","type":"overloaded_error"}}"#, 503),
            (#"{"error":{"message":"m","code":"rate_limit_exceeded"}}"#, 429),
            (#"{"error":{"message":"m","code":"context_length_exceeded"}}"#, 400),
            (#"{"error":{"message":"m","code":429}}"#, 429),
            (#"{"error":{"message":"m","code":401}}"#, 502),
            (#"{"error":{"message":"m","code":403}}"#, 502),
            (#"{"error":{"message":"m","code":200}}"#, 502),
            (#"{"error":{"message":"m","type":"server_error"}}"#, 502),
            (#"{"error":"text"}"#, 502),
            (#"{"object":"error","message":"m","code":400}"#, 400),
        ])
    func errorEvents(data: String, status: Int) {
        #expect(Self.refusal(200, data).clientStatus == status)
    }

    @Test("an error in OpenAI's shape passes byte for byte", arguments: [400, 404, 429, 500])
    func passes(status: Int) {
        let body = #"{ "error" : {"message":"no","type":"t","param":null,"code":"c","extra":1.0} }"#
        let answer = Self.refusal(status, body).openAIAnswer()
        #expect(String(buffer: answer.body) == body)
        #expect(answer.kind == (status >= 500 ? .upstreamBroke : .upstreamRefused))
    }

    @Test(
        "errors of other shapes come in OpenAI's, with the provider's words",
        arguments: [
            (400, #"{"detail":"bad"}"#, "bad", "invalid_request_error"),
            (429, #"{"message":"slow down"}"#, "slow down", "rate_limit_error"),
            (404, #"{"error":"no model"}"#, "no model", "not_found_error"),
            (402, "pay first", "pay first", "insufficient_quota"),
            (
                502, "<html><head><title>502 Bad Gateway</title></head><body>secret page</body></html>",
                "502 Bad Gateway", "server_error"
            ),
            (500, "", "The provider up answered with status 500.", "server_error"),
            (503, "<html>nothing to show</html>", "The provider up answered with status 503.", "server_error"),
            (400, "[]", "The provider up answered with status 400.", "invalid_request_error"),
            (400, "null", "The provider up answered with status 400.", "invalid_request_error"),
        ])
    func shapes(status: Int, body: String, message: String, type: String) throws {
        let words = try Self.words(Self.refusal(status, body))
        #expect(words.message == message)
        #expect(words.type == type)
    }

    @Test("the gateway's own credentials are never the client's fault", arguments: [401, 403])
    func credentials(status: Int) throws {
        let refusal = Self.refusal(status, #"{"error":{"message":"Incorrect API key provided: sk-up***6789"}}"#)
        let words = try Self.words(refusal)
        #expect(refusal.isCredentialFault)
        #expect(refusal.answer(requestID: "req").1 == .upstreamCredentials)
        #expect(words.code == "upstream_credentials")
        #expect(!words.message.contains("6789"))
    }

    @Test(
        "a credential in the provider's words goes no further",
        arguments: [
            #"{"error":{"message":"key sk-upstream-0123456789 is over its quota","type":"t","code":"sk-upstream-0123456789"}}"#,
            #"{"error":{"message":"key sk-up*****6789 is over its quota"}}"#,
            #"{"detail":"key sk-upstream-0123456789"}"#,
            "key sk-upstream-0123456789",
        ])
    func leaks(body: String) throws {
        let answer = Self.refusal(429, body).openAIAnswer()
        #expect(!String(buffer: answer.body).contains("6789"))
        #expect(try Self.words(Self.refusal(429, body)).message == "The provider up answered with status 429.")
    }

    @Test("a compressed refusal is read, and one that cannot be is not shown")
    func encoded() throws {
        let deflater = try #require(Deflater())
        var body = deflater.encode(ByteBuffer(string: #"{"error":{"message":"too many"}}"#))
        body.writeImmutableBuffer(deflater.finish())
        #expect(
            String(buffer: ProviderRefusal.decoded(body, ["content-encoding": "gzip"]))
                == #"{"error":{"message":"too many"}}"#)
        #expect(ProviderRefusal.decoded(ByteBuffer(string: "plain"), ["content-encoding": "zstd"]).readableBytes == 0)
        #expect(
            String(buffer: ProviderRefusal.decoded(ByteBuffer(string: "plain"), ["content-encoding": "identity"]))
                == "plain")
        #expect(String(buffer: ProviderRefusal.decoded(ByteBuffer(string: "plain"), [:])) == "plain")
    }

    @Test("no body makes anything but an error in OpenAI's shape", arguments: 0..<500 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let parts = [
            "{", "}", "[", "]", "\"", "error", ":", "message", ",", "null", "1", "<title>", "</title>", "\\u00", "é",
            "\u{0}",
        ]
        let body = (0..<next(13)).map { _ in parts[next(parts.count)] }.joined()
        for status in [200, 400, 429, 502] {
            _ = try Self.words(Self.refusal(status, body))
        }
    }
}

@Suite("The gateway's own errors in OpenAI's shape")
struct OpenAIErrorBodyTests {
    @Test("every kind has its type and its code", arguments: GatewayError.Kind.allCases)
    func kinds(kind: GatewayError.Kind) throws {
        let error = GatewayError(kind, "what \"and\" why\n", parameter: "model")
        let document = try JSONDocument(parsing: OpenAIErrorBody(error).bytes)
        let body = try #require(document.root["error"])
        #expect(body["message"]?.stringValue == "what \"and\" why\n")
        #expect(body["param"]?.stringValue == "model")
        #expect(body["code"]?.stringValue == kind.rawValue)
        let types = [
            "invalid_request_error", "authentication_error", "permission_error", "not_found_error", "rate_limit_error",
            "insufficient_quota", "server_error",
        ]
        #expect(types.contains(body["type"]?.stringValue ?? ""))
        if error.status >= 500 { #expect(body["type"]?.stringValue == "server_error") }
    }

    @Test(
        "what broke below HTTP becomes what a client is told",
        arguments: [
            (UpstreamError.Kind.connect, 502), (.connectTimeout, 504), (.queueFull, 503), (.queueTimeout, 504),
            (.closedBeforeAnswer, 502), (.cut, 502), (.malformed, 502), (.timeout, 504), (.cancelled, 499),
            (.shutdown, 503),
        ])
    func upstream(kind: UpstreamError.Kind, status: Int) {
        let error = GatewayError(upstream: UpstreamError(kind, "words"))
        #expect(error.status == status)
        #expect(error.message == "words")
        #expect((error.retryAfterSeconds != nil) == (status == 503))
    }
}
