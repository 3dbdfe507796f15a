import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Bedrock")
struct BedrockTests {
    private let mock = PlanReader()
    private static let tools =
        #""toolConfig":{"tools":[{"toolSpec":{"name":"get_weather","inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"}}}}}},{"cachePoint":{"type":"default","ttl":"1h"}}]}"#
    private static let claude = "us.anthropic.claude-sonnet-4-5-20250929-v1%3A0"

    private func user(_ text: String) -> String { #"{"role":"user","content":[{"text":"\#(text)"}]}"# }

    @Test("a whole answer has the vendor's shape")
    func whole() {
        let reply = mock.bedrock("arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx")
        #expect(reply.status == 200)
        #expect(reply.json?["output"]?["message"]?["role"]?.stringValue == "assistant")
        #expect(
            reply.json?["output"]?["message"]?["content"]?[0]?["text"]?.stringValue
                == "This is the mock model. You said: Hello there")
        #expect(reply.json?["stopReason"]?.stringValue == "end_turn")
        #expect(reply.json?["usage"]?["totalTokens"]?.intValue == 12)
        #expect(reply.json?["metrics"]?["latencyMs"]?.kind == .number)
        #expect(reply.headers.first(name: "x-amzn-requestid")?.isEmpty == false)
        #expect(mock.bedrock("a/b").status == 404)
    }

