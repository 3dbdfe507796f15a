import SluiceWire
import Testing

@Suite("OpenAI Responses: requests of other dialects")
struct OpenAIResponsesTargetTests {
    private func write(_ request: NeutralRequest, _ context: inout RequestWriting) throws -> JSONNode {
        try JSONDocument(parsing: try OpenAIResponsesCodec.writeRequest(request, &context)).root
    }

    private func ask(_ change: (inout NeutralRequest) -> Void = { _ in }) -> NeutralRequest {
        var request = NeutralRequest(messages: [NeutralMessage(.user, text: "x")])
        change(&request)
        return request
    }

    @Test("nothing is left in the vendor's store, and seals are asked for")
    func storage() throws {
        var context = ResponsesFixture.writing()
        let root = try write(ask(), &context)
        #expect(root["store"]?.boolValue == false)
        #expect(root["include"]?.elements.map(\.stringValue) == ["reasoning.encrypted_content"])
        var plain = ModelCapabilities()
        plain.thinking = []
        context = ResponsesFixture.writing(plain)
        #expect(try write(ask(), &context)["include"] == nil)
    }

    @Test("what the dialect has not is dropped and named")
    func losses() throws {
        let request = ask { request in
            request.stopSequences = ["END"]
            request.sampling.seed = NumberText(7)
            request.sampling.topK = NumberText(40)
            request.sampling.minP = NumberText(0.1)
            request.sampling.presencePenalty = NumberText(1)
            request.sampling.frequencyPenalty = NumberText(1)
            request.sampling.logitBias = .emptyObject
            request.sampling.temperature = NumberText(2.5)
            request.sampling.topP = NumberText(-1)
            request.maximumOutputTokens = 3
            request.verbosity = "chatty"
            request.isStored = true
            request.extras.append("mirostat", .emptyObject, from: .ollama)
        }
        var context = ResponsesFixture.writing()
        let root = try write(request, &context)
        #expect(
            context.losses.header
                == "dropped verbosity, adapted temperature, adapted top_p, dropped top_k, dropped min_p, dropped seed, "
                + "dropped presence_penalty, dropped frequency_penalty, dropped logit_bias, adapted max_tokens, "
                + "dropped store, dropped mirostat, dropped stop")
        #expect(root["temperature"]?.doubleValue == 2)
        #expect(root["top_p"]?.doubleValue == 0)
        #expect(root["max_output_tokens"]?.intValue == 16)
    }

    @Test("models that refuse sampling are sent none")
    func noSampling() throws {
        var capabilities = ModelCapabilities()
        capabilities.sampling = .none
        var context = ResponsesFixture.writing(capabilities)
        let root = try write(ask { $0.sampling.temperature = NumberText(1) }, &context)
        #expect(root["temperature"] == nil)
        #expect(context.losses.header == "dropped temperature")
    }

    @Test(
        "effort, budget and switch become a level that the model has",
        arguments: [
            (NeutralReasoning(effort: .medium), #"{"effort":"medium"}"#, nil),
            (NeutralReasoning(effort: .max), #"{"effort":"high"}"#, "adapted reasoning_effort"),
            (NeutralReasoning(effort: .minimal), #"{"effort":"low"}"#, "adapted reasoning_effort"),
            (NeutralReasoning(effort: NeutralReasoning.Effort.none), #"{"effort":"none"}"#, nil),
            (NeutralReasoning(mode: .disabled), #"{"effort":"none"}"#, nil),
            (NeutralReasoning(mode: .adaptive), nil, nil),
            (NeutralReasoning(mode: .adaptive, isShown: true), #"{"summary":"auto"}"#, nil),
            (NeutralReasoning(mode: .enabled, budgetTokens: 1024), #"{"effort":"low","summary":"auto"}"#, nil),
            (NeutralReasoning(budgetTokens: 8192, isShown: false), #"{"effort":"medium"}"#, nil),
            (NeutralReasoning(budgetTokens: 16_384), #"{"effort":"high","summary":"auto"}"#, nil),
            (NeutralReasoning(budgetTokens: Int.max), #"{"effort":"high","summary":"auto"}"#, "adapted thinking"),
            (NeutralReasoning(effort: .low, summary: "detailed"), #"{"effort":"low","summary":"detailed"}"#, nil),
        ] as [(NeutralReasoning, String?, String?)])
    func reasoning(wish: NeutralReasoning, expected: String?, header: String?) throws {
        var context = ResponsesFixture.writing(ModelCapabilities())
        let root = try write(ask { $0.reasoning = wish }, &context)
        #expect(root["reasoning"].map { String(decoding: $0.rawBytes, as: UTF8.self) } == expected)
        #expect(context.losses.header == header)
    }

    @Test("a tool is strict only where the client said so: here it would be by default")
    func strictness() throws {
        var context = ResponsesFixture.writing()
        let root = try write(ask { $0.tools = [NeutralTool("f", kind: .function(schema: nil))] }, &context)
        #expect(
            root["tools"].map { String(decoding: $0.rawBytes, as: UTF8.self) }
                == #"[{"type":"function","name":"f","parameters":null,"strict":false}]"#)
    }

    @Test("names that OpenAI does not take are fitted in tools, choice and history, and are the client's in the answer")
    func names() throws {
        let name = "weather.city:now"
        var context = ResponsesFixture.writing()
        let request = ask { request in
            request.tools = [NeutralTool(name, kind: .function(schema: nil))]
            request.toolChoice = .tool(name)
            request.messages.append(
                NeutralMessage(
                    .assistant, [NeutralPart(.toolCall(NeutralToolCall(id: "c", name: name, arguments: "{}")))]))
        }
        let root = try write(request, &context)
        let fitted = try #require(root["tools"]?[0]?["name"]?.stringValue)
        #expect(fitted != name && fitted.hasPrefix("weather_city_now_") && fitted.utf8.count <= 64)
        #expect(root["tool_choice"]?["name"]?.stringValue == fitted)
        #expect(root["input"]?.elements.compactMap { $0["name"]?.stringValue } == [fitted])

        let identifiers = NeutralIdentifiers(seed: 1, 2)
        let item = #"{"type":"function_call","id":"i","call_id":"c","name":"\#(fitted)","arguments":"{}"}"#
        var reading = ResponseReading(model: "m", identifiers: identifiers, request: request)
        let whole = try OpenAIResponsesCodec.readResponse(
            try JSONDocument(parsing: Array(#"{"id":"r","status":"completed","output":[\#(item)]}"#.utf8)), &reading)
        #expect(Self.called(whole.parts) == [name])

        var reader = OpenAIResponsesCodec.makeStreamReader(reading)
        var assembler = NeutralAssembler()
        var events: [NeutralEvent] = []
        for event in [
            #"{"type":"response.created","response":{"id":"r","model":"m"}}"#,
            #"{"type":"response.output_item.added","output_index":0,"item":\#(item)}"#,
            #"{"type":"response.output_item.done","output_index":0,"item":\#(item)}"#,
            #"{"type":"response.completed","response":{"id":"r","status":"completed","output":[\#(item)]}}"#,
        ] {
            reader.read(Array("data: \(event)\n\n".utf8).span, into: &events)
        }
        for event in events { assembler.take(event) }
        #expect(Self.called(assembler.response?.parts ?? []) == [name])
    }

    private static func called(_ parts: [NeutralPart]) -> [String] {
        parts.compactMap { if case .toolCall(let call) = $0.content { call.name } else { nil } }
    }

    @Test("a grammar in the form of Chat Completions is written in this dialect's")
    func grammar() throws {
        let format = JSONFragment(
            written: Array(#"{"type":"grammar","grammar":{"syntax":"regex","definition":"a+"}}"#.utf8))
        var context = ResponsesFixture.writing()
        let root = try write(
            ask { request in
                request.tools = [NeutralTool("q", kind: .custom(format: format))]
                request.toolChoice = .tool("q")
            }, &context)
        #expect(
            root["tools"]?[0]?["format"].map { String(decoding: $0.rawBytes, as: UTF8.self) }
                == #"{"type":"grammar","syntax":"regex","definition":"a+"}"#)
        #expect(root["tool_choice"]?["type"]?.stringValue == "custom")
    }

    @Test("later system messages stand where they stood, or become the person's words")
    func lateSystem() throws {
        let request = NeutralRequest(messages: [
            NeutralMessage(.system, text: "a"), NeutralMessage(.system, text: "b"), NeutralMessage(.user, text: "c"),
            NeutralMessage(.system, text: "d"),
        ])
        var context = ResponsesFixture.writing()
        var root = try write(request, &context)
        #expect(root["instructions"]?.stringValue == "a")
        #expect(root["input"]?.elements.map { $0["role"]?.stringValue } == ["system", "user", "system"])
        var capabilities = ModelCapabilities()
        capabilities.allowsSystemAnywhere = false
        capabilities.usesDeveloperRole = true
        context = ResponsesFixture.writing(capabilities)
        root = try write(request, &context)
        #expect(root["input"]?.elements.map { $0["role"]?.stringValue } == ["developer", "user", "user"])
        #expect(root["input"]?[2]?["content"]?[0]?["text"]?.stringValue == "[system] d")
        #expect(context.losses.header == "adapted system")
    }

    @Test("a tool that failed says so in its text; pictures stay within its answer")
    func failedTool() throws {
        let picture = NeutralPart(.image(NeutralMedia(.base64("AAAA"), mediaType: "image/png")))
        let result = NeutralToolResult(callID: "functions.f:0", parts: [picture], isError: true)
        let request = NeutralRequest(messages: [
            NeutralMessage(.user, text: "x"),
            NeutralMessage(
                .assistant,
                [NeutralPart(.toolCall(NeutralToolCall(id: "functions.f:0", name: "f", arguments: .empty)))]),
            NeutralMessage(.tool, [NeutralPart(.toolResult(result))]),
        ])
        var context = ResponsesFixture.writing()
        let root = try write(request, &context)
        #expect(root["input"]?[1]?["arguments"]?.stringValue == "{}")
        #expect(
            root["input"]?[2].map { String(decoding: $0.rawBytes, as: UTF8.self) }
                == #"{"type":"function_call_output","call_id":"functions.f:0","output":[{"type":"input_text","text":"Error: "},"#
                + #"{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"auto"}]}"#)
        #expect(context.losses.header == "adapted is_error")
    }

    @Test("ids that are too long are made short, in the call and in its result alike")
    func longIdentifiers() throws {
        let id = String(repeating: "a", count: 65)
        let request = NeutralRequest(messages: [
            NeutralMessage(.assistant, [NeutralPart(.toolCall(NeutralToolCall(id: id, name: "f", arguments: "{}")))]),
            NeutralMessage(.tool, [NeutralPart(.toolResult(NeutralToolResult(callID: id, parts: [])))]),
        ])
        var context = ResponsesFixture.writing()
        let root = try write(request, &context)
        let written = try #require(root["input"]?[0]?["call_id"]?.stringValue)
        #expect(written.utf8.count <= 64)
        #expect(root["input"]?[1]?["call_id"]?.stringValue == written)
    }

    @Test("what would change the meaning is refused by name")
    func refusals() {
        let opaque = NeutralOpaque(origin: .anthropic, kind: "web_search_20250305", value: .emptyObject)
        func user(_ content: NeutralPart.Content) -> NeutralRequest {
            NeutralRequest(messages: [NeutralMessage(.user, [NeutralPart(content)])])
        }
        var many = ModelCapabilities()
        many.maximumTools = 1
        many.allowsPrefill = false
        let cases: [(NeutralRequest, String)] = [
            (ask { $0.tools = [NeutralTool("web_search", kind: .hosted(opaque))] }, "tools[0]"),
            (
                ask { request in
                    request.tools = [
                        NeutralTool("a", kind: .function(schema: nil)), NeutralTool("b", kind: .function(schema: nil)),
                    ]
                }, "tools"
            ), (user(.audio(NeutralMedia(.base64("AA"), mediaType: "audio/wav"))), "messages[0].content"),
            (user(.video(NeutralMedia(.url("https://example.com/v")))), "messages[0].content"),
            (user(.image(NeutralMedia(.file(id: "f", origin: .anthropic)))), "messages[0].content"),
            (user(.opaque(opaque)), "messages[0].content"),
            (
                NeutralRequest(messages: [
                    NeutralMessage(.user, text: "x"), NeutralMessage(.assistant, text: "The answer is"),
                ]), "messages[1]"
            ),
        ]
        for (request, field) in cases {
            var context = ResponsesFixture.writing(many)
            let error = #expect(throws: ConversionError.self) { try write(request, &context) }
            #expect(error?.kind == .unsupported)
            #expect(error?.field == field)
        }
    }

    @Test("a schema that the model cannot be held to becomes an instruction")
    func instructedSchema() throws {
        var capabilities = ModelCapabilities()
        capabilities.structuredOutput = .instruction
        var context = ResponsesFixture.writing(capabilities)
        let root = try write(
            ask { $0.outputFormat = .jsonSchema(NeutralSchema(schema: .emptyObject)) }, &context)
        #expect(root["text"] == nil)
        #expect(root["input"]?[0]?["role"]?.stringValue == "system")
        #expect(context.losses.header == "adapted response_format")
    }

    @Test("labels and names that are too long are cut down, and said so")
    func labels() throws {
        let long = JSONString(String(repeating: "u", count: 129))
        let request = ask { request in
            request.endUser = long
            request.metadata = (0..<18).map { NeutralLabel(key: JSONString("k\($0)"), value: "v") }
        }
        var context = ResponsesFixture.writing()
        let root = try write(request, &context)
        #expect(root["metadata"]?.count == 16)
        #expect(root["safety_identifier"]?.stringValue?.hasPrefix("user_") == true)
        #expect(context.losses.header == "adapted user, dropped metadata")
    }
}
