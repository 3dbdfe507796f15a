import SluiceWire
import Testing

@Suite("Messages errors")
struct AnthropicErrorTests {
    @Test("the vendor's errors mean what they say", arguments: Fixture.names(in: "dialects/anthropic/errors"))
    func fixtures(_ name: String) throws {
        let status = try #require(Int(name.prefix { $0 != "-" }))
        let kinds: [String: NeutralError.Kind] = [
            "400-too-long.json": .contextTooLong, "400-too-long-with-output.json": .contextTooLong,
            "400-credit.json": .billing, "400-field.json": .invalidRequest, "401-key.json": .authentication,
            "402-billing.json": .billing, "403-permission.json": .permission, "404-model.json": .notFound,
            "413-large.json": .tooLarge, "429-rate.json": .rateLimit, "500-api.json": .server,
            "504-timeout.json": .timeout, "529-overloaded.json": .overloaded,
        ]
        let body = try Messages.file("errors", name)
        let error = AnthropicCodec.readError(status: status, body: body) { _ in nil }
        #expect(error.kind == kinds[name])
        #expect(error.status == status)
        #expect(!error.message.isEmpty)
        let (back, written) = AnthropicCodec.writeError(error, requestID: "req_1")
        if name != "400-credit.json" { #expect(back == status) }
        let again = AnthropicCodec.readError(status: back, body: written) { _ in nil }
        #expect(again.kind == error.kind && again.message == error.message && again.code == error.code)
        for count in 0..<body.count {
            let cut = AnthropicCodec.readError(status: status, body: Array(body[..<count])) { _ in nil }
            #expect(!cut.message.isEmpty)
        }
    }

    @Test("a body that is no JSON is told by its status")
    func bodies() {
        let page = Array("<html><head><title>502 Bad Gateway</title></head></html>".utf8)
        let error = AnthropicCodec.readError(status: 502, body: page) { $0 == "retry-after" ? "7" : nil }
        #expect(error == NeutralError(.server, status: 502, message: "502 Bad Gateway", retryAfterSeconds: 7))
        let none = AnthropicCodec.readError(status: 429, body: []) { $0 == "retry-after-ms" ? "1500" : "9" }
        #expect(none.kind == .rateLimit && none.retryAfterSeconds == 1.5)
    }

    @Test("each kind has the status and the type by which clients know it")
    func kinds() throws {
        let expected: [NeutralError.Kind: (Int, String)] = [
            .invalidRequest: (400, "invalid_request_error"), .contextTooLong: (400, "invalid_request_error"),
            .contentFilter: (400, "invalid_request_error"), .unsupported: (400, "invalid_request_error"),
            .authentication: (401, "authentication_error"), .billing: (402, "billing_error"),
            .permission: (403, "permission_error"), .notFound: (404, "not_found_error"),
            .methodNotAllowed: (405, "invalid_request_error"), .conflict: (409, "conflict_error"),
            .tooLarge: (413, "request_too_large"), .rateLimit: (429, "rate_limit_error"),
            .quota: (429, "rate_limit_error"), .server: (500, "api_error"), .overloaded: (529, "overloaded_error"),
            .timeout: (504, "timeout_error"),
        ]
        for kind in NeutralError.Kind.allCases {
            let (status, body) = AnthropicCodec.writeError(NeutralError(kind, message: "M"), requestID: "req_1")
            let root = try JSONDocument(parsing: body).root
            #expect(status == expected[kind]?.0)
            #expect(root["error"]?["type"]?.stringValue == expected[kind]?.1)
            #expect(root["type"]?.stringValue == "error" && root["request_id"]?.stringValue == "req_1")
        }
        let broke = NeutralError(.quota, message: "M", code: "insufficient_quota")
        #expect(AnthropicCodec.writeError(broke, requestID: "r").status == 402)
        let long = NeutralError(.contextTooLong, message: "This model's maximum context length is 8 tokens.")
        #expect(
            String(decoding: AnthropicCodec.writeError(long, requestID: "r").body, as: UTF8.self)
                .contains("prompt is too long: This model's"))
    }
}