    @Test("a stream has right checksums, padding, and the usage at its end")
    func stream() throws {
        let stream = mock.bedrock("mock", "converse-stream")
        #expect(stream.headers.first(name: "content-type") == "application/vnd.amazon.eventstream")
        let messages = try #require(EventStreamReader.messages(stream.body))
        let types = messages.map(\.type)
        #expect(types.first == "messageStart")
        #expect(Array(types.suffix(3)) == ["contentBlockStop", "messageStop", "metadata"])
        #expect(!types.contains("contentBlockStart"))
        #expect(messages.allSatisfy { $0.headers[":message-type"] == "event" && $0.payload?["p"]?.kind == .string })
        let text = messages.compactMap { $0.payload?["delta"]?["text"]?.stringValue }.joined()
        let whole = mock.bedrock()
        #expect(text == whole.json?["output"]?["message"]?["content"]?[0]?["text"]?.stringValue)
        #expect(
            messages.last?.payload?["usage"].map { Array($0.rawBytes) }
                == whole.json?["usage"].map { Array($0.rawBytes) })
    }

    @Test("an exception ends a stream")
    func exceptions() throws {
        let usual = try #require(EventStreamReader.messages(mock.bedrock("mock-error-after-2", "converse-stream").body))
        #expect(usual.count == 3)
        #expect(usual.last?.headers[":message-type"] == "exception")
        #expect(usual.last?.type == "modelStreamErrorException")
        let asked = try #require(
            EventStreamReader.messages(
                mock.bedrock("mock-error-in-200-stream-error-throttlingException", "converse-stream").body))
        #expect(asked.map(\.type) == ["throttlingException"])
    }

    @Test("tools are used, whole and streamed")
    func tools() throws {
        let body = #""messages":[\#(user("weather"))],\#(Self.tools)"#
        let whole = mock.bedrock("mock", "converse", body)
        let use = whole.json?["output"]?["message"]?["content"]?[0]?["toolUse"]
        #expect(use?["toolUseId"]?.stringValue?.hasPrefix("tooluse_") == true)
        #expect(whole.json?["stopReason"]?.stringValue == "tool_use")
        let stream = try #require(EventStreamReader.messages(mock.bedrock("mock", "converse-stream", body).body))
        let start = stream.first { $0.type == "contentBlockStart" }?.payload
        #expect(start?["start"]?["toolUse"]?["toolUseId"]?.stringValue == use?["toolUseId"]?.stringValue)
        let input = stream.compactMap { $0.payload?["delta"]?["toolUse"]?["input"]?.stringValue }.joined()
        #expect(Array(input.utf8) == use?["input"].map { Array($0.rawBytes) })
    }

    @Test("reasoning comes back as it was, or is refused")
    func reasoning() throws {
        let think =
            #","additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}},"inferenceConfig":{"maxTokens":4000}"#
        let first = mock.bedrock(
            "\(Self.claude)+mock-redacted-thinking-1", "converse", #""messages":[\#(user("x"))]\#(think)"#)
        let node = try #require(first.json?["output"]?["message"])
        #expect(node["content"]?[0]?["reasoningContent"]?["reasoningText"]?["signature"]?.kind == .string)
        #expect(node["content"]?[1]?["reasoningContent"]?["redactedContent"]?.kind == .string)
        let message = String(decoding: node.rawBytes, as: UTF8.self)
        let again = #""messages":[\#(user("x")),\#(message),\#(user("y"))]\#(think)"#
        #expect(mock.bedrock(Self.claude, "converse", again).status == 200)
        let altered = mock.bedrock(Self.claude, "converse", again.replacing("Let me", with: "Let us"))
        #expect(altered.text.contains("Invalid `signature` in `thinking` block"))
        let stream = try #require(
            EventStreamReader.messages(
                mock.bedrock(Self.claude, "converse-stream", #""messages":[\#(user("x"))]\#(think)"#).body))
        let deltas = stream.compactMap { $0.payload?["delta"]?["reasoningContent"] }
        #expect(deltas.last?["signature"]?.kind == .string)
        #expect(deltas.first?["text"]?.stringValue == "Let ")
    }

    @Test(
        "a wrong request is a ValidationException",
        arguments: [
            (#""messages":[]"#, "messages is empty"),
            (#""messages":[{"role":"assistant","content":[{"text":"x"}]}]"#, "must start with a user message"),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]},{"role":"user","content":[{"text":"x"}]}]"#,
                "must alternate"
            ),
            (#""messages":[{"role":"user","content":[{"text":" "}]}]"#, "is blank"),
            (#""messages":[{"role":"user","content":[]}]"#, "is empty. Add a ContentBlock"),
            (#""messages":[{"role":"user","content":[{"image":{}}]}]"#, "Member must not be null"),
            (
                #""messages":[{"role":"user","content":[{"text":"x","cachePoint":{"type":"default"}}]}]"#,
                "exactly one of"
            ),
            (#""messages":[{"role":"user","content":[{"type":"text"}]}]"#, "extraneous key"),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"text":"x"}]}}]}]"#,
                "toolConfig field must be defined"
            ),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"a b","name":"f","input":{}}}]}]"#,
                "[a-zA-Z0-9_.:-]+"
            ),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":"{}"}}]}]"#,
                "Provide a json object"
            ),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]},{"role":"user","content":[{"text":"x"}]}]"#,
                "Expected toolResult blocks"
            ),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"text":""}]}}]}]"#,
                "is blank"
            ),
            (
                #""messages":[{"role":"user","content":[{"text":"x"},{"document":{"format":"pdf","name":"a.pdf","source":{"bytes":"AAAA"}}}]}]"#,
                "document name"
            ),
            (
                #""messages":[{"role":"user","content":[{"document":{"format":"pdf","name":"a","source":{"bytes":"AAAA"}}}]}]"#,
                "text block is required"
            ),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]}],"inferenceConfig":{"temperature":1.5}"#,
                "temperature"
            ),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":{}}}}}"#,
                "expected a string"
            ),
            (#""messages":[{"role":"user","content":[{"text":"x"}]}],"requestMetadata":{}"#, "1 to 16"),
            (
                #""messages":[{"role":"user","content":[{"text":"x"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"","inputSchema":{"json":{"type":"object"}}}}]}"#,
                "description"
            ),
        ])
    func wrong(_ body: String, _ words: String) {
        let reply = mock.bedrock("mock", "converse", body)
        #expect(reply.status == 400)
        #expect(reply.headers.first(name: "x-amzn-errortype")?.hasPrefix("ValidationException:") == true)
        #expect(reply.json?["message"]?.stringValue?.contains(words) == true, "\(reply.text)")
    }

    @Test("Claude's own rules come as faults of the model")
    func claudeRules() {
        let reply = mock.bedrock(
            "anthropic.claude-opus-4-7-v1", "converse",
            #""messages":[\#(user("x"))],"inferenceConfig":{"temperature":0.5}"#)
        #expect(
            reply.json?["message"]?.stringValue
                == "The model returned the following errors: `temperature` is deprecated for this model.")
    }

    @Test(
        "errors have the exception's name in a header",
        arguments: [
            ("mock-429", "ThrottlingException"), ("mock-403", "AccessDeniedException"),
            ("mock-404", "ResourceNotFoundException"), ("mock-408", "ModelTimeoutException"),
            ("mock-424", "ModelErrorException"), ("mock-500", "InternalServerException"),
            ("mock-503", "ServiceUnavailableException"),
            ("mock-429-error-code-ModelNotReadyException", "ModelNotReadyException"),
        ])
    func errors(_ model: String, _ exception: String) {
        let reply = mock.bedrock(model)
        #expect(reply.headers.first(name: "x-amzn-errortype")?.hasPrefix(exception + ":") == true)
        #expect(reply.json?["message"]?.kind == .string)
    }

    // MARK: Credentials

    private static let signed: HTTPHeaders = [
        "host": "bedrock-runtime.us-east-1.amazonaws.com", "X-Amz-Date": "20261121T060000Z",
        "Authorization":
            "AWS4-HMAC-SHA256 Credential=AKIDMOCK/20261121/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=6a54a2e140803fd757be98292843299fd9730f09053ae4675a930be3813fb1f0",
    ]

    @Test("a signature that botocore made is right, and nothing like it")
    func signature() {
        let locked = PlanReader(MockConfiguration(requiredKey: "key"))
        #expect(locked.bedrock(Self.claude, headers: Self.signed).status == 200)
        for path in [Self.claude.replacing("%3A", with: ":"), "mock"] {
            let reply = locked.bedrock(path, headers: Self.signed)
            #expect(reply.status == 403)
            #expect(reply.headers.first(name: "x-amzn-errortype")?.hasPrefix("InvalidSignatureException") == true)
        }
        var date = Self.signed
        date.replaceOrAdd(name: "X-Amz-Date", value: "20261121T060001Z")
        #expect(locked.bedrock(Self.claude, headers: date).status == 403)
        #expect(
            locked.bedrock(Self.claude, "converse", #""messages":[\#(user("x"))]"#, headers: Self.signed).status == 403)
    }

    @Test("a session's token and a query are signed with the rest")
    func signedSession() {
        let reply = mock.bedrock(
            "mock", "converse?b=2&a=x%20y",
            headers: [
                "host": "bedrock-runtime.us-east-1.amazonaws.com", "x-amz-date": "20261121T060000Z",
                "x-amz-security-token": "session/token+1",
                "authorization":
                    "AWS4-HMAC-SHA256 Credential=AKIDMOCK/20261121/eu-west-3/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=acd749afef2a0981c970343dcb6bfdcc1def6ab31f6af0c901936905e322cfd7",
            ])
        #expect(reply.status == 200)
    }

    @Test(
        "a signature of the wrong shape is refused, whoever made it",
        arguments: [
            "Credential=OTHER/20261121/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date",
            "Credential=OTHER/20261121/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
            "Credential=OTHER/20261121/us-east-1/bedrock, SignedHeaders=host;x-amz-date, Signature=0",
            "Credential=OTHER/20261120/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
            "Credential=OTHER/20261121/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0",
            "Credential=OTHER/20261121/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
        ])
    func wrongShape(_ authorization: String) {
        let digits = String(repeating: "a", count: 64)
        let full =
            authorization.hasSuffix("SignedHeaders=host;x-amz-date, Signature=0") && authorization.contains("/bedrock/")
            && authorization.contains("20261121")
        var headers: HTTPHeaders = ["host": "x", "x-amz-date": "20261121T060000Z"]
        headers.add(name: "authorization", value: "AWS4-HMAC-SHA256 " + authorization)
        #expect(mock.bedrock(headers: headers).status == 403)
        guard full else { return }
        headers.replaceOrAdd(
            name: "authorization",
            value: "AWS4-HMAC-SHA256 " + authorization.replacing("Signature=0", with: "Signature=\(digits)"))
        #expect(mock.bedrock(headers: headers).status == 200)
        #expect(PlanReader(MockConfiguration(requiredKey: "k")).bedrock(headers: headers).status == 403)
    }

    @Test("a key is taken as bearer")
    func bearer() {
        let locked = PlanReader(MockConfiguration(requiredKey: "key"))
        #expect(locked.bedrock(headers: ["authorization": "Bearer key"]).status == 200)
        #expect(locked.bedrock(headers: ["authorization": "Bearer other"]).status == 403)
        #expect(locked.bedrock().status == 403)
    }

    // MARK: The other operations

    @Test("tokens are counted, and models of embeddings invoked")
    func others() {
        let converse = #""input":{"converse":{"messages":[\#(user("12345678"))]}}"#
        #expect(mock.bedrock("mock", "count-tokens", converse).text == #"{"inputTokens":2}"#)
        let titan = mock.bedrock("amazon.titan-embed-text-v2%3A0", "invoke", #""inputText":"abcde","dimensions":8"#)
        #expect(titan.json?["embedding"]?.count == 8)
        #expect(titan.json?["inputTextTokenCount"]?.intValue == 2)
        let cohere = mock.bedrock(
            "cohere.embed-v4%3A0", "invoke",
            #""texts":["a","b"],"input_type":"search_query","embedding_types":["int8","ubinary"]"#)
        #expect(cohere.json?["embeddings"]?["int8"]?.count == 2)
        #expect(cohere.json?["embeddings"]?["ubinary"]?[0]?.count == 32)
        #expect(mock.bedrock("cohere.embed-v4%3A0", "invoke", #""texts":["a"]"#).status == 400)
        #expect(mock.bedrock("mock", "invoke", #""prompt":"a""#).status == 400)
    }
}
