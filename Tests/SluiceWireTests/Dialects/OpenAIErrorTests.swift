import SluiceWire
import Testing

@Suite("OpenAI errors")
struct OpenAIErrorTests {
    private func parse(_ text: String) -> OpenAIUpstreamError {
        OpenAIUpstreamError.parse(Array(text.utf8).span)
    }

    @Test("writes all four keys")
    func body() {
        let body = OpenAIErrorBody(
            message: "no \"such\" model", type: "invalid_request_error", param: "model", code: "model_not_found")
        #expect(
            String(decoding: body.bytes, as: UTF8.self)
                == #"{"error":{"message":"no \"such\" model","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#
        )
        let bare = OpenAIErrorBody(message: "m", type: "server_error")
        #expect(
            String(decoding: bare.bytes, as: UTF8.self)
                == #"{"error":{"message":"m","type":"server_error","param":null,"code":null}}"#)
    }

    @Test(
        "reads the error bodies of many servers",
        arguments: [
            (
                #"{"error":{"message":"m","type":"t","param":"p","code":"c"}}"#,
                OpenAIUpstreamError(message: "m", type: "t", code: "c", param: "p")
            ),
            (#"{"error":{"message":"m","code":429}}"#, OpenAIUpstreamError(message: "m", code: "429")),
            (#"{"error":{"code":"c"}}"#, OpenAIUpstreamError(message: "", code: "c")),
            (#"{"error":"text"}"#, OpenAIUpstreamError(message: "text")),
            (#"{"error":"text","error_type":"Overloaded"}"#, OpenAIUpstreamError(message: "text", type: "Overloaded")),
            (
                #"{"object":"error","message":"m","type":"BadRequestError","param":null,"code":400}"#,
                OpenAIUpstreamError(message: "m", type: "BadRequestError", code: "400")
            ),
            (#"{"message":"m"}"#, OpenAIUpstreamError(message: "m")),
            (#"{"detail":"d"}"#, OpenAIUpstreamError(message: "d")),
            (#"{"detail":{"message":"d"}}"#, OpenAIUpstreamError(message: "d")),
            (
                #"{"detail":[{"loc":["body","model"],"msg":"field required"},{"loc":["body",0],"msg":"bad"}]}"#,
                OpenAIUpstreamError(message: "body.model: field required; body.0: bad")
            ),
            (
                #"[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]"#,
                OpenAIUpstreamError(message: "m", code: "400")
            ),
            (#"{"errors":[{"message":"m","code":7}]}"#, OpenAIUpstreamError(message: "m", code: "7")),
            (#"{"errors":["m"]}"#, OpenAIUpstreamError(message: "m")),
            (#""just text""#, OpenAIUpstreamError(message: "just text")),
            (#"{"error":null,"message":"m"}"#, OpenAIUpstreamError(message: "m")),
            ("{}", OpenAIUpstreamError(message: "", isStructured: false)),
            ("[]", OpenAIUpstreamError(message: "", isStructured: false)),
            ("null", OpenAIUpstreamError(message: "", isStructured: false)),
            ("", OpenAIUpstreamError(message: "", isStructured: false)),
            (
                "upstream connect error\nreset",
                OpenAIUpstreamError(message: "upstream connect error", isStructured: false)
            ),
            (
                "<html>\n<head><TITLE>502 Bad Gateway</Title></head></html>",
                OpenAIUpstreamError(message: "502 Bad Gateway", isStructured: false)
            ),
            ("<html><body>x</body></html>", OpenAIUpstreamError(message: "", isStructured: false)),
            (
                #"{"error":{"message":"cut"#,
                OpenAIUpstreamError(message: #"{"error":{"message":"cut"#, isStructured: false)
            ),
            ("  \u{7} busy \r\n", OpenAIUpstreamError(message: "busy", isStructured: false)),
            (#"[[[[{"error":"x"}]]]]"#, OpenAIUpstreamError(message: "", isStructured: false)),
        ])
    func shapes(text: String, expected: OpenAIUpstreamError) {
        #expect(parse(text) == expected)
    }

    @Test("bounds what it keeps, at whole characters")
    func bounds() {
        for shift in 0..<4 {
            let long = String(repeating: "a", count: shift) + String(repeating: "😀", count: 5000)
            let error = parse(#"{"error":{"message":"\#(long)","type":"\#(long)"}}"#)
            #expect(error.message.utf8.count <= OpenAIUpstreamError.messageLimit)
            #expect(error.message.utf8.count > OpenAIUpstreamError.messageLimit - 4)
            #expect(long.hasPrefix(error.message))
            #expect((error.type?.utf8.count ?? 0) <= 256)
            #expect(parse(long).message.utf8.count <= OpenAIUpstreamError.messageLimit)
        }
    }

    @Test("request errors carry type, param and a code")
    func requestError() {
        let error = OpenAIRequestError(
            kind: .missingModel, message: "you must provide a model parameter", param: "model")
        #expect(
            error.body
                == OpenAIErrorBody(
                    message: "you must provide a model parameter", type: "invalid_request_error", param: "model",
                    code: "missing_required_parameter"))
        #expect(error.description == error.message)
    }
}
