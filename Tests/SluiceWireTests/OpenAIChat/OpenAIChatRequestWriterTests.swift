import SluiceWire
import Testing

@Suite("Chat Completions, requests to providers")
struct OpenAIChatRequestWriterTests {
    private typealias Case = OpenAIChatCase

    private func written(_ request: NeutralRequest, _ change: (inout ModelCapabilities) -> Void = { _ in }) throws -> (
        JSONNode, ConversionLosses
    ) {
        var capabilities = Case.permissive
        change(&capabilities)
        let (document, losses) = try Case.writeRequest(request, capabilities)
        return (document.root, losses)
    }

    @Test("a reasoning model is sent no sampling, and its limit by the new name")
    func reasoningModel() throws {
        let request = try Case.request(
            #""temperature":0.5,"top_p":1,"presence_penalty":1,"logit_bias":{"1":1},"logprobs":true,"max_tokens":9,"stop":["a"]"#
        )
        let (body, losses) = try written(request) {
            $0.sampling = .none
            $0.maximumStopSequences = 0
        }
        for key in ["temperature", "top_p", "presence_penalty", "logit_bias", "logprobs", "max_tokens", "stop"] {
            #expect(body[key] == nil, "\(key)")
        }
        #expect(body["max_completion_tokens"]?.intValue == 9)
        #expect(
            losses.header
                == "dropped temperature, dropped presence_penalty, dropped logit_bias, dropped logprobs, dropped stop")
    }

    @Test("values outside their range are moved into it, and all others keep their text")
    func ranges() throws {
        let (body, losses) = try written(Case.request(#""temperature":1.70,"top_p":0.10,"presence_penalty":-7e400"#)) {
            $0.maximumTemperature = 1
        }
        #expect(Case.text(body["temperature"]) == "1.0")
        #expect(Case.text(body["top_p"]) == "0.10")
        #expect(Case.text(body["presence_penalty"]) == "-2.0")
        #expect(losses.header == "adapted temperature, adapted presence_penalty")
    }

    @Test("temperature wins over top_p where only one may be said")
    func oneOfTwo() throws {
        let (body, losses) = try written(Case.request(#""temperature":1,"top_p":0.5"#)) {
            $0.sampling = .temperatureOrTopP
        }
        #expect(body["top_p"] == nil)
        #expect(losses.header == "dropped top_p")
    }

    @Test(
        "effort is moved to a level that the model has",
        arguments: [
            (NeutralReasoning(effort: .xhigh), "high", "adapted reasoning_effort"),
            (NeutralReasoning(effort: .minimal), "low", "adapted reasoning_effort"),
            (NeutralReasoning(effort: .medium), "medium", nil),
            (NeutralReasoning(mode: .enabled, budgetTokens: 2048), "low", nil),
            (NeutralReasoning(budgetTokens: 10_000), "medium", nil),
            (NeutralReasoning(budgetTokens: 20_000), "high", nil),
            (NeutralReasoning(mode: .adaptive), nil, nil),
            (NeutralReasoning(mode: .disabled), nil, "dropped reasoning_effort"),
        ])
    func efforts(wish: NeutralReasoning, effort: String?, warning: String?) throws {
        var request = try Case.request("")
        request.reasoning = wish
        let (body, losses) = try written(request) { $0.efforts = [.low, .medium, .high] }
        #expect(body["reasoning_effort"]?.stringValue == effort)
        #expect(losses.header == warning)
    }

    @Test("thinking is switched off by the level that stands for it")
    func noThinking() throws {
        var request = try Case.request("")
        request.reasoning = NeutralReasoning(mode: .disabled)
        #expect(try written(request) { $0.efforts = [.none, .low] }.0["reasoning_effort"]?.stringValue == "none")
        let (body, losses) = try written(request) { $0.efforts = [.minimal, .low] }
        #expect(body["reasoning_effort"]?.stringValue == "minimal")
        #expect(losses.header == "adapted reasoning_effort")
        let plain = try written(request) { $0.thinking = [] }
        #expect(plain.0["reasoning_effort"] == nil)
        #expect(plain.1.isEmpty)
    }

    @Test("instructions have the role that the model knows, also later in the conversation")
    func system() throws {
        let (request, _) = try Case.readRequest(Case.document("system", "request.json"))
        let (body, _) = try written(request) { $0.usesDeveloperRole = true }
        #expect(
            body["messages"]?.elements.compactMap { $0["role"]?.stringValue }
                == ["developer", "developer", "user", "assistant", "developer", "user"])
        let (folded, losses) = try written(request) { $0.allowsSystemAnywhere = false }
        #expect(folded["messages"]?[4]?["role"]?.stringValue == "user")
        #expect(folded["messages"]?[4]?["content"]?.stringValue == "[system] Now in German.")
        #expect(losses.header == "adapted system")
    }

    @Test("pictures of results go into one message after all results, and failures are said in words")
    func results() throws {
        var request = try Case.request("")
        let image = NeutralPart(.image(NeutralMedia(.base64("iVBORw0KGgo"), mediaType: "image/png")))
        request.messages += [
            NeutralMessage(
                .assistant,
                ["a", "b"].map { NeutralPart(.toolCall(NeutralToolCall(id: $0, name: "f", arguments: ""))) }),
            NeutralMessage(
                .tool,
                [
                    NeutralPart(.toolResult(NeutralToolResult(callID: "a", parts: [image]))),
                    NeutralPart(
                        .toolResult(
                            NeutralToolResult(callID: "b", parts: [NeutralPart(.text("no"))], isError: true))),
                ]),
        ]
        let (body, losses) = try written(request)
        let messages = try #require(body["messages"])
        #expect(
            messages.elements.compactMap { $0["role"]?.stringValue } == ["user", "assistant", "tool", "tool", "user"])
        #expect(messages[1]?["content"]?.isNull == true)
        #expect(messages[1]?["tool_calls"]?[0]?["function"]?["arguments"]?.stringValue == "{}")
        #expect(messages[2]?["content"]?.stringValue == "[image attached]")
        #expect(messages[3]?["content"]?.stringValue == "Error: no")
        #expect(messages[4]?["content"]?[1]?["image_url"]?["url"]?.stringValue == "data:image/png;base64,iVBORw0KGgo")
        #expect(losses.header == "adapted messages.tool.content")
    }

    @Test("ids are cut to 40 characters, on call and result alike")
    func longIDs() throws {
        var request = try Case.request("")
        let id = String(repeating: "x", count: 64)
        request.messages += [
            NeutralMessage(.assistant, [NeutralPart(.toolCall(NeutralToolCall(id: id, name: "f", arguments: "{}")))]),
            NeutralMessage(.tool, [NeutralPart(.toolResult(NeutralToolResult(callID: id, parts: [])))]),
        ]
        let (body, _) = try written(request)
        let sent = try #require(body["messages"]?[1]?["tool_calls"]?[0]?["id"]?.stringValue)
        #expect(sent.utf8.count <= 40)
        #expect(body["messages"]?[2]?["tool_call_id"]?.stringValue == sent)
        #expect(body["messages"]?[2]?["content"]?.stringValue == "")
    }

    @Test("names that OpenAI refuses are changed, and changed back in the answer")
    func toolNames() throws {
        var request = try Case.request("")
        let name = "files.read:" + String(repeating: "x", count: 80)
        request.tools = [
            NeutralTool(name, kind: .function(schema: nil)), NeutralTool("ok", kind: .function(schema: nil)),
        ]
        request.toolChoice = .tool(name)
        let (body, _) = try written(request)
        let sent = try #require(body["tools"]?[0]?["function"]?["name"]?.stringValue)
        #expect(sent.utf8.count == 64)
        #expect(body["tool_choice"]?["function"]?["name"]?.stringValue == sent)
        let chunk = Case.chunk(
            #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"\#(sent)","arguments":"{}"}}]}"#)
        let events = Case.events([chunk], Case.reading(request))
        #expect(events.contains(.partStart(index: 0, .toolCall(id: "a", name: name))))
    }

    @Test(
        "a schema is strict where OpenAI can follow it",
        arguments: [
            (
                #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
                true
            ),
            (#"{"type":"object","properties":{},"additionalProperties":false}"#, true),
            (#"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#, false),
            (
                #"{"type":"object","properties":{"a":{"type":"object"}},"required":["a"],"additionalProperties":false}"#,
                false
            ),
            (
                #"{"type":"object","properties":{"a":{"oneOf":[]}},"required":["a"],"additionalProperties":false}"#,
                false
            ),
            (#"{"type":"array","items":{"type":"string"}}"#, false), ("true", false), ("{}", false),
        ])
    func strictness(schema: String, isStrict: Bool) throws {
        var request = try Case.request("")
        let fragment = try JSONFragment(validating: Array(schema.utf8)[...])
        request.outputFormat = .jsonSchema(NeutralSchema(schema: fragment))
        let (body, losses) = try written(request)
        #expect(body["response_format"]?["json_schema"]?["strict"]?.boolValue == isStrict)
        #expect(body["response_format"]?["json_schema"]?["name"]?.stringValue == "response")
        #expect(losses.isEmpty)
        request.outputFormat = .jsonSchema(NeutralSchema(schema: fragment, isStrict: true))
        #expect(try written(request).1.header == (isStrict ? nil : "adapted response_format.json_schema.strict"))
    }

    @Test("a server without schemas is told the schema in words")
    func schemaInWords() throws {
        var request = try Case.request("")
        request.outputFormat = .jsonSchema(NeutralSchema(schema: .emptyObject))
        let (body, losses) = try written(request) { $0.structuredOutput = .instruction }
        #expect(body["messages"]?[0]?["content"]?.stringValue?.hasSuffix("JSON Schema: {}") == true)
        #expect(body["response_format"]?["type"]?.stringValue == "json_object")
        #expect(losses.header == "adapted response_format")
    }

    @Test("the word JSON is said where OpenAI asks for it")
    func wordJSON() throws {
        var request = try Case.request("")
        request.outputFormat = .jsonObject
        #expect(try written(request).0["messages"]?.count == 2)
        request.messages[0].parts[0].content = .text("as Json")
        #expect(try written(request).0["messages"]?.count == 1)
    }

    @Test("a stream asks for its usage where the server takes it")
    func usage() throws {
        let request = try Case.request(#""stream":true"#)
        #expect(try written(request).0["stream_options"]?["include_usage"]?.boolValue == true)
        #expect(try written(request) { $0.takesStreamUsage = false }.0["stream_options"] == nil)
    }

    @Test("what would change the meaning is refused")
    func refused() throws {
        func refuses(_ content: NeutralPart.Content, role: NeutralMessage.Role = .user) throws {
            var request = try Case.request("")
            request.messages.append(NeutralMessage(role, [NeutralPart(content)]))
            #expect(throws: ConversionError.self) { try self.written(request) }
        }
        try refuses(.video(NeutralMedia(.base64("AA"))))
        try refuses(.audio(NeutralMedia(.base64("AA"), mediaType: "audio/flac")))
        try refuses(.document(NeutralMedia(.url("https://example.com/a.pdf"))))
        try refuses(.document(NeutralMedia(.file(id: "f", origin: .anthropic))))
        try refuses(.opaque(NeutralOpaque(origin: .anthropic, kind: "search_result", value: .emptyObject)))
        try refuses(.image(NeutralMedia(.base64("AA"))), role: .assistant)
        var request = try Case.request("")
        request.tools = [
            NeutralTool("w", kind: .hosted(NeutralOpaque(origin: .anthropic, kind: "web", value: .emptyObject)))
        ]
        #expect(throws: ConversionError.self) { try self.written(request) }
    }

    @Test("a document of text is text with its title; one without a name is given one")
    func documents() throws {
        var request = try Case.request("")
        request.messages[0].parts = [
            NeutralPart(.document(NeutralMedia(.text("body"), name: "Title"))),
            NeutralPart(.document(NeutralMedia(.base64("JVBERi0x"), mediaType: "application/pdf"))),
        ]
        let content = try written(request).0["messages"]?[0]?["content"]
        #expect(content?[0]?["text"]?.stringValue == "Title\n\nbody")
        #expect(content?[1]?["file"]?["filename"]?.stringValue == "document.pdf")
        #expect(content?[1]?["file"]?["file_data"]?.stringValue == "data:application/pdf;base64,JVBERi0x")
    }

    @Test("cache marks are left out where the server has none")
    func cacheHints() throws {
        let (request, _) = try Case.readRequest(Case.document("tools-single", "request.json"))
        var marked = request
        marked.messages[0].parts[0].cacheHint = .fiveMinutes
        let (body, _) = try written(marked)
        #expect(Case.text(body["messages"]?[0]?["content"]?[0]?["prompt_cache_breakpoint"]) == #"{"mode":"explicit"}"#)
        let (plain, losses) = try written(marked) { $0.takesCacheHints = false }
        #expect(plain["messages"]?[0]?["content"]?.stringValue == "Weather in Paris?")
        #expect(losses.firstVisible == nil)
    }

    @Test("fields of other vendors are reported, at every level")
    func foreignExtras() throws {
        var request = try Case.request("")
        request.extras.append("safetySettings", .emptyObject, from: .gemini)
        request.messages[0].extras.append("b", .emptyObject, from: .gemini)
        request.messages[0].parts[0].extras.append("citations", .emptyObject, from: .anthropic)
        let (body, losses) = try written(request)
        #expect(losses.header == "dropped citations, dropped b, dropped safetySettings")
        #expect(body["messages"]?[0]?["content"]?.stringValue == "x")
    }

    @Test("a server that cannot be told to use some of the tools is sent only these")
    func allowedTools() throws {
        let (request, _) = try Case.readRequest(Case.document("tools-parallel", "request.json"))
        let (body, losses) = try written(request) { $0.maximumTokensField = .maxTokens }
        #expect(body["tools"]?.elements.compactMap { $0["function"]?["name"]?.stringValue } == ["get_weather"])
        #expect(body["tool_choice"]?.stringValue == "required")
        #expect(losses.header == "adapted tool_choice")
    }

    @Test("arguments that a client or a server sent as an object are kept as its text")
    func objectArguments() throws {
        let call = #"{"id":"a","type":"function","function":{"name":"f","arguments":{"n": 9007199254740993}}}"#
        let request = try Case.request(
            "",
            messages:
                #"[{"role":"assistant","tool_calls":[\#(call)]},{"role":"tool","tool_call_id":"a","content":"x"}]"#)
        let (body, _) = try written(request)
        #expect(
            body["messages"]?[0]?["tool_calls"]?[0]?["function"]?["arguments"]?.stringValue
                == #"{"n": 9007199254740993}"#)
        let answer = #"{"choices":[{"message":{"tool_calls":[\#(call)]},"finish_reason":"stop"}]}"#
        let response = try Case.readResponse(JSONDocument(parsing: Array(answer.utf8)))
        #expect(response.parts == request.messages[0].parts)
    }

    @Test("thousands of calls and results take no more than their share of time", .timeLimit(.minutes(1)))
    func manyCalls() throws {
        let count = 20_000
        let calls = (0..<count).map { #"{"id":"c\#($0)","type":"function","function":{"name":"f","arguments":"{}"}}"# }
        let results = (0..<count).reversed().map { #"{"role":"tool","tool_call_id":"c\#($0)","content":""}"# }
        let request = try Case.request(
            "",
            messages:
                #"[{"role":"assistant","tool_calls":[\#(calls.joined(separator: ","))]},\#(results.joined(separator: ","))]"#
        )
        #expect(try written(request).0["messages"]?.count == count + 1)
    }
}
