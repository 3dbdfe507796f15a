import SluiceWire
import Testing

@Suite("Gemini: errors")
struct GeminiErrorTests {
    private func read(_ status: Int, _ text: String, _ headers: [String: String] = [:]) -> NeutralError {
        GeminiCodec.readError(status: status, body: Array(text.utf8)) { headers[$0] }
    }

    @Test("recorded errors are told by their details")
    func fixtures() throws {
        let key = try #require(GeminiSupport.bytes("plain", "error.json"))
        #expect(GeminiCodec.readError(status: 400, body: key) { _ in nil }.kind == .authentication)
        let long = try #require(GeminiSupport.bytes("thinking", "error.json"))
        #expect(GeminiCodec.readError(status: 400, body: long) { _ in nil }.kind == .contextTooLong)
        let limit = GeminiCodec.readError(status: 429, body: try #require(GeminiSupport.bytes("tools", "error.json"))) {
            _ in
            nil
        }
        #expect(limit.kind == .rateLimit)
        #expect(limit.code == "RESOURCE_EXHAUSTED")
        #expect(limit.retryAfterSeconds == 37.5)
    }

    @Test(
        "statuses and words",
        arguments: [
            (400, "INVALID_ARGUMENT", NeutralError.Kind.invalidRequest), (400, "FAILED_PRECONDITION", .invalidRequest),
            (401, "UNAUTHENTICATED", .authentication), (403, "PERMISSION_DENIED", .permission),
            (404, "NOT_FOUND", .notFound),
            (409, "ABORTED", .conflict), (429, "RESOURCE_EXHAUSTED", .rateLimit), (500, "INTERNAL", .server),
            (503, "UNAVAILABLE", .overloaded), (504, "DEADLINE_EXCEEDED", .timeout),
            (501, "UNIMPLEMENTED", .unsupported),
            (413, "", .tooLarge), (418, "TEAPOT", .invalidRequest),
        ])
    func kinds(status: Int, word: String, kind: NeutralError.Kind) {
        let error = read(status, #"{"error":{"code":\#(status),"message":"No.","status":"\#(word)"}}"#)
        #expect(error.kind == kind)
        #expect(error.status == status)
        #expect(error.message == "No.")
    }

    @Test("a day's limit is a quota")
    func quota() {
        let error = read(
            429,
            #"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}"#
        )
        #expect(error.kind == .quota)
    }

    @Test(
        "any bytes are an error",
        arguments: [
            (502, "<html><title>Bad Gateway</title></html>", NeutralError.Kind.server), (500, "", .server),
            (503, "busy", .overloaded), (429, "[", .rateLimit), (400, "null", .invalidRequest),
            (401, "{}", .authentication),
            (500, #"{"error":"text"}"#, .server), (500, #"{"error":{}}"#, .server),
            (500, #"[{"error":{"message":7}}]"#, .server),
            (
                400, #"{"error":{"details":[1,{"@type":"/"},{"@type":"x/google.rpc.RetryInfo","retryDelay":"-1s"}]}}"#,
                .invalidRequest
            ),
        ])
    func anything(status: Int, text: String, kind: NeutralError.Kind) {
        let error = read(status, text)
        #expect(error.kind == kind)
        #expect(error.status == status)
        #expect(!error.message.isEmpty)
        #expect(error.retryAfterSeconds == nil)
    }

    @Test("the header's time to wait goes before the body's")
    func retryAfter() {
        let body =
            #"{"error":{"code":429,"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"9s"}]}}"#
        #expect(read(429, body, ["retry-after": "3"]).retryAfterSeconds == 3)
        #expect(read(429, body, ["retry-after-ms": "250", "retry-after": "3"]).retryAfterSeconds == 0.25)
        #expect(read(429, body, ["retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"]).retryAfterSeconds == 9)
    }

    @Test(
        "an error is written as a status of Google's, and read again as what it was",
        arguments: NeutralError.Kind.allCases)
    func written(kind: NeutralError.Kind) throws {
        let error = NeutralError(kind, message: "No.", code: "c", parameter: "p", retryAfterSeconds: 1.25)
        let (status, body) = GeminiCodec.writeError(error, requestID: "req_1")
        let root = try JSONDocument(parsing: body).root["error"]
        #expect(root?["code"]?.numberText == String(status))
        #expect(body.starts(with: #"{"error":"#.utf8))
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains(#""requestId":"req_1""#))
        #expect(text.contains(#""retryDelay":"1.250s""#))
        #expect(text.contains(#""reason":"c""#))
        let again = GeminiCodec.readError(status: status, body: body) { _ in nil }
        #expect(again.retryAfterSeconds == 1.25)
        #expect(again.parameter == "p")
        switch kind {
        // Google has no words of their own for these.
        case .contentFilter, .unsupported: #expect(again.kind == .invalidRequest)
        case .billing, .quota: #expect(again.kind == .rateLimit)
        case .methodNotAllowed: #expect(again.status == 405)
        default: #expect(again.kind == kind)
        }
    }
}
