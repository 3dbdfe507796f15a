import NIOHTTP1
import SluiceWire
import Testing

@testable import SluiceMock

@Suite("Gemini")
struct GeminiTests {
    private let mock = PlanReader()
    private static let tools =
        #""tools":[{"functionDeclarations":[{"name":"get_weather","description":"w","parametersJsonSchema":{"type":"object","properties":{"city":{"type":"string"}}}},{"name":"search_news"}]}]"#
    private static let both = #""contents":[{"role":"user","parts":[{"text":"weather and news"}]}]"#

    @Test("a whole answer has the vendor's shape")
    func whole() {
        let reply = mock.gemini("gemini-2.0-flash")
        #expect(reply.status == 200)
        #expect(reply.headers.first(name: "content-type") == "application/json; charset=UTF-8")
        let candidate = reply.json?["candidates"]?[0]
        #expect(
            candidate?["content"]?["parts"]?[0]?["text"]?.stringValue
                == "This is the mock model. You said: Hello there")
        #expect(candidate?["content"]?["role"]?.stringValue == "model")
        #expect(candidate?["finishReason"]?.stringValue == "STOP")
        #expect(reply.json?["usageMetadata"]?["promptTokenCount"]?.intValue == 3)
        #expect(reply.json?["usageMetadata"]?["candidatesTokenCount"]?.intValue == 9)
        #expect(reply.json?["usageMetadata"]?["totalTokenCount"]?.intValue == 12)
        #expect(reply.json?["modelVersion"]?.stringValue == "gemini-2.0-flash")
    }

    @Test(
        "every path of the vendor's leads there",
        arguments: [
            "/v1/models/gemini-2.0-flash:generateContent", "/v1beta/models/gemini-2.0-flash:generateContent",
            "/v1/projects/p/locations/l/publishers/google/models/gemini-2.0-flash:generateContent",
            "/v1beta1/publishers/google/models/gemini-2.0-flash:generateContent",
        ])
    func paths(_ path: String) {
        let body = #"{"contents":[{"role":"user","parts":[{"text":"Hello there"}]}]}"#
        #expect(mock.post(path, body).body == mock.gemini("gemini-2.0-flash").body)
    }

    @Test(
        "other paths do not",
        arguments: [
            "/v1beta/models/a/b:generateContent", "/v1beta/models/:generateContentX",
            "/v2beta/models/a:generateContent",
            "/v1/projects/p/publishers/google/models/a:generateContent", "/v1beta/models/a:get",
            "/v1beta/models/a:list",
        ])
    func otherPaths(_ path: String) {
        #expect(mock.post(path, "{}").status == 404)
    }

    @Test("a stream of events ends its lines with CRLF, and says what the whole answer says")
    func events() {
        let stream = mock.post(
            "/v1beta/models/mock:streamGenerateContent?alt=sse",
            #"{"contents":[{"role":"user","parts":[{"text":"Hello there"}]}]}"#)
        #expect(stream.headers.first(name: "content-type") == "text/event-stream")
        #expect(stream.text.contains("}\r\n\r\ndata: {"))
        #expect(!stream.text.replacing("\r\n", with: "").contains("\n"))
        let text = stream.nodes.compactMap { $0["candidates"]?[0]?["content"]?["parts"]?[0]?["text"]?.stringValue }
        #expect(text.joined() == "This is the mock model. You said: Hello there")
        let finishes = stream.nodes.compactMap { $0["candidates"]?[0]?["finishReason"]?.stringValue }
        #expect(finishes == ["STOP"])
        // Each chunk tells of the tokens up to it.
        let counts = stream.nodes.map { $0["usageMetadata"]?["candidatesTokenCount"]?.intValue ?? 0 }
        #expect(counts == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9])
    }

    @Test("without alt=sse a stream is one JSON array, errors too")
    func array() throws {
        let stream = mock.gemini("mock", "streamGenerateContent")
        #expect(stream.headers.first(name: "content-type") == "application/json; charset=UTF-8")
        #expect((stream.json?.count ?? 0) == 10)
        let broken = mock.gemini("mock-error-after-2", "streamGenerateContent")
        #expect(broken.json?.count == 3)
        #expect(broken.json?[2]?["error"]?["code"]?.intValue == 500)
        let refused = mock.gemini("mock", "streamGenerateContent", #""contents":[]"#)
        #expect(refused.json?[0]?["error"]?["status"]?.stringValue == "INVALID_ARGUMENT")
        #expect(mock.gemini("mock-error-in-200", "streamGenerateContent").json?.count == 1)
    }

    @Test("functions are called, the first call with its signature beside it")
    func calls() {
        let reply = mock.gemini("gemini-3-pro", "generateContent", "\(Self.both),\(Self.tools)")
        let parts = reply.json?["candidates"]?[0]?["content"]?["parts"]
        #expect(parts?.count == 2)
        #expect(parts?[0]?["functionCall"]?["args"]?["city"]?.kind == .string)
        #expect(parts?[0]?["functionCall"]?["id"]?.kind == .string)
        #expect(parts?[0]?["thoughtSignature"]?.kind == .string)
        #expect(parts?[1]?["thoughtSignature"] == nil)
        #expect(reply.json?["candidates"]?[0]?["finishReason"]?.stringValue == "STOP")
        let old = mock.gemini("gemini-2.0-flash", "generateContent", "\(Self.both),\(Self.tools)")
        #expect(old.json?["candidates"]?[0]?["content"]?["parts"]?[0]?["thoughtSignature"] == nil)
    }

    @Test("the functions that may be called are obeyed")
    func toolConfig() {
        let any = #""toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["search_news"]}}"#
        let hello = #""contents":[{"role":"user","parts":[{"text":"Hello"}]}]"#
        let reply = mock.gemini("mock", "generateContent", "\(hello),\(Self.tools),\(any)")
        #expect(reply.text.contains(#""name":"search_news""#))
        let none = #""toolConfig":{"functionCallingConfig":{"mode":"NONE"}}"#
        #expect(
            !mock.gemini("mock", "generateContent", "\(Self.both),\(Self.tools),\(none)").text.contains("functionCall"))
    }

    private func replay(_ call: String, name: String = "get_weather", response: String = #"{"output":"wet"}"#) -> String
    {
        #""contents":[{"role":"user","parts":[{"text":"weather"}]},{"role":"model","parts":[\#(call)]},{"role":"user","parts":[{"functionResponse":{"name":"\#(name)","response":\#(response)}}]}],\#(Self.tools)"#
    }

    @Test("a call comes back with its signature, or a placeholder, or not at all")
    func replay() throws {
        let first = mock.gemini(
            "gemini-3-pro", "generateContent",
            #""contents":[{"role":"user","parts":[{"text":"weather"}]}],\#(Self.tools)"#)
        let node = try #require(first.json?["candidates"]?[0]?["content"]?["parts"]?[0])
        let part = String(decoding: node.rawBytes, as: UTF8.self)
        let city = try #require(node["functionCall"]?["args"]?["city"]?.stringValue)
        let signature = try #require(node["thoughtSignature"]?.stringValue)
        let good = mock.gemini("gemini-3-pro", "generateContent", replay(part))
        #expect(good.text.contains("The tool answered: wet"))
        let spaced = part.replacing(#""args":{"#, with: #""args": { "#)
        #expect(mock.gemini("gemini-3-pro", "generateContent", replay(spaced)).status == 200)
        let altered = mock.gemini("gemini-3-pro", "generateContent", replay(part.replacing(city, with: "Paris")))
        #expect(altered.error?["message"]?.stringValue == "Corrupted thought signature.")
        let bare = #"{"functionCall":{"name":"get_weather","args":{}}}"#
        let missing = mock.gemini("gemini-3-pro", "generateContent", replay(bare))
        #expect(missing.error?["message"]?.stringValue?.contains("missing a thought_signature") == true)
        #expect(mock.gemini("gemini-2.5-pro", "generateContent", replay(bare)).status == 200)
        let placeholder = part.replacing(signature, with: "skip_thought_signature_validator")
        #expect(mock.gemini("gemini-3-pro", "generateContent", replay(placeholder)).status == 200)
        // Only the turn at hand needs signatures.
        let later = replay(bare).replacing(
            #"],"tools""#,
            with: #",{"role":"model","parts":[{"text":"wet"}]},{"role":"user","parts":[{"text":"thanks"}]}],"tools""#)
        #expect(mock.gemini("gemini-3-pro", "generateContent", later).status == 200)
    }

    @Test("thoughts are shown when asked for, counted in any case, and signed at the end")
    func thoughts() {
        let contents = #""contents":[{"role":"user","parts":[{"text":"Hello"}]}]"#
        let shown = #""generationConfig":{"thinkingConfig":{"includeThoughts":true}}"#
        let reply = mock.gemini("gemini-3-pro", "generateContent", "\(contents),\(shown)")
        let parts = reply.json?["candidates"]?[0]?["content"]?["parts"]
        #expect(parts?[0]?["thought"]?.boolValue == true)
        #expect(parts?[1]?["thoughtSignature"]?.kind == .string)
        #expect(reply.json?["usageMetadata"]?["thoughtsTokenCount"]?.intValue == 6)
        let hidden = mock.gemini("gemini-3-pro", "generateContent", contents)
        #expect(hidden.json?["candidates"]?[0]?["content"]?["parts"]?.count == 1)
        #expect(hidden.json?["usageMetadata"]?["thoughtsTokenCount"]?.intValue == 6)
        let stream = mock.gemini("gemini-3-pro", "streamGenerateContent", "\(contents),\(shown)")
        let last = stream.json.flatMap { $0[$0.count - 1] }?["candidates"]?[0]?["content"]?["parts"]?[0]
        #expect(last?["text"]?.stringValue == "")
        #expect(last?["thoughtSignature"]?.stringValue == parts?[1]?["thoughtSignature"]?.stringValue)
    }

    @Test("what is blocked has no content, or no candidate")
    func blocked() {
        let refused = mock.gemini("mock-refuse")
        #expect(refused.json?["candidates"]?[0]?["finishReason"]?.stringValue == "SAFETY")
        #expect(refused.json?["candidates"]?[0]?["content"] == nil)
        let blocked = mock.gemini("mock-block-prompt")
        #expect(blocked.json?["promptFeedback"]?["blockReason"]?.stringValue == "SAFETY")
        #expect(blocked.json?["candidates"] == nil)
        #expect(mock.gemini("mock-finish-MALFORMED_FUNCTION_CALL").text.contains("MALFORMED_FUNCTION_CALL"))
    }

    @Test(
        "a wrong request is a 400 in Google's shape and words",
        arguments: [
            (#""contents":[]"#, "contents is not specified"),
            (#""contents":[{"role":"user","parts":[]}]"#, "must not be empty"),
            (#""contents":[{"role":"user","parts":[{}]}]"#, "required oneof field 'data'"),
            (#""contents":[{"role":"assistant","parts":[{"text":"x"}]}]"#, "Please use a valid role: user, model."),
            (#""contents":[{"role":"user","parts":[{"text":"x"}]}],"stream":true"#, "Unknown name \"stream\""),
            (
                #""contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"!"}}]}]"#,
                "Base64 decoding failed"
            ),
            (
                #""contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"stopSequences":["1","2","3","4","5","6"]}"#,
                "stop_sequences"
            ),
            (
                #""contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"thinkingConfig":{"thinkingLevel":"LOW","thinkingBudget":1}}"#,
                "only one of thinking budget and thinking level"
            ),
            (
                #""contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"responseJsonSchema":{"type":"object"}}"#,
                "response_mime_type must be"
            ),
            (
                #""contents":[{"role":"user","parts":[{"text":"x"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}"#,
                "without function_declarations"
            ),
            (
                #""contents":[{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]"#,
                "immediately after a function call turn"
            ),
            (
                #""contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"g"}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]"#,
                "equal to the number of function call parts"
            ),
            (
                #""contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f"}}]},{"role":"user","parts":[{"functionResponse":{"name":"g","response":{}}}]}]"#,
                "does not match any function call"
            ),
        ])
    func wrong(_ body: String, _ words: String) {
        let reply = mock.gemini("mock", "generateContent", body)
        #expect(reply.status == 400)
        #expect(reply.error?["code"]?.intValue == 400)
        #expect(reply.error?["status"]?.stringValue == "INVALID_ARGUMENT")
        #expect(reply.error?["message"]?.stringValue?.contains(words) == true, "\(reply.text)")
    }

    @Test(
        "the older schemas are a subset",
        arguments: [
            (#"{"type":"object","properties":{"a":{"type":"string","const":"x"}}}"#, "Unknown name \"const\""),
            (#"{"type":"object","$schema":"x","properties":{"a":{"type":"string"}}}"#, "Unknown name \"$schema\""),
            (
                #"{"type":"object","additionalProperties":false,"properties":{"a":{"type":"string"}}}"#,
                "Unknown name \"additionalProperties\""
            ),
            (#"{"type":"object","properties":{"a":{"type":["string","null"]}}}"#, "Proto field is not repeating"),
            (#"{"type":"object","properties":{}}"#, "should be non-empty for OBJECT type"),
            (#"{"type":"object","properties":{"a":{"type":"array"}}}"#, "items: missing field"),
            (
                #"{"type":"object","properties":{"a":{"type":"string"}},"required":["b"]}"#, "property is not defined"
            ),
            (#"{"type":"object","properties":{"a":{"type":"string","format":"uuid"}}}"#, "only 'enum' and 'date-time'"),
            (#"{"type":"object","properties":{"a":{"type":"integer","enum":["1"]}}}"#, "only allowed for STRING type"),
        ])
    func schemas(_ schema: String, _ words: String) {
        let contents = #""contents":[{"role":"user","parts":[{"text":"x"}]}]"#
        let older = #""tools":[{"functionDeclarations":[{"name":"f","parameters":\#(schema)}]}]"#
        let reply = mock.gemini("mock", "generateContent", "\(contents),\(older)")
        #expect(reply.error?["message"]?.stringValue?.contains(words) == true, "\(reply.text)")
        let newer = #""tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":\#(schema)}]}]"#
        #expect(mock.gemini("mock", "generateContent", "\(contents),\(newer)").status == 200)
        let twice =
            #""tools":[{"functionDeclarations":[{"name":"f","parameters":\#(schema),"parametersJsonSchema":\#(schema)}]}]"#
        #expect(mock.gemini("mock", "generateContent", "\(contents),\(twice)").status == 400)
    }

    @Test("the spelling with underscores is taken, and leaves the caller's own names alone")
    func underscores() {
        let body =
            #""contents":[{"role":"user","parts":[{"text":"weather"}]}],"system_instruction":{"parts":[{"text":"x"}]},"generation_config":{"max_output_tokens":5},"tools":[{"function_declarations":[{"name":"get_weather","parameters":{"type":"object","properties":{"any_of":{"type":"string"}}}}]}]"#
        let reply = mock.gemini("mock", "generateContent", body)
        #expect(reply.text.contains(#""args":{"any_of":"#), "\(reply.text)")
    }

    @Test("tokens are counted, texts become vectors")
    func others() {
        #expect(mock.gemini("mock", "countTokens").json?["totalTokens"]?.intValue == 3)
        let nested =
            #""generateContentRequest":{"model":"models/mock","contents":[{"parts":[{"text":"12345678"}]}]}"#
        #expect(mock.gemini("mock", "countTokens", nested).json?["totalTokens"]?.intValue == 2)
        let one = mock.gemini("e", "embedContent", #""content":{"parts":[{"text":"a"}]},"outputDimensionality":8"#)
        #expect(one.json?["embedding"]?["values"]?.count == 8)
        let batch = mock.gemini(
            "e", "batchEmbedContents", #""requests":[{"model":"models/e","content":{"parts":[{"text":"a"}]}}]"#)
        #expect(batch.json?["embeddings"]?[0]?["values"]?.count == 256)
        let other = mock.gemini(
            "e", "batchEmbedContents", #""requests":[{"model":"models/f","content":{"parts":[{"text":"a"}]}}]"#)
        #expect(other.status == 400)
    }

    @Test("models are listed in Google's shape for whoever has Google's key")
    func models() {
        #expect(mock.send("GET", "/v1beta/models").json?["models"]?[0]?["name"]?.stringValue == "models/mock")
        #expect(mock.send("GET", "/v1/models?key=k").json?["models"]?.count == Models.names.count)
        #expect(mock.send("GET", "/v1/models", [], ["x-goog-api-key": "k"]).json?["models"] != nil)
        #expect(mock.send("GET", "/v1beta/models/mock").json?["name"]?.stringValue == "models/mock")
        #expect(mock.send("GET", "/v1beta/models/gemini-x").error?["status"]?.stringValue == "NOT_FOUND")
    }

    @Test("a key is taken from its three places, and refused in the vendor's words")
    func key() {
        let locked = PlanReader(MockConfiguration(requiredKey: "right"))
        #expect(locked.gemini().error?["status"]?.stringValue == "PERMISSION_DENIED")
        let wrong = locked.gemini(headers: ["x-goog-api-key": "wrong"])
        #expect(wrong.status == 400)
        #expect(wrong.error?["details"]?[0]?["reason"]?.stringValue == "API_KEY_INVALID")
        #expect(locked.gemini(headers: ["x-goog-api-key": "right"]).status == 200)
        #expect(locked.gemini(headers: ["authorization": "Bearer right"]).status == 200)
        #expect(locked.gemini("mock", "countTokens?key=right").status == 200)
        #expect(locked.send("GET", "/_mock/requests").text.contains("countTokens?key=…"))
    }

    @Test("errors have their status by name, and say when to come back")
    func errors() {
        #expect(mock.gemini("mock-503").error?["status"]?.stringValue == "UNAVAILABLE")
        let limited = mock.gemini("gemini-3-pro+mock-429-retry-after-2")
        #expect(limited.error?["status"]?.stringValue == "RESOURCE_EXHAUSTED")
        #expect(limited.error?["details"]?[0]?["retryDelay"]?.stringValue == "2s")
        #expect(
            mock.gemini("mock-error-code-FAILED_PRECONDITION").error?["status"]?.stringValue == "FAILED_PRECONDITION")
    }
}
