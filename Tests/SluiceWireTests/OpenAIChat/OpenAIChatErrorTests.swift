import SluiceWire
import Testing

@Suite("Chat Completions, errors")
struct OpenAIChatErrorTests {
    private func read(_ status: Int, _ body: String, _ headers: [String: String] = [:]) -> NeutralError {
        OpenAIChatCodec.readError(status: status, body: Array(body.utf8)) { headers[$0] }
    }

    @Test(
        "errors of vendors",
        arguments: [
            (
                400, #"{"error":{"message":"m","type":"invalid_request_error","param":"x","code":null}}"#,
                NeutralError.Kind.invalidRequest
            ),
            (400, #"{"error":{"message":"m","code":"context_length_exceeded"}}"#, .contextTooLong),
            (
                400, #"{"object":"error","message":"This model's maximum context length is 4096 tokens.","code":400}"#,
                .contextTooLong
            ),
            (
                400,
                #"{"error":{"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#,
                .contextTooLong
            ),
            (400, #"{"error":{"message":"m","code":"content_filter"}}"#, .contentFilter),
            (
                400,
                #"{"error":{"message":"m","type":"invalid_request_error","code":"unsupported_parameter","param":"temperature"}}"#,
                .unsupported
            ),
            (
                401, #"{"error":{"message":"m","type":"invalid_request_error","code":"invalid_api_key"}}"#,
                .authentication
            ),
            (402, #"{"error":{"message":"m"}}"#, .billing), (403, "<html><title>403 Forbidden</title>", .permission),
            (404, #"{"error":{"message":"m","code":"model_not_found"}}"#, .notFound),
            (413, "", .tooLarge), (422, #"{"detail":[{"loc":["body","x"],"msg":"m"}]}"#, .invalidRequest),
            (429, #"{"error":{"message":"m","code":"insufficient_quota","type":"insufficient_quota"}}"#, .quota),
            (429, #"{"error":{"message":"m","type":"tokens","code":"rate_limit_exceeded"}}"#, .rateLimit),
            (500, #"{"error":{"message":"cut"#, .server), (503, "Service Unavailable", .overloaded),
            (504, "", .timeout), (529, "{}", .overloaded),
        ])
    func read(status: Int, body: String, kind: NeutralError.Kind) {
        let error = read(status, body)
        #expect(error.kind == kind)
        #expect(error.status == status)
        #expect(!error.message.isEmpty)
    }

    @Test("the time to wait, in milliseconds or seconds")
    func retryAfter() {
        #expect(read(429, "", ["retry-after-ms": "1500", "retry-after": "9"]).retryAfterSeconds == 1.5)
        #expect(read(429, "", ["retry-after": "9"]).retryAfterSeconds == 9)
        #expect(read(429, "", ["retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"]).retryAfterSeconds == nil)
        #expect(read(429, "", ["retry-after": "nan"]).retryAfterSeconds == nil)
        #expect(read(429, "", ["retry-after": "-1"]).retryAfterSeconds == nil)
    }

    @Test("every kind has a status of OpenAI's, and its own kind is read back", arguments: NeutralError.Kind.allCases)
    func thereAndBack(kind: NeutralError.Kind) throws {
        let (status, body) = OpenAIChatCodec.writeError(NeutralError(kind, message: "m"), requestID: "r")
        let root = try JSONDocument(parsing: body).root["error"]
        #expect(root?["message"]?.stringValue?.hasSuffix("m") == true)
        for key in ["type", "param", "code"] { #expect(root?[key] != nil) }
        let again = OpenAIChatCodec.readError(status: status, body: body) { _ in nil }
        #expect(again.kind == (kind == .billing ? .quota : kind))
        #expect([400, 401, 403, 404, 405, 409, 413, 429, 500, 503, 504].contains(status))
    }

    @Test("an overloaded vendor is 503 to OpenAI's clients, whatever its own status")
    func overloaded() {
        let error = NeutralError(.overloaded, status: 529, message: "m")
        #expect(OpenAIChatCodec.writeError(error, requestID: "").status == 503)
    }
}
