import SluiceWire
import Testing

@Suite("Requests toward Ollama")
struct OllamaWriterTests {
    private static let user = NeutralMessage(.user, text: "Hi")

    private static func write(
        _ request: NeutralRequest, _ capabilities: ModelCapabilities = ModelCapabilities()
    ) throws -> (JSONNode, ConversionLosses) {
        var context = DialectCases.writing("m", capabilities)
        let bytes = try OllamaCodec.writeRequest(request, &context)
        return (try DialectCases.document(bytes).root, context.losses)
    }

    private static func refusedField(_ request: NeutralRequest) -> String? {
        do {
            _ = try Self.write(request)
            return nil
        } catch {
            return (error as? ConversionError)?.field
        }
    }

    private static let tool = NeutralTool("f", kind: .function(schema: nil), isStrict: true)

    @Test("thinking goes by what the model can do")
    func thinking() throws {
        var levels = ModelCapabilities()
        levels.thinking = [.effort]
        var toggle = ModelCapabilities()
        toggle.thinking = [.adaptive, .disabled]
        var none = ModelCapabilities()
        none.thinking = []
        let cases: [(NeutralReasoning, ModelCapabilities, String?, String?)] = [
            (NeutralReasoning(effort: .high), levels, "\"high\"", nil),
            (NeutralReasoning(effort: .minimal), levels, "\"low\"", "adapted reasoning_effort"),
            (NeutralReasoning(effort: .max), levels, "\"high\"", "adapted reasoning_effort"),
            (NeutralReasoning(budgetTokens: 10_000), levels, "\"medium\"", "adapted thinking.budget_tokens"),
            (NeutralReasoning(mode: .disabled), levels, nil, "dropped thinking"),
            (NeutralReasoning(mode: .enabled), levels, "\"medium\"", nil),
            (NeutralReasoning(effort: .low), toggle, "true", "adapted reasoning_effort"),
            (NeutralReasoning(effort: NeutralReasoning.Effort.none), toggle, "false", nil),
            (NeutralReasoning(mode: .adaptive), toggle, nil, nil),
            (NeutralReasoning(mode: .enabled), toggle, "true", nil),
            (NeutralReasoning(mode: .enabled), none, nil, "dropped thinking"),
            (NeutralReasoning(mode: .disabled), none, nil, nil),
        ]
        for (wish, capabilities, think, losses) in cases {
            var request = NeutralRequest(messages: [Self.user])
            request.reasoning = wish
            let (root, found) = try Self.write(request, capabilities)
            #expect(root["think"].map { DialectCases.text(Array($0.rawBytes)) } == think)
            #expect(found.header == losses)
        }
    }

    @Test("a tool choice that Ollama has not is refused, none leaves the tools out")
    func toolChoice() throws {
        var request = NeutralRequest(messages: [Self.user])
        request.tools = [Self.tool, NeutralTool("g", kind: .function(schema: nil))]
        for choice in [NeutralToolChoice.required, .tool("f"), .allowed(["f"], isRequired: true)] {
            request.toolChoice = choice
            #expect(Self.refusedField(request) == "tool_choice")
        }
        request.toolChoice = NeutralToolChoice.none
        let (without, losses) = try Self.write(request)
        #expect(without["tools"] == nil)
        #expect(losses.header == "adapted tool_choice")
        request.toolChoice = .allowed(["g"], isRequired: false)
        let (some, _) = try Self.write(request)
        #expect(some["tools"]?.count == 1)
        #expect(some["tools"]?[0]?["function"]?["parameters"]?["type"]?.stringValue == "object")
    }

    @Test("media that Ollama cannot be given are refused, documents of text are written out")
    func media() throws {
        func field(_ content: NeutralPart.Content) -> String? {
            Self.refusedField(NeutralRequest(messages: [NeutralMessage(.user, [NeutralPart(content)])]))
        }
        #expect(field(.image(NeutralMedia(.url("https://a.b/c.png")))) == "messages[0].content")
        #expect(field(.document(NeutralMedia(.base64("JVBERi0="), mediaType: "application/pdf"))) != nil)
        #expect(field(.audio(NeutralMedia(.base64("AAAA"), mediaType: "audio/wav"))) != nil)
        #expect(field(.image(NeutralMedia(.file(id: "file-1", origin: .openAIChat)))) != nil)
        let text = NeutralMedia(.base64("SGVsbG8="), mediaType: "text/plain", name: "a.txt")
        let message = NeutralMessage(.user, [NeutralPart(.document(text)), NeutralPart(.text("What?"))])
        let (root, losses) = try Self.write(NeutralRequest(messages: [message]))
        #expect(root["messages"]?[0]?["content"]?.stringValue == "a.txt:\nHello\n\nWhat?")
        #expect(losses.header == "adapted document")
    }

    @Test("what Ollama has no field for is left out, each by its name")
    func losses() throws {
        var request = NeutralRequest(messages: [Self.user])
        request.tools = [Self.tool]
        request.allowsParallelCalls = false
        request.sampling.logitBias = .emptyObject
        request.sampling.temperature = NumberText(2.5)
        request.verbosity = "low"
        request.endUser = "u"
        request.metadata = [NeutralLabel(key: "a", value: "b")]
        request.serviceTier = .flex
        request.isStored = true
        request.extras.append("foreign", .emptyObject, from: .openAIChat)
        let (root, losses) = try Self.write(request)
        let names = Set(losses.all.map { "\($0.kind.rawValue) \($0.field)" })
        #expect(
            names == [
                "dropped parallel_tool_calls", "dropped logit_bias", "dropped verbosity", "dropped user",
                "dropped metadata", "dropped service_tier", "dropped store", "dropped foreign", "dropped strict",
                "adapted temperature",
            ])
        #expect(root["options"]?["temperature"]?.doubleValue == 2)
        #expect(root["stream"]?.boolValue == false)
    }

    @Test("foreign thoughts stay away, thoughts without a seal go back")
    func thoughts() throws {
        let seal = NeutralSignature("x", origin: NeutralOrigin(.anthropic))
        let call = NeutralPart(.toolCall(NeutralToolCall(id: "c", name: "f", arguments: "")))
        var request = NeutralRequest(messages: [
            Self.user,
            NeutralMessage(
                .assistant,
                [NeutralPart(.thinking("A"), signature: seal), NeutralPart(.thinking("B")), call]),
            NeutralMessage(
                .tool, [NeutralPart(.toolResult(NeutralToolResult(callID: "c", parts: [], isError: true)))]),
        ])
        let (root, losses) = try Self.write(request)
        #expect(root["messages"]?[1]?["thinking"]?.stringValue == "B")
        #expect(root["messages"]?[2]?["tool_name"]?.stringValue == "f")
        #expect(root["messages"]?[2]?["content"]?.stringValue == "Error: ")
        #expect(losses.header == "dropped thinking, adapted is_error")
        request.messages[1].parts[2] = NeutralPart(.toolCall(NeutralToolCall(id: "c", name: "f", arguments: "[1]")))
        #expect(Self.refusedField(request) == "messages[1].tool_calls[0].function.arguments")
    }
}
