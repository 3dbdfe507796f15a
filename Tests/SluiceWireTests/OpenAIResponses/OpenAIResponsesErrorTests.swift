import SluiceWire
import Testing

@Suite("OpenAI Responses: errors")
struct OpenAIResponsesErrorTests {
    private func read(_ status: Int, _ body: [UInt8], _ headers: [String: String] = [:]) -> NeutralError {
        OpenAIResponsesCodec.readError(status: status, body: body) { headers[$0] }
    }

    @Test(
        "the vendor's errors keep their kind, there and back",
        arguments: [
            ("error-context", 400, .contextTooLong), ("error-rate-limit", 429, .rateLimit),
            ("error-quota", 429, .quota), ("error-parameter", 400, .invalidRequest),
            ("error-key", 401, .authentication),
            ("error-model", 404, .notFound), ("error-server", 500, .server),
        ] as [(String, Int, NeutralError.Kind)])
    func fixtures(name: String, status: Int, kind: NeutralError.Kind) throws {
        let error = read(status, try ResponsesFixture.bytes(name, "error.json"))
        #expect(error.kind == kind)
        #expect(error.status == status)
        let written = OpenAIResponsesCodec.writeError(error, requestID: "req_1")
        #expect(written.status == status)
        let again = read(written.status, written.body)
        #expect(again.kind == kind)
        #expect(again.message == error.message)
        #expect(again.parameter == error.parameter)
    }

    @Test(
        "anything is an error",
        arguments: [
            (502, "<html><head><title>Bad Gateway</title></head></html>", .server), (503, "", .overloaded),
            (529, "{", .overloaded), (504, "upstream timed out", .timeout), (400, "null", .invalidRequest),
            (413, "{}", .tooLarge),
            (400, #"{"error":"This model's maximum context length is 8192 tokens."}"#, .contextTooLong),
            (400, #"{"detail":"Unsupported parameter: max_output_tokens"}"#, .invalidRequest),
            (403, #"{"error":{"message":"no","code":"unsupported_country_region_territory"}}"#, .permission),
            (429, #"{"error":{"message":"x","type":"insufficient_quota"}}"#, .quota),
            (500, #"{"error":{"message":"x","code":"server_is_overloaded"}}"#, .overloaded),
        ] as [(Int, String, NeutralError.Kind)])
    func anything(status: Int, body: String, kind: NeutralError.Kind) {
        let error = read(status, Array(body.utf8))
        #expect(error.kind == kind)
        #expect(!error.message.isEmpty)
    }

    @Test("when to try again")
    func retryAfter() {
        #expect(read(429, [], ["retry-after": "3"]).retryAfterSeconds == 3)
        #expect(read(429, [], ["retry-after": "3", "retry-after-ms": "1500"]).retryAfterSeconds == 1.5)
        for text in ["", "soon", "-1", "inf", "nan", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            #expect(read(429, [], ["retry-after": text]).retryAfterSeconds == nil)
        }
    }

    @Test("every kind has the status by which the SDK picks its exception", arguments: NeutralError.Kind.allCases)
    func statuses(kind: NeutralError.Kind) throws {
        let written = OpenAIResponsesCodec.writeError(NeutralError(kind, message: "m"), requestID: "req_1")
        let expected =
            switch kind {
            case .billing, .quota, .rateLimit: 429
            case .overloaded: 503
            default: kind.status
            }
        #expect(written.status == expected)
        let root = try JSONDocument(parsing: written.body).root
        #expect(root["error"]?.members.map(\.key) == ["message", "type", "param", "code"])
    }
}
