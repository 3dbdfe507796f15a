import Testing

@testable import SluiceWire

@Suite("Bedrock errors")
struct BedrockErrorTests {
    static func read(_ status: Int, _ type: String?, _ body: String, _ headers: [String: String] = [:]) -> NeutralError
    {
        BedrockCodec.readError(status: status, body: Array(body.utf8)) { name in
            name == "x-amzn-errortype" ? type : headers[name]
        }
    }

    @Test(
        "exceptions are told by their name, then by their words, then by the status",
        arguments: [
            (429, "ThrottlingException", "Too many requests", .rateLimit),
            (429, "ThrottlingException:http://internal.amazon.com/coral/", "Slow down", .rateLimit),
            (400, "com.amazon.coral.validate#ValidationException", "Bad", .invalidRequest),
            (400, "ValidationException", "Input is too long for requested model.", .contextTooLong),
            (
                400, "ValidationException",
                "The model returned the following errors: prompt is too long: 5 tokens > 4 maximum", .contextTooLong
            ),
            (400, "ValidationException", "The provided model identifier is invalid.", .notFound),
            (403, "AccessDeniedException", "You don't have access to the model", .permission),
            (
                403, "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid.",
                .authentication
            ),
            (
                403, "UnrecognizedClientException", "The security token included in the request is invalid.",
                .authentication
            ),
            (403, "InvalidSignatureException", "Signature expired", .authentication),
            (404, "ResourceNotFoundException", "No", .notFound),
            (408, "ModelTimeoutException", "No", .timeout),
            (424, "ModelErrorException", "No", .server),
            (429, "ModelNotReadyException", "No", .overloaded),
            (500, "InternalServerException", "No", .server),
            (503, "ServiceUnavailableException", "No", .overloaded),
            (400, "ServiceQuotaExceededException", "No", .quota),
            (413, nil, "No", .tooLarge),
            (400, nil, "Too many input tokens. Max input tokens: 8192", .contextTooLong),
        ] as [(Int, String?, String, NeutralError.Kind)])
    func kinds(status: Int, type: String?, message: String, kind: NeutralError.Kind) {
        let error = Self.read(status, type, #"{"message":"\#(message)"}"#)
        #expect(error.kind == kind && error.status == status && error.message == message)
    }

    @Test("the name may stand in the body; other bodies are told as far as they can be")
    func bodies() {
        let named = Self.read(400, nil, ##"{"__type":"com.amazon#ThrottlingException","Message":"m"}"##)
        #expect(named.kind == .rateLimit && named.code == "ThrottlingException" && named.message == "m")
        #expect(Self.read(502, nil, "<html>Bad gateway</html>").message == "The provider answered with status 502.")
        #expect(Self.read(503, nil, "").kind == .overloaded)
        #expect(Self.read(500, nil, #"{"message":"tr"#).kind == .server)
        #expect(Self.read(500, nil, "upstream gone\nmore").message == "upstream gone")
        #expect(Self.read(429, "ThrottlingException", "{}", ["retry-after": "3"]).retryAfterSeconds == 3)
        #expect(Self.read(429, "ThrottlingException", "{}", ["retry-after-ms": "250"]).retryAfterSeconds == 0.25)
        #expect(Self.read(429, "ThrottlingException", "{}", ["retry-after": "nan"]).retryAfterSeconds == nil)
    }

    @Test(
        "errors are written with the status by which the SDK knows the exception", arguments: NeutralError.Kind.allCases
    )
    func written(kind: NeutralError.Kind) throws {
        let error = NeutralError(kind, message: "It went \"wrong\".")
        let (status, body) = BedrockCodec.writeError(error, requestID: "req")
        let name = BedrockErrors.typeName(for: error)
        let again = BedrockCodec.readError(status: status, body: body) { $0 == BedrockErrors.headerName ? name : nil }
        switch kind {
        case .contentFilter, .unsupported: #expect(again.kind == .invalidRequest && status == 400)
        case .billing: #expect(again.kind == .permission && status == 403)
        case .quota: #expect(again.kind == .rateLimit && status == 429)
        case .methodNotAllowed: #expect(status == 405)
        default: #expect(again.kind == kind)
        }
        #expect(again.message.hasSuffix(error.message))
    }

    @Test("the vendor's own exception stays itself")
    func own() {
        for row in BedrockExceptions.rows {
            let error = NeutralError(row.kind, status: row.status, message: "m", code: row.name)
            #expect(BedrockErrors.typeName(for: error) == row.name)
            #expect(BedrockCodec.writeError(error, requestID: "").status == row.status)
        }
        // A code of another vendor's is none of ours.
        #expect(
            BedrockErrors.typeName(for: NeutralError(.server, message: "m", code: "server_error"))
                == "InternalServerException")
    }
}
