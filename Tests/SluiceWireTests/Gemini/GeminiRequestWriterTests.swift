import SluiceWire
import Testing

@Suite("Gemini: requests for providers")
struct GeminiRequestWriterTests {
    private func member(_ name: String, _ text: String) throws -> String? {
        try JSONDocument(parsing: Array(text.utf8)).root[name].map { String(decoding: $0.rawBytes, as: UTF8.self) }
    }

    private func losses(_ context: RequestWriting) -> [String] {
        context.losses.all.filter { $0.kind != .harmless }.map { "\($0.kind.rawValue) \($0.field)" }
    }

    @Test("turns are merged by role, instructions stand apart, later ones in place")
    func turns() throws {
        var context = GeminiSupport.writing()
        let request = NeutralRequest(messages: [
            NeutralMessage(.system, text: "One."), NeutralMessage(.developer, text: "Two."), GeminiSupport.user("a"),
            GeminiSupport.user("b"), NeutralMessage(.assistant, text: "c"), NeutralMessage(.system, text: "d"),
            NeutralMessage(.user, [NeutralPart(.text(""))]), GeminiSupport.user("e"),
        ])
        let body = try GeminiSupport.write(request, &context)
        #expect(try member("systemInstruction", body) == #"{"parts":[{"text":"One."},{"text":"Two."}]}"#)
        #expect(
            try member("contents", body)
                == #"[{"role":"user","parts":[{"text":"a"},{"text":"b"}]},{"role":"model","parts":[{"text":"c"}]},"#
                + #"{"role":"user","parts":[{"text":"[system] d"},{"text":"e"}]}]"#)
        #expect(losses(context) == ["adapted system"])
    }

    @Test("an empty message of the user's is a turn all the same")
    func empty() throws {
        var context = GeminiSupport.writing()
        let nothing = NeutralMessage(.user, [NeutralPart(.text(""))])
        let request = NeutralRequest(messages: [
            nothing, NeutralMessage(.assistant, text: "a"), NeutralMessage(.assistant, [NeutralPart(.text(""))]),
            nothing,
        ])
        #expect(
            try GeminiSupport.write(request, &context)
                == #"{"contents":[{"role":"user","parts":[{"text":" "}]},{"role":"model","parts":[{"text":"a"}]},"#
                + #"{"role":"user","parts":[{"text":" "}]}]}"#)
        #expect(losses(context) == ["adapted messages"])
    }

