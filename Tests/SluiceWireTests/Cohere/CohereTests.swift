import SluiceWire
import Testing

@Suite("Cohere's chat")
struct CohereTests {
    private static func response(_ name: String) throws -> NeutralResponse {
        let bytes = try #require(Fixture.bytes("dialects/cohere/\(name)/response.json"))
        var context = DialectCases.answerReading()
        return try CohereCodec.readResponse(try DialectCases.document(bytes), &context)
    }

    private static func write(
        _ request: NeutralRequest, _ capabilities: ModelCapabilities = ModelCapabilities()
    ) throws -> (JSONNode, ConversionLosses) {
        var context = DialectCases.writing("command-a", capabilities)
        let bytes = try CohereCodec.writeRequest(request, &context)
        return (try DialectCases.document(bytes).root, context.losses)
    }

    private static func raw(_ node: JSONNode?) -> String? {
        node.map { DialectCases.text(Array($0.rawBytes)) }
    }

    @Test("a stream makes the same answer as the whole, in any split", arguments: ["answer-text", "answer-tools"])
    func streams(_ name: String) throws {
        let bytes = try #require(Fixture.bytes("dialects/cohere/\(name)/stream.sse"))
        let make = { CohereCodec.makeStreamReader(DialectCases.answerReading()) }
        DialectCases.checkSplits(bytes, make)
        DialectCases.checkTruncations(bytes, make)
        var whole = try Self.response(name)
        whole.extras = NeutralExtras()
        #expect(DialectCases.assembled(DialectCases.events(bytes, from: make())) == whole)
    }

    @Test("usage is the tokens that the model saw, cached ones apart")
    func usage() throws {
        let response = try Self.response("answer-text")
        #expect(response.usage == TokenUsage(uncachedInput: 151, cacheRead: 64, output: 41))
        #expect(response.extras.value("citations", of: .cohere) != nil)
        #expect(response.finish.reason == .stop)
    }

