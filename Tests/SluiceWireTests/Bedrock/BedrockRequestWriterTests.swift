import Testing

@testable import SluiceWire

@Suite("Bedrock request writer")
struct BedrockRequestWriterTests {
    static func user(_ text: JSONString) -> NeutralMessage { NeutralMessage(.user, text: text) }

    static func call(_ id: String, _ name: String = "f", _ arguments: JSONString = "{}") -> NeutralPart {
        NeutralPart(.toolCall(NeutralToolCall(id: id, name: name, arguments: arguments)))
    }

    static func result(_ id: String, _ parts: [NeutralPart] = []) -> NeutralPart {
        NeutralPart(.toolResult(NeutralToolResult(callID: id, parts: parts)))
    }

    static let tool = NeutralTool("f", kind: .function(schema: nil))

    /// The roles and, for each, the kinds of its blocks.
    static func shape(_ root: JSONNode) -> [String] {
        root["messages"]?.elements.map { message in
            let kinds = message["content"]?.elements.map { $0.members.map(\.key).joined(separator: "+") } ?? []
            return "\(message["role"]?.stringValue ?? "?"): \(kinds.joined(separator: " "))"
        } ?? []
    }

    @Test("consecutive messages of a role become one, blank texts go, and the first is the user's")
    func alternation() throws {
        let request = NeutralRequest(messages: [
            NeutralMessage(.assistant, text: "Hello"), Self.user("a"), Self.user(" \n"), Self.user("b"),
            NeutralMessage(.assistant, text: ""), NeutralMessage(.assistant, text: "c"),
            NeutralMessage(.assistant, text: "d"),
            Self.user(""),
        ])
        let (root, losses) = try BedrockCase.written(request)
        #expect(
            Self.shape(root) == [
                "user: text", "assistant: text", "user: text text", "assistant: text text", "user: text",
            ])
        #expect(losses == ["adapted messages"])
        #expect(root["messages"]?[4]?["content"]?[0]?["text"]?.stringValue == "(empty)")
    }

    @Test("the beginning of an answer does not end in white space")
    func prefill() throws {
        let request = NeutralRequest(messages: [Self.user("a"), NeutralMessage(.assistant, text: "Sure: \t\n ")])
        let (root, _) = try BedrockCase.written(request)
        #expect(root["messages"]?[1]?["content"]?[0]?["text"]?.stringValue == "Sure:")
    }

    @Test("results stand in one user message with what the user says after them")
    func results() throws {
        var request = NeutralRequest(messages: [
            Self.user("a"), NeutralMessage(.assistant, [Self.call("1"), Self.call("2")]),
            NeutralMessage(.tool, [Self.result("1"), Self.result("2", [NeutralPart(.text("x"))])]), Self.user("b"),
        ])
        request.tools = [Self.tool]
        let (root, losses) = try BedrockCase.written(request)
        #expect(Self.shape(root) == ["user: text", "assistant: toolUse toolUse", "user: toolResult toolResult text"])
        #expect(root["messages"]?[2]?["content"]?[0]?["toolResult"]?["content"]?[0]?["text"]?.stringValue == "(empty)")
        #expect(losses.isEmpty)
    }

    @Test("a call without its result, and a result without its call, are refused")
    func pairing() {
        let calls = NeutralMessage(.assistant, [Self.call("1"), Self.call("2")])
        let wrong: [[NeutralMessage]] = [
            [Self.user("a"), calls, Self.user("b")],
            [Self.user("a"), calls, NeutralMessage(.tool, [Self.result("1")]), Self.user("b")],
            [Self.user("a"), calls, NeutralMessage(.tool, [Self.result("1"), Self.result("2"), Self.result("3")])],
            [Self.user("a"), NeutralMessage(.tool, [Self.result("1")])],
            [Self.user("a"), calls],
        ]
        for messages in wrong {
            #expect(throws: ConversionError.self) { try BedrockCase.written(NeutralRequest(messages: messages)) }
        }
    }

    @Test("a system message between a call and its result waits for the result")
    func heldSystem() throws {
        let messages = [
            Self.user("a"), NeutralMessage(.assistant, [Self.call("1")]), NeutralMessage(.system, text: "Be kind."),
            NeutralMessage(.tool, [Self.result("1")]), Self.user("b"),
        ]
        let (root, _) = try BedrockCase.written(NeutralRequest(messages: messages))
        #expect(
            Self.shape(root) == ["user: text", "assistant: toolUse", "user: toolResult", "system: text", "user: text"])
        let (folded, losses) = try BedrockCase.written(NeutralRequest(messages: messages)) {
            $0.allowsSystemAnywhere = false
        }
        #expect(Self.shape(folded) == ["user: text", "assistant: toolUse", "user: toolResult text text"])
        #expect(folded["messages"]?[2]?["content"]?[1]?["text"]?.stringValue == "[system] Be kind.")
        #expect(losses.contains("adapted system"))
    }

    @Test("ids and names that the vendor would refuse are rewritten alike everywhere, and found again")
    func identifiers() throws {
        let id = "call/" + String(repeating: "x", count: 80)
        let name = "weather.of:" + String(repeating: "y", count: 80)
        var request = NeutralRequest(messages: [
            Self.user("a"), NeutralMessage(.assistant, [Self.call(id, name)]),
            NeutralMessage(.tool, [Self.result(id)]), Self.user("b"),
        ])
        request.tools = [NeutralTool(name, kind: .function(schema: nil))]
        request.toolChoice = .tool(name)
        let (root, _) = try BedrockCase.written(request)
        let call = try #require(root["messages"]?[1]?["content"]?[0]?["toolUse"])
        let sent = try #require(call["toolUseId"]?.stringValue)
        #expect(sent.utf8.count <= 64)
        #expect(root["messages"]?[2]?["content"]?[0]?["toolResult"]?["toolUseId"]?.stringValue == sent)
        let fitted = try #require(call["name"]?.stringValue)
        #expect(fitted.utf8.count <= 64 && fitted.utf8.allSatisfy { ToolCallCarrier.isPlain($0) })
        #expect(root["toolConfig"]?["tools"]?[0]?["toolSpec"]?["name"]?.stringValue == fitted)
        #expect(root["toolConfig"]?["toolChoice"]?["tool"]?["name"]?.stringValue == fitted)
        #expect(BedrockToolNames(request.tools).original(fitted) == name)
    }

    @Test("a history with calls has tools defined, even where the client defined none")
    func stubs() throws {
        let request = NeutralRequest(messages: [
            Self.user("a"), NeutralMessage(.assistant, [Self.call("1", "gone")]),
            NeutralMessage(.tool, [Self.result("1")]),
        ])
        let (root, _) = try BedrockCase.written(request)
        #expect(root["toolConfig"]?["tools"]?[0]?["toolSpec"]?["name"]?.stringValue == "gone")
        #expect(root["toolConfig"]?["toolChoice"] == nil)
        #expect(root["system"]?[0]?["text"]?.stringValue?.contains("Do not call") == true)
    }

    @Test("no choice of none: tools go, unless the history needs them")
    func noTools() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.tools = [Self.tool]
        request.toolChoice = NeutralToolChoice.none
        let (root, losses) = try BedrockCase.written(request)
        #expect(root["toolConfig"] == nil && losses.isEmpty)
        request.messages += [
            NeutralMessage(.assistant, [Self.call("1")]), NeutralMessage(.tool, [Self.result("1")]),
        ]
        let (kept, keptLosses) = try BedrockCase.written(request)
        #expect(kept["toolConfig"]?["tools"]?.count == 1 && keptLosses == ["dropped tool_choice"])
    }

    @Test("a choice among some tools sends only those")
    func allowed() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.tools = [Self.tool, NeutralTool("g", kind: .function(schema: nil))]
        request.toolChoice = .allowed(["g"], isRequired: true)
        let (root, _) = try BedrockCase.written(request)
        #expect(root["toolConfig"]?["tools"]?.count == 1)
        #expect(root["toolConfig"]?["toolChoice"]?["any"]?.kind == .object)
    }

    @Test("schemas say that they are objects, and empty descriptions are left out")
    func schemas() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        let open = try JSONFragment(validating: Array(#"{"properties":{"a":{"const":1.0}}}"#.utf8)[...])
        request.tools = [
            NeutralTool("a", description: "", kind: .function(schema: nil)),
            NeutralTool("b", description: "B", kind: .function(schema: open)),
            NeutralTool("c", kind: .custom(format: nil)),
        ]
        let (root, losses) = try BedrockCase.written(request)
        let tools = try #require(root["toolConfig"]?["tools"])
        #expect(tools[0]?["toolSpec"]?["description"] == nil)
        let schemas = tools.elements.compactMap { $0["toolSpec"]?["inputSchema"]?["json"]?.rawBytes }
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(
            schemas == [
                #"{"type":"object","properties":{}}"#, #"{"type":"object","properties":{"a":{"const":1.0}}}"#,
                #"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}"#,
            ])
        #expect(losses == ["adapted tools"])
    }

    @Test("calls of a tool of free text are wrapped, and unwrapped in the answer")
    func customTools() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.tools = [NeutralTool("c", kind: .custom(format: nil))]
        var context = BedrockCase.reading(request)
        let answer =
            #"{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"1","name":"c","input":{"input":"a\"b"}}}]}},"stopReason":"tool_use","usage":{}}"#
        let response = try BedrockCodec.readResponse(try JSONDocument(parsing: Array(answer.utf8)), &context)
        guard case .toolCall(let call) = response.parts.first?.content else {
            Issue.record("no call")
            return
        }
        #expect(call.isCustom && call.arguments == #"a"b"#)
        request.messages += [
            NeutralMessage(.assistant, response.parts), NeutralMessage(.tool, [Self.result("1")]),
        ]
        let (root, _) = try BedrockCase.written(request)
        #expect(root["messages"]?[1]?["content"]?[0]?["toolUse"]?["input"]?["input"]?.stringValue == #"a"b"#)
    }

    @Test("serial calls are asked for beside the choice, not in conflict with it")
    func serial() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.tools = [Self.tool]
        request.allowsParallelCalls = false
        let (plain, _) = try BedrockCase.written(request)
        #expect(plain["additionalModelRequestFields"]?["tool_choice"]?["type"]?.stringValue == "auto")
        request.toolChoice = .required
        let (forced, _) = try BedrockCase.written(request)
        #expect(forced["additionalModelRequestFields"]?["tool_choice"]?["type"] == nil)
        #expect(forced["additionalModelRequestFields"]?["tool_choice"]?["disable_parallel_tool_use"]?.boolValue == true)
        let (nova, losses) = try BedrockCase.written(request, "us.amazon.nova-2-lite-v1:0")
        #expect(nova["additionalModelRequestFields"] == nil && losses == ["dropped parallel_tool_calls"])
    }

    @Test("numbers are kept as written, clamped where they must be, and dropped where they are refused")
    func sampling() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.sampling.temperature = NumberText(1.3)
        request.sampling.topP = NumberText(-0.5)
        request.sampling.topK = NumberText(40)
        request.sampling.seed = NumberText(1)
        request.stopSequences = ["END", "  "]
        let (root, losses) = try BedrockCase.written(request)
        #expect(root["inferenceConfig"]?["temperature"]?.doubleValue == 1)
        #expect(root["inferenceConfig"]?["topP"]?.doubleValue == 0)
        #expect(root["inferenceConfig"]?["stopSequences"]?.count == 1)
        #expect(root["additionalModelResponseFieldPaths"]?[0]?.stringValue == "/stop_sequence")
        #expect(root["additionalModelRequestFields"]?["top_k"]?.intValue == 40)
        #expect(Set(losses) == ["adapted temperature", "adapted top_p", "dropped stop", "dropped seed"])
        let (none, dropped) = try BedrockCase.written(request) { $0.sampling = .none }
        #expect(none["inferenceConfig"]?["temperature"] == nil && none["additionalModelRequestFields"] == nil)
        #expect(Set(dropped).isSuperset(of: ["dropped temperature", "dropped top_p", "dropped top_k"]))
        let (both, one) = try BedrockCase.written(request) { $0.sampling = .temperatureOrTopP }
        #expect(both["inferenceConfig"]?["topP"] == nil && one.contains("dropped top_p"))
    }

    struct Thinking {
        var wish: NeutralReasoning
        var kinds: ModelCapabilities.Thinking
        var thinking: String?
        var effort: String?
        var losses: [String] = []
    }

    @Test(
        "thinking is asked for as the model takes it",
        arguments: [
            Thinking(
                wish: NeutralReasoning(effort: .high), kinds: [.adaptive, .effort], thinking: #"{"type":"adaptive"}"#,
                effort: "high"),
            Thinking(
                wish: NeutralReasoning(effort: .xhigh), kinds: [.adaptive, .effort], thinking: #"{"type":"adaptive"}"#,
                effort: "max", losses: ["adapted reasoning_effort"]),
            Thinking(
                wish: NeutralReasoning(effort: .minimal), kinds: [.budget],
                thinking: #"{"type":"enabled","budget_tokens":1024}"#),
            Thinking(
                wish: NeutralReasoning(mode: .enabled, budgetTokens: 9000), kinds: [.adaptive, .effort],
                thinking: #"{"type":"adaptive"}"#, effort: "medium", losses: ["adapted thinking"]),
            Thinking(
                wish: NeutralReasoning(mode: .enabled, budgetTokens: 9000, isShown: false),
                kinds: [.adaptive, .budget],
                thinking: #"{"type":"enabled","budget_tokens":9000,"display":"omitted"}"#),
            Thinking(
                wish: NeutralReasoning(mode: .enabled, budgetTokens: 10), kinds: [.budget],
                thinking: #"{"type":"enabled","budget_tokens":1024}"#, losses: ["adapted thinking"]),
            Thinking(wish: NeutralReasoning(mode: .disabled), kinds: [.disabled], thinking: #"{"type":"disabled"}"#),
            Thinking(
                wish: NeutralReasoning(effort: NeutralReasoning.Effort.none), kinds: [.adaptive], thinking: nil,
                losses: ["adapted thinking"]),
            Thinking(
                wish: NeutralReasoning(mode: .disabled), kinds: [.adaptive, .betweenTools],
                thinking: #"{"type":"between_tools"}"#, losses: ["adapted thinking"]),
            Thinking(wish: NeutralReasoning(effort: .low), kinds: [], thinking: nil, losses: ["dropped thinking"]),
            Thinking(wish: NeutralReasoning(mode: .adaptive), kinds: [.adaptive], thinking: #"{"type":"adaptive"}"#),
        ])
    func thinking(row: Thinking) throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.reasoning = row.wish
        request.maximumOutputTokens = 100_000
        let (root, losses) = try BedrockCase.written(request) { $0.thinking = row.kinds }
        let thinking = root["additionalModelRequestFields"]?["thinking"]?.rawBytes
        #expect(thinking.map { String(decoding: $0, as: UTF8.self) } == row.thinking)
        #expect(root["outputConfig"]?["effort"]?.stringValue == row.effort)
        #expect(losses == row.losses)
    }

    @Test("thinking leaves room for the answer, and sampling gives way to it")
    func thinkingBounds() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.reasoning = NeutralReasoning(effort: .medium)
        request.maximumOutputTokens = 1000
        request.sampling.temperature = NumberText(0.2)
        request.sampling.topK = NumberText(5)
        let (root, losses) = try BedrockCase.written(request) { $0.thinking = .budget }
        #expect(root["inferenceConfig"]?["maxTokens"]?.intValue == 9192)
        #expect(root["inferenceConfig"]?["temperature"] == nil)
        #expect(Set(losses) == ["adapted max_tokens", "dropped temperature", "dropped top_k"])
        request.tools = [Self.tool]
        request.toolChoice = .required
        let (forced, dropped) = try BedrockCase.written(request) { $0.thinking = .budget }
        #expect(forced["additionalModelRequestFields"]?["thinking"] == nil && dropped.contains("dropped thinking"))
        #expect(forced["toolConfig"]?["toolChoice"]?["any"] != nil)
    }

    @Test(
        "other families have their own fields",
        arguments: [
            (
                "us.amazon.nova-2-lite-v1:0",
                #"{"inferenceConfig":{"topK":20},"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}"#, nil
            ),
            ("openai.gpt-oss-120b-1:0", #"{"reasoning_effort":"low"}"#, nil),
            ("us.openai.gpt-5.2", #"{"reasoning":{"effort":"low"}}"#, nil),
            ("meta.llama4-maverick-17b-instruct-v1:0", nil, "low"),
            (
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123",
                #"{"top_k":20}"#, "low"
            ),
        ] as [(String, String?, String?)])
    func families(model: String, fields: String?, effort: String?) throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.sampling.topK = NumberText(20)
        request.reasoning = NeutralReasoning(effort: .low)
        let (root, _) = try BedrockCase.written(request, model) { $0.thinking = [.effort] }
        #expect(root["additionalModelRequestFields"].map { String(decoding: $0.rawBytes, as: UTF8.self) } == fields)
        #expect(root["outputConfig"]?["effort"]?.stringValue == effort)
    }

    @Test("thoughts go back to the model that had them, and to no other")
    func thoughts() throws {
        func request(_ origin: NeutralOrigin?) -> NeutralRequest {
            NeutralRequest(messages: [
                Self.user("a"),
                NeutralMessage(
                    .assistant,
                    [
                        NeutralPart(.thinking("hm"), signature: origin.map { NeutralSignature("c2ln", origin: $0) }),
                        NeutralPart(.text("b")),
                    ]),
                Self.user("c"),
            ])
        }
        let (own, none) = try BedrockCase.written(request(NeutralOrigin(.bedrock, model: BedrockCase.model)))
        #expect(
            own["messages"]?[1]?["content"]?[0]?["reasoningContent"]?["reasoningText"]?["signature"]?.stringValue
                == "c2ln")
        #expect(none.isEmpty)
        for origin in [NeutralOrigin(.bedrock, model: "other"), NeutralOrigin(.anthropic), nil] {
            let (root, losses) = try BedrockCase.written(request(origin))
            #expect(Self.shape(root)[1] == "assistant: text")
            #expect(losses.count == 1 && losses[0].hasSuffix("thinking"))
        }
    }

    @Test("documents have legal names, each once, and a text beside them")
    func documents() throws {
        func part(_ name: JSONString?) -> NeutralPart {
            NeutralPart(.document(NeutralMedia(.base64("JVBERi0="), mediaType: "application/pdf", name: name)))
        }
        let names: [JSONString?] = ["my_report.v1.pdf", "my report", "my report", nil, "日本語", "a  b", ""]
        let (root, _) = try BedrockCase.written(NeutralRequest(messages: [NeutralMessage(.user, names.map(part))]))
        let content = try #require(root["messages"]?[0]?["content"])
        let written = content.elements.compactMap { $0["document"]?["name"]?.stringValue }
        #expect(
            written == [
                "my-report-v1-pdf", "my report", "my report (2)", "document", "document (2)", "a b", "document (3)",
            ])
        #expect(content.count == names.count + 1 && content[names.count]?["text"] != nil)
    }

    @Test("pictures are bytes, told by their first ones; an address is refused")
    func pictures() throws {
        func written(_ media: NeutralMedia) throws -> JSONNode? {
            try BedrockCase.written(NeutralRequest(messages: [NeutralMessage(.user, [NeutralPart(.image(media))])]))
                .root["messages"]?[0]?["content"]?[0]?["image"]
        }
        #expect(
            try written(NeutralMedia(.base64("/9j/4AAQ"), mediaType: "image/png"))?["format"]?.stringValue == "jpeg")
        #expect(try written(NeutralMedia(.base64("AAAA"), mediaType: "image/jpg"))?["format"]?.stringValue == "jpeg")
        #expect(
            try written(NeutralMedia(.url("s3://b/a.webp")))?["source"]?["s3Location"]?["uri"]?.stringValue
                == "s3://b/a.webp")
        for media in [
            NeutralMedia(.url("https://example.com/a.png"), mediaType: "image/png"),
            NeutralMedia(.file(id: "file-1", origin: .openAIChat), mediaType: "image/png"),
            NeutralMedia(.base64("AAAA"), mediaType: "image/tiff"),
        ] {
            #expect { try written(media) } throws: { ($0 as? ConversionError)?.kind == .unsupported }
        }
    }

    @Test("text documents go as bytes of a known kind")
    func textDocuments() throws {
        let media = NeutralMedia(.text("Grüße"), mediaType: "text/plain", name: "a")
        let (root, _) = try BedrockCase.written(
            NeutralRequest(messages: [NeutralMessage(.user, [NeutralPart(.document(media))])]))
        let document = root["messages"]?[0]?["content"]?[0]?["document"]
        #expect(document?["format"]?.stringValue == "txt")
        #expect(document?["source"]?["bytes"]?.stringValue == "R3LDvMOfZQ==")
    }

    @Test("an effort alone switches thinking on, but for clients whose dialect has a switch")
    func effortAlone() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.reasoning = NeutralReasoning(effort: .high)
        for (origin, thinks) in [(Dialect.openAIChat, true), (.bedrock, false), (.anthropic, false)] {
            request.origin = origin
            let (root, losses) = try BedrockCase.written(request)
            #expect((root["additionalModelRequestFields"]?["thinking"] != nil) == thinks)
            #expect(root["outputConfig"]?["effort"]?.stringValue == "high" && losses.isEmpty)
        }
    }

    @Test("a model that cannot be made to call is not told how to choose")
    func unforced() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.tools = [Self.tool]
        request.toolChoice = .required
        let (root, losses) = try BedrockCase.written(request) { $0.allowsForcedToolChoice = false }
        #expect(root["toolConfig"]?["toolChoice"] == nil && losses == ["adapted tool_choice"])
    }

    @Test("a guardrail is no field that another vendor may go without")
    func guardrail() throws {
        let request = try BedrockCase.request("all_fields")
        #expect(request.extras.essential(notFor: .openAIChat) == "guardrailConfig")
        #expect(request.extras.essential(notFor: .bedrock) == nil)
    }

    @Test("at most four cache points, in the order of the prompt")
    func cachePoints() throws {
        var request = NeutralRequest(messages: [
            NeutralMessage(.user, (0..<6).map { NeutralPart(.text(JSONString("\($0)")), cacheHint: .standard) })
        ])
        request.tools = [Self.tool]
        request.tools[0].cacheHint = .oneHour
        let (root, losses) = try BedrockCase.written(request)
        let content = try #require(root["messages"]?[0]?["content"])
        #expect(content.elements.filter { $0["cachePoint"] != nil }.count == 3)
        #expect(root["toolConfig"]?["tools"]?[1]?["cachePoint"]?["ttl"]?.stringValue == "1h")
        #expect(losses == ["dropped cache_control"])
        let (bare, notes) = try BedrockCase.written(request) { $0.takesCacheHints = false }
        #expect(bare["messages"]?[0]?["content"]?.count == 6 && notes.count == 1 && notes != losses)
    }

    @Test("labels are kept where the vendor's alphabet has them, at most sixteen")
    func metadata() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        request.endUser = "user-1"
        request.metadata = [NeutralLabel(key: "a", value: "b"), NeutralLabel(key: "c", value: "é")]
        request.metadata += (0..<20).map { NeutralLabel(key: JSONString("k\($0)"), value: "v") }
        let (root, losses) = try BedrockCase.written(request)
        #expect(root["requestMetadata"]?.count == 16)
        #expect(root["requestMetadata"]?["user_id"]?.stringValue == "user-1")
        #expect(root["requestMetadata"]?["c"] == nil && losses == ["dropped metadata"])
    }

    @Test("the form of the answer: a schema as text, else an instruction")
    func outputFormat() throws {
        var request = NeutralRequest(messages: [Self.user("a")])
        let schema = try JSONFragment(validating: Array(#"{"type":"object","const":"é\n"}"#.utf8)[...])
        request.outputFormat = .jsonSchema(NeutralSchema(name: "n", schema: schema, isStrict: true))
        let (root, losses) = try BedrockCase.written(request)
        let definition = root["outputConfig"]?["textFormat"]?["structure"]?["jsonSchema"]
        #expect(definition?["schema"]?.stringValue == #"{"type":"object","const":"é\n"}"# && losses.isEmpty)
        let (told, adapted) = try BedrockCase.written(request) { $0.structuredOutput = .instruction }
        #expect(told["outputConfig"] == nil && adapted == ["adapted response_format"])
        #expect(told["system"]?[0]?["text"]?.stringValue?.hasSuffix(#"{"type":"object","const":"é\n"}"#) == true)
        request.outputFormat = .jsonObject
        let (object, alsoAdapted) = try BedrockCase.written(request)
        #expect(object["system"]?.count == 1 && alsoAdapted == ["adapted response_format"])
    }

    @Test("what would change the meaning is refused")
    func refusals() throws {
        func refuses(
            _ change: (inout NeutralRequest) -> Void, _ capabilities: (inout ModelCapabilities) -> Void = { _ in }
        ) -> Bool {
            var request = NeutralRequest(messages: [Self.user("a")])
            change(&request)
            do {
                _ = try BedrockCase.written(request, BedrockCase.model, capabilities)
                return false
            } catch let error as ConversionError {
                return error.kind == .unsupported
            } catch {
                return false
            }
        }
        let foreign = NeutralOpaque(origin: .openAIResponses, kind: "web_search", value: .emptyObject)
        #expect(refuses({ $0.tools = [NeutralTool("w", kind: .hosted(foreign))] }))
        #expect(refuses({ $0.tools = [NeutralTool("w", kind: .custom(format: .emptyObject))] }))
        #expect(refuses({ $0.messages.append(NeutralMessage(.assistant, text: "x")) }, { $0.allowsPrefill = false }))
        #expect(refuses({ $0.messages[0].parts.append(NeutralPart(.opaque(foreign))) }))
        #expect(refuses({ $0.tools = [Self.tool, Self.tool] }, { $0.maximumTools = 1 }))
    }
}