    @Test("results are one content of their own, with the names of their calls")
    func results() throws {
        var context = GeminiSupport.writing()
        let request = NeutralRequest(messages: [
            GeminiSupport.user("a"),
            NeutralMessage(
                .assistant, [GeminiSupport.call("1", "f", #"{"x":1.0}"#), GeminiSupport.call("2", "g", "")]),
            NeutralMessage(
                .tool,
                [
                    GeminiSupport.result("2", #" {"k":9007199254740993} "#),
                    GeminiSupport.result("1", "broken", isError: true),
                ]),
            GeminiSupport.user("and?"),
        ])
        let body = try GeminiSupport.write(request, &context)
        #expect(
            try member("contents", body)
                == #"[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":["#
                + #"{"functionCall":{"id":"1","name":"f","args":{"x":1.0}}},{"functionCall":{"id":"2","name":"g","args":{}}}]},"#
                + #"{"role":"user","parts":[{"functionResponse":{"id":"2","name":"g","response":{"k":9007199254740993}}},"#
                + #"{"functionResponse":{"id":"1","name":"f","response":{"error":"broken"}}}]},"#
                + #"{"role":"user","parts":[{"text":"and?"}]}]"#)
    }

    @Test("results and calls that do not pair are refused")
    func unpaired() throws {
        let calls = NeutralMessage(.assistant, [GeminiSupport.call("1", "f"), GeminiSupport.call("2", "f")])
        for messages in [
            [GeminiSupport.user("a"), calls, NeutralMessage(.tool, [GeminiSupport.result("1", "x")])],
            [
                GeminiSupport.user("a"), calls, NeutralMessage(.tool, [GeminiSupport.result("1", "x")]),
                GeminiSupport.user("b"),
            ],
            [GeminiSupport.user("a"), calls, GeminiSupport.user("b")],
            [GeminiSupport.user("a"), NeutralMessage(.tool, [GeminiSupport.result("3", "x")])],
        ] {
            var context = GeminiSupport.writing()
            #expect(throws: ConversionError.self) {
                try GeminiSupport.write(NeutralRequest(messages: messages), &context)
            }
        }
    }

    @Test("pictures of results are within the response for Gemini 3, beside it before", arguments: [true, false])
    func pictures(isNew: Bool) throws {
        var context = GeminiSupport.writing { $0.requiresCallSignatures = isNew }
        let picture = NeutralPart(.image(NeutralMedia(.base64("iVBORw0KGgo="))))
        let result = NeutralToolResult(callID: "1", parts: [picture])
        let request = NeutralRequest(messages: [
            GeminiSupport.user("a"), NeutralMessage(.assistant, [GeminiSupport.call("1", "f")]),
            NeutralMessage(.tool, [NeutralPart(.toolResult(result))]),
        ])
        let body = try GeminiSupport.write(request, &context)
        let inline = #"{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}"#
        let head = #"{"functionResponse":{"id":"1","name":"f","response":{"output":""}"#
        #expect(body.contains(isNew ? "\(head),\"parts\":[\(inline)]}}]" : "\(head)}},\(inline)]"))
    }

    @Test("a call without a seal of the model's gets the placeholder, once a step, where the model demands one")
    func placeholder() throws {
        let own = NeutralSignature("b3du", origin: NeutralOrigin(.gemini, model: "m"))
        let foreign = NeutralSignature("Zm9y", origin: NeutralOrigin(.anthropic, model: "c"))
        func request(_ signature: NeutralSignature?) -> NeutralRequest {
            NeutralRequest(messages: [
                GeminiSupport.user("a"),
                NeutralMessage(
                    .assistant, [GeminiSupport.call("1", "f", signature: signature), GeminiSupport.call("2", "f")]),
                NeutralMessage(.tool, [GeminiSupport.result("1", "x"), GeminiSupport.result("2", "x")]),
            ])
        }
        for (signature, isDemanded, wanted, loss) in [
            (nil, true, #""thoughtSignature":"skip_thought_signature_validator""#, ["adapted thinking"]),
            (foreign, true, #""thoughtSignature":"skip_thought_signature_validator""#, ["dropped thinking"]),
            (own, true, #""thoughtSignature":"b3du""#, []), (nil, false, nil, []),
            (own, false, #""thoughtSignature":"b3du""#, []),
        ] as [(NeutralSignature?, Bool, String?, [String])] {
            var context = GeminiSupport.writing { $0.requiresCallSignatures = isDemanded }
            let body = try GeminiSupport.write(request(signature), &context)
            #expect(body.split(separator: "thoughtSignature").count - 1 == (wanted == nil ? 0 : 1))
            if let wanted { #expect(body.contains(wanted)) }
            #expect(losses(context) == loss)
        }
    }

    @Test("thoughts of other vendors and models are left out")
    func foreignThoughts() throws {
        var context = GeminiSupport.writing()
        let request = NeutralRequest(messages: [
            GeminiSupport.user("a"),
            NeutralMessage(
                .assistant,
                [
                    NeutralPart(.thinking("x"), signature: NeutralSignature("s", origin: NeutralOrigin(.anthropic))),
                    NeutralPart(
                        .thinking("y"), signature: NeutralSignature("t", origin: NeutralOrigin(.gemini, model: "other"))
                    ),
                    NeutralPart(
                        .thinking("z"), signature: NeutralSignature("u", origin: NeutralOrigin(.gemini, model: "m"))),
                    NeutralPart(.text("b")),
                ]),
        ])
        let body = try GeminiSupport.write(request, &context)
        #expect(
            body.contains(
                #"{"role":"model","parts":[{"text":"z","thought":true,"thoughtSignature":"u"},{"text":"b"}]}"#))
        #expect(losses(context) == ["dropped thinking"])
    }

    @Test(
        "tools are one object, choices are modes",
        arguments: [
            (.auto, #"{"functionCallingConfig":{"mode":"AUTO"}}"#, 2),
            (NeutralToolChoice.none, #"{"functionCallingConfig":{"mode":"NONE"}}"#, 2),
            (.required, #"{"functionCallingConfig":{"mode":"ANY"}}"#, 2),
            (.tool("g"), #"{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["g"]}}"#, 2),
            (
                .allowed(["f", "g"], isRequired: true),
                #"{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f","g"]}}"#, 2
            ),
            (.allowed(["g"], isRequired: false), #"{"functionCallingConfig":{"mode":"AUTO"}}"#, 1),
        ] as [(NeutralToolChoice, String, Int)])
    func choices(choice: NeutralToolChoice, config: String, count: Int) throws {
        var context = GeminiSupport.writing()
        var request = NeutralRequest(messages: [GeminiSupport.user("a")])
        let schema = JSONFragment(written: Array(#"{"type":"object","const":1}"#.utf8))
        request.tools = [
            NeutralTool("f", description: "F.", kind: .function(schema: schema)),
            NeutralTool("g", kind: .function(schema: .emptyObject)),
        ]
        request.toolChoice = choice
        request.allowsParallelCalls = false
        let body = try GeminiSupport.write(request, &context)
        #expect(try member("toolConfig", body) == config)
        let f = #"{"name":"f","description":"F.","parametersJsonSchema":{"type":"object","const":1}},"#
        #expect(
            try member("tools", body) == #"[{"functionDeclarations":[\#(count == 2 ? f : ""){"name":"g"}]}]"#)
        #expect(losses(context) == ["dropped parallel_tool_calls"])
    }

    @Test("a reference with keywords beside it becomes a choice of one")
    func references() throws {
        var context = GeminiSupport.writing()
        var request = NeutralRequest(messages: [GeminiSupport.user("a")])
        let text =
            ##"{"properties":{"p":{"$ref":"#/$defs/P","description":"d"},"q":{"$ref":"#/$defs/P"}},"$defs":{"P":{}}}"##
        request.tools = [NeutralTool("f", kind: .function(schema: JSONFragment(written: Array(text.utf8))))]
        let body = try GeminiSupport.write(request, &context)
        #expect(
            body.contains(
                ##"{"properties":{"p":{"anyOf":[{"$ref":"#/$defs/P"}],"description":"d"},"q":{"$ref":"#/$defs/P"}},"$defs":{"P":{}}}"##
            ))
        #expect(losses(context) == ["adapted tools"])
    }

    @Test(
        "what the target cannot do is refused with the field",
        arguments: [
            "custom", "hosted", "name", "file", "grammar call", "arguments", "only system", "prefill",
        ])
    func refusals(what: String) {
        var context = GeminiSupport.writing { $0.allowsPrefill = false }
        var request = NeutralRequest(messages: [GeminiSupport.user("a")])
        var field: String?
        switch what {
        case "custom":
            request.tools = [NeutralTool("f", kind: .custom(format: nil))]
            field = "tools[0]"
        case "hosted":
            let opaque = NeutralOpaque(origin: .anthropic, kind: "web_search_20250305", value: .emptyObject)
            request.tools = [NeutralTool("web_search", kind: .hosted(opaque))]
            field = "tools[0]"
        case "name":
            request.tools = [NeutralTool("1f", kind: .function(schema: nil))]
            field = "tools[0].function.name"
        case "file":
            let media = NeutralMedia(.file(id: "file-1", origin: .openAIChat))
            request.messages = [NeutralMessage(.user, [NeutralPart(.document(media))])]
            field = "file_id"
        case "grammar call":
            let call = NeutralToolCall(id: "1", name: "f", arguments: "x", isCustom: true)
            request.messages.append(NeutralMessage(.assistant, [NeutralPart(.toolCall(call))]))
            request.messages.append(NeutralMessage(.tool, [GeminiSupport.result("1", "x")]))
            field = "messages[1]"
        case "arguments":
            request.messages.append(NeutralMessage(.assistant, [GeminiSupport.call("1", "f", "{")]))
            request.messages.append(NeutralMessage(.tool, [GeminiSupport.result("1", "x")]))
            field = "messages[1].tool_calls.function.arguments"
        case "only system":
            request.messages = [NeutralMessage(.system, text: "x")]
            field = "messages"
        default:
            request.messages.append(NeutralMessage(.assistant, text: "x"))
            field = "messages"
        }
        do throws(ConversionError) {
            _ = try GeminiCodec.writeRequest(request, &context)
            Issue.record("was not refused")
        } catch {
            #expect(error.field == field)
        }
    }

    @Test("numbers out of range are moved into it, unknown wishes reported")
    func sampling() throws {
        var context = GeminiSupport.writing()
        var request = NeutralRequest(messages: [GeminiSupport.user("a")])
        request.sampling.temperature = NumberText(2.5)
        request.sampling.topP = NumberText(0.25)
        request.sampling.topK = NumberText(0)
        request.sampling.minP = NumberText(0.1)
        request.sampling.seed = NumberText(9_007_199_254_740_993)
        request.sampling.logitBias = .emptyObject
        request.stopSequences = ["a", "b", "", "c", "d", "e", "f"]
        request.maximumOutputTokens = 100
        request.logprobs = 30
        request.verbosity = "low"
        request.endUser = "u"
        request.metadata = [NeutralLabel(key: "Team", value: "x")]
        request.serviceTier = .fast
        let body = try GeminiSupport.write(request, &context)
        #expect(
            try member("generationConfig", body)
                == #"{"temperature":2.0,"topP":0.25,"seed":1,"responseLogprobs":true,"logprobs":20,"#
                + #""maxOutputTokens":100,"stopSequences":["a","b","c","d","e"]}"#)
        #expect(try member("serviceTier", body) == #""priority""#)
        #expect(
            losses(context) == [
                "adapted temperature", "dropped top_k", "adapted seed", "dropped min_p", "dropped logit_bias",
                "adapted top_logprobs", "dropped stop", "dropped metadata", "adapted service_tier", "dropped user",
                "dropped verbosity",
            ])
    }

    private static let level: ModelCapabilities.Thinking = [.adaptive, .effort]
    private static let budget: ModelCapabilities.Thinking = [.adaptive, .budget, .disabled]

    @Test(
        "thinking is a level or a budget, as the model takes it",
        arguments: [
            (NeutralReasoning(effort: .high), level, #"{"thinkingLevel":"HIGH","includeThoughts":true}"#, false),
            (NeutralReasoning(effort: .medium), level, #"{"thinkingLevel":"LOW","includeThoughts":true}"#, true),
            (
                NeutralReasoning(effort: NeutralReasoning.Effort.none), level, #"{"thinkingLevel":"LOW"}"#, true
            ),
            (
                NeutralReasoning(budgetTokens: 20_000, isShown: false), level,
                #"{"thinkingLevel":"HIGH","includeThoughts":false}"#, true
            ),
            (NeutralReasoning(mode: .adaptive), level, #"{"includeThoughts":true}"#, false),
            (NeutralReasoning(effort: .low), budget, #"{"thinkingBudget":1024,"includeThoughts":true}"#, false),
            (NeutralReasoning(effort: .high), budget, #"{"thinkingBudget":24576,"includeThoughts":true}"#, false),
            (NeutralReasoning(effort: .max), budget, #"{"thinkingBudget":30000,"includeThoughts":true}"#, true),
            (NeutralReasoning(mode: .disabled), budget, #"{"thinkingBudget":0}"#, false),
            (NeutralReasoning(mode: .adaptive), budget, #"{"thinkingBudget":-1,"includeThoughts":true}"#, false),
            (NeutralReasoning(budgetTokens: 100), budget, #"{"thinkingBudget":512,"includeThoughts":true}"#, true),
            (NeutralReasoning(effort: .high), [], nil, true),
        ] as [(NeutralReasoning, ModelCapabilities.Thinking, String?, Bool)])
    func thinking(
        wish: NeutralReasoning, ways: ModelCapabilities.Thinking, config: String?, isAdapted: Bool
    ) throws {
        var context = GeminiSupport.writing {
            $0.thinking = ways
            $0.efforts = [.low, .high]
            $0.minimumThinkingBudget = 512
            $0.maximumThinkingBudget = 30_000
        }
        var request = NeutralRequest(messages: [GeminiSupport.user("a")])
        request.reasoning = wish
        let body = try GeminiSupport.write(request, &context)
        let found = try JSONDocument(parsing: Array(body.utf8)).root["generationConfig"]?["thinkingConfig"]
        #expect(found.map { String(decoding: $0.rawBytes, as: UTF8.self) } == config)
        #expect(!losses(context).isEmpty == isAdapted, "\(losses(context))")
    }

    @Test("a schema is sent as JSON Schema, or as an instruction")
    func structured() throws {
        var request = NeutralRequest(messages: [GeminiSupport.user("a")])
        let schema = JSONFragment(written: Array(#"{"type":"object"}"#.utf8))
        request.outputFormat = .jsonSchema(NeutralSchema(name: "n", schema: schema))
        var context = GeminiSupport.writing()
        #expect(
            try GeminiSupport.write(request, &context).hasSuffix(
                #""generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}}"#))
        #expect(losses(context).isEmpty)
        context = GeminiSupport.writing { $0.structuredOutput = .instruction }
        let body = try GeminiSupport.write(request, &context)
        #expect(try member("systemInstruction", body)?.contains(#"{\"type\":\"object\"}"#) == true)
        #expect(losses(context) == ["adapted response_format"])
    }

    @Test("media go as bytes or as an address with a type")
    func media() throws {
        var context = GeminiSupport.writing()
        let request = NeutralRequest(messages: [
            NeutralMessage(
                .user,
                [
                    NeutralPart(.image(NeutralMedia(.url("https://a.example/x.webp")))),
                    NeutralPart(.image(NeutralMedia(.url("https://a.example/x")))),
                    NeutralPart(.document(NeutralMedia(.text("hé")))),
                    NeutralPart(.audio(NeutralMedia(.base64("UklGRg=="), mediaType: "audio/wav"))),
                ])
        ])
        let body = try GeminiSupport.write(request, &context)
        #expect(
            try member("contents", body)
                == #"[{"role":"user","parts":[{"fileData":{"mimeType":"image/webp","fileUri":"https://a.example/x.webp"}},"#
                + #"{"fileData":{"mimeType":"image/jpeg","fileUri":"https://a.example/x"}},"#
                + #"{"inlineData":{"mimeType":"text/plain","data":"aMOp"}},"#
                + #"{"inlineData":{"mimeType":"audio/wav","data":"UklGRg=="}}]}]"#)
        #expect(losses(context) == ["adapted media_type"])
    }

    @Test("Vertex takes no store")
    func vertex() throws {
        let request = try GeminiSupport.read(#"{"contents":[{"parts":[{"text":"a"}]}],"store":true}"#)
        var context = GeminiSupport.writing(kind: "vertex")
        #expect(try GeminiSupport.write(request, &context) == #"{"contents":[{"role":"user","parts":[{"text":"a"}]}]}"#)
        #expect(losses(context) == ["dropped store"])
    }
}