    @Test("an end in error is an error, in streams and in whole answers")
    func errorEnd() throws {
        let bytes = try #require(Fixture.bytes("dialects/cohere/error-end/stream.sse"))
        let events = DialectCases.events(bytes, from: CohereCodec.makeStreamReader(DialectCases.answerReading()))
        #expect(!events.contains(.end))
        guard case .error(let error) = events.last else {
            Issue.record("The stream does not end in an error.")
            return
        }
        #expect(error.message == "the model failed")
        let text = #"{"id":"a","finish_reason":"TIMEOUT","message":{"role":"assistant","content":[]}}"#
        var context = DialectCases.answerReading()
        #expect(throws: ConversionError.self) {
            try CohereCodec.readResponse(try DialectCases.document(text), &context)
        }
    }

    @Test("tool choices are Cohere's words, a tool by name is offered alone")
    func toolChoice() throws {
        var request = NeutralRequest(messages: [NeutralMessage(.user, text: "Hi")])
        request.tools = ["f", "g"].map { NeutralTool($0, kind: .function(schema: nil), isStrict: true) }
        let cases: [(NeutralToolChoice?, String?, Int, String?)] = [
            (nil, nil, 2, nil), (.auto, nil, 2, nil), (NeutralToolChoice.none, "NONE", 2, nil),
            (.required, "REQUIRED", 2, nil), (.tool("g"), "REQUIRED", 1, "adapted tool_choice"),
            (.allowed(["f", "g"], isRequired: false), nil, 2, nil),
        ]
        for (choice, word, count, losses) in cases {
            request.toolChoice = choice
            let (root, found) = try Self.write(request)
            #expect(root["tool_choice"]?.stringValue == word)
            #expect(root["tools"]?.count == count)
            #expect(root["strict_tools"]?.boolValue == true)
            #expect(found.header == losses)
        }
    }

    @Test("sampling is moved into Cohere's ranges")
    func sampling() throws {
        var request = NeutralRequest(messages: [NeutralMessage(.user, text: "Hi")])
        request.sampling.topP = NumberText(1)
        request.sampling.topK = NumberText(900)
        request.sampling.presencePenalty = NumberText(-1.5)
        request.sampling.frequencyPenalty = NumberText(0.5)
        request.sampling.minP = NumberText(0.1)
        request.stopSequences = ["a", "b", "c", "d", "e", "f"]
        let (root, losses) = try Self.write(request)
        #expect(Self.raw(root["p"]) == "0.99")
        #expect(Self.raw(root["k"]) == "500")
        #expect(Self.raw(root["presence_penalty"]) == "0")
        #expect(Self.raw(root["frequency_penalty"]) == "0.5")
        #expect(root["stop_sequences"]?.count == 5)
        #expect(
            losses.header
                == "dropped stop, adapted top_p, adapted top_k, adapted presence_penalty, dropped min_p")
    }

    @Test("JSON is asked for by its field, and in words where there are tools")
    func format() throws {
        var request = NeutralRequest(messages: [
            NeutralMessage(.system, text: "Be brief."), NeutralMessage(.user, text: "Hi"),
        ])
        request.outputFormat = .jsonSchema(NeutralSchema(schema: .emptyObject))
        let (plain, losses) = try Self.write(request)
        #expect(Self.raw(plain["response_format"]) == #"{"type":"json_object","json_schema":{}}"#)
        #expect(losses.isEmpty)
        request.tools = [NeutralTool("f", kind: .function(schema: nil))]
        let (words, adapted) = try Self.write(request)
        #expect(words["response_format"] == nil)
        #expect(words["messages"]?.count == 3)
        #expect(words["messages"]?[1]?["role"]?.stringValue == "system")
        #expect(adapted.header == "adapted response_format")
    }

    @Test("text beside calls is the plan, thoughts go back while tools are answered, pictures of results follow")
    func history() throws {
        let picture = NeutralPart(.image(NeutralMedia(.base64("AAAA"), mediaType: "image/png")))
        let request = NeutralRequest(messages: [
            NeutralMessage(.user, text: "Hi"),
            NeutralMessage(
                .assistant,
                [
                    NeutralPart(.thinking("Hmm.")), NeutralPart(.text("I look.")),
                    NeutralPart(.toolCall(NeutralToolCall(id: "1", name: "f", arguments: ""))),
                    NeutralPart(.toolCall(NeutralToolCall(id: "2", name: "f", arguments: "{\"a\":1.0}"))),
                ]),
            NeutralMessage(
                .tool,
                [
                    NeutralPart(.toolResult(NeutralToolResult(callID: "1", parts: [picture]))),
                    NeutralPart(
                        .toolResult(NeutralToolResult(callID: "2", parts: [NeutralPart(.text("b"))], isError: true))),
                ]),
        ])
        let (root, losses) = try Self.write(request)
        #expect(
            Self.raw(root["messages"]) == #"[{"role":"user","content":"Hi"},"#
                + #"{"role":"assistant","content":[{"type":"thinking","thinking":"Hmm."}],"#
                + #""tool_plan":"I look.","tool_calls":["#
                + #"{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}},"#
                + #"{"id":"2","type":"function","function":{"name":"f","arguments":"{\"a\":1.0}"}}]},"#
                + #"{"role":"tool","tool_call_id":"1","content":"The result is a picture; it follows."},"#
                + #"{"role":"tool","tool_call_id":"2","content":"Error: b"},"#
                + #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]"#
        )
        #expect(losses.header == "adapted is_error, adapted tool_result")
    }

    @Test(
        "errors are told by status and words",
        arguments: [
            (
                400, #"{"message":"invalid request: message must be at least 1 token long"}"#,
                NeutralError.Kind.invalidRequest
            ),
            (400, #"{"message":"too many tokens: total number of tokens in this prompt"}"#, .contextTooLong),
            (401, #"{"message":"invalid api token"}"#, .authentication),
            (429, #"{"message":"You are using a Trial key, which is limited to 1000 API calls / month."}"#, .quota),
            (429, #"{"message":"Please wait and try again later"}"#, .rateLimit),
            (498, #"{"message":"blocked output"}"#, .contentFilter),
            (503, "", .overloaded),
        ])
    func errorKinds(_ status: Int, _ body: String, _ kind: NeutralError.Kind) {
        let error = CohereCodec.readError(status: status, body: Array(body.utf8)) { _ in nil }
        #expect(error.kind == kind)
        #expect(error.status == status)
    }
}
