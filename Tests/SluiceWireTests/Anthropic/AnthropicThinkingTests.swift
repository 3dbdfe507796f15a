import SluiceWire
import Testing

@Suite("Thinking in Messages requests")
struct AnthropicThinkingTests {
    private static func capabilities(
        _ modes: ModelCapabilities.Thinking, _ efforts: [NeutralReasoning.Effort] = [.low, .medium, .high, .max]
    ) -> ModelCapabilities {
        var capabilities = ModelCapabilities()
        capabilities.thinking = modes
        capabilities.efforts = efforts
        return capabilities
    }

    private static let newest: ModelCapabilities = {
        var capabilities = AnthropicThinkingTests.capabilities([.adaptive, .effort, .disabled])
        capabilities.showsThinkingByDefault = false
        return capabilities
    }()
    private static let oldest: ModelCapabilities = {
        var capabilities = AnthropicThinkingTests.capabilities([.budget, .disabled], [])
        capabilities.requiresThinkingReplay = true
        capabilities.maximumOutputTokens = 64_000
        return capabilities
    }()

    /// `thinking effort max_tokens losses` of a request.
    private func plan(
        _ reasoning: NeutralReasoning?, _ capabilities: ModelCapabilities, maximumTokens: Int? = nil,
        change: (inout NeutralRequest) -> Void = { _ in }
    ) throws -> String {
        var request = NeutralRequest(messages: [NeutralMessage(.user, text: "Hi")])
        request.reasoning = reasoning
        request.maximumOutputTokens = maximumTokens
        change(&request)
        let (body, losses) = try Messages.write(request, capabilities)
        let root = try JSONDocument(parsing: Array(body.utf8)).root
        let thinking = root["thinking"].map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? "-"
        let effort = root["output_config"]?["effort"]?.stringValue ?? "-"
        return "\(thinking) \(effort) \(root["max_tokens"]?.intValue ?? 0) \(losses ?? "-")"
    }

    @Test("newer models think by effort, and show it when the client named a level")
    func adaptive() throws {
        let shown = #"{"type":"adaptive","display":"summarized"}"#
        #expect(try plan(nil, Self.newest) == "- - 8192 -")
        #expect(try plan(NeutralReasoning(effort: .high), Self.newest) == "\(shown) high 8192 -")
        #expect(
            try plan(NeutralReasoning(effort: .minimal), Self.newest) == "\(shown) low 8192 adapted reasoning_effort")
        #expect(
            try plan(NeutralReasoning(effort: .xhigh), Self.newest) == "\(shown) high 8192 adapted reasoning_effort")
        #expect(
            try plan(NeutralReasoning(budgetTokens: 9000), Self.newest) == "\(shown) medium 8192 adapted thinking")
        #expect(
            try plan(NeutralReasoning(mode: .adaptive, isShown: false), Self.newest)
                == #"{"type":"adaptive","display":"omitted"} - 8192 -"#)
        #expect(
            try plan(NeutralReasoning(mode: .enabled, budgetTokens: 20_000), Self.newest)
                == #"{"type":"adaptive"} high 8192 adapted thinking"#)
        #expect(
            try plan(NeutralReasoning(effort: NeutralReasoning.Effort.none), Self.newest)
                == #"{"type":"disabled"} - 8192 -"#)
    }

    @Test("older models think within a budget, and max_tokens lies above it")
    func budget() throws {
        func enabled(_ budget: Int) -> String { #"{"type":"enabled","budget_tokens":\#(budget)}"# }
        #expect(try plan(NeutralReasoning(effort: .low), Self.oldest) == "\(enabled(1024)) - 64000 -")
        #expect(
            try plan(NeutralReasoning(effort: .medium), Self.oldest, maximumTokens: 1000)
                == "\(enabled(8192)) - 9192 adapted max_tokens")
        #expect(
            try plan(NeutralReasoning(effort: .max), Self.oldest, maximumTokens: 32_768)
                == "\(enabled(32_768)) - 64000 adapted max_tokens")
        #expect(
            try plan(NeutralReasoning(mode: .enabled, budgetTokens: 10), Self.oldest)
                == "\(enabled(1024)) - 64000 adapted thinking")
        #expect(
            try plan(NeutralReasoning(mode: .adaptive), Self.oldest) == "\(enabled(8192)) - 64000 adapted thinking")
        #expect(
            try plan(NeutralReasoning(budgetTokens: .max), Self.oldest, maximumTokens: .max)
                == "\(enabled(63_999)) - 64000 adapted max_tokens, adapted thinking")
        var tiny = Self.oldest
        tiny.maximumOutputTokens = 1000
        #expect(
            try plan(NeutralReasoning(effort: .low), tiny) == "- - 1000 dropped reasoning_effort")
    }

    @Test("a model that cannot be kept from thinking does the least it can; one that cannot think does not")
    func bounds() throws {
        let always = Self.capabilities([.adaptive, .effort])
        #expect(
            try plan(NeutralReasoning(mode: .disabled), always) == "- low 8192 adapted reasoning_effort")
        let between = Self.capabilities([.adaptive, .effort, .betweenTools])
        #expect(
            try plan(NeutralReasoning(effort: NeutralReasoning.Effort.none), between)
                == #"{"type":"between_tools"} - 8192 adapted reasoning_effort"#)
        #expect(
            try plan(NeutralReasoning(mode: .betweenTools, effort: .max), between)
                == #"{"type":"between_tools"} high 8192 adapted reasoning_effort"#)
        let never = Self.capabilities([], [])
        #expect(try plan(NeutralReasoning(effort: .low), never) == "- - 8192 dropped reasoning_effort")
        #expect(try plan(NeutralReasoning(mode: .disabled), never) == "- - 8192 -")
    }

    @Test("the vendor's own effort alone switches no thinking on")
    func ownEffort() throws {
        #expect(
            try plan(NeutralReasoning(effort: .high), Self.newest) { $0.origin = .anthropic } == "- high 8192 -")
    }

    @Test("a thinking model takes no sampling but what it does anyway")
    func sampling() throws {
        let written = try plan(NeutralReasoning(effort: .low), ModelCapabilities()) { request in
            request.sampling.temperature = NumberText(0.5)
            request.sampling.topP = NumberText(0.5)
            request.sampling.topK = NumberText(3)
        }
        #expect(
            written == #"{"type":"adaptive"} low 8192 dropped temperature, dropped top_p, dropped top_k"#)
    }

    // MARK: Thoughts of earlier turns

    private static func conversation(_ signature: NeutralSignature?) -> NeutralRequest {
        var request = NeutralRequest(messages: [
            NeutralMessage(.user, text: "Weather?"),
            NeutralMessage(
                .assistant,
                [
                    NeutralPart(.thinking("Hm."), signature: signature),
                    NeutralPart(.toolCall(NeutralToolCall(id: "a", name: "f", arguments: "{}"))),
                ]),
            NeutralMessage(
                .tool, [NeutralPart(.toolResult(NeutralToolResult(callID: "a", parts: [NeutralPart(.text("15"))])))]),
        ])
        request.reasoning = NeutralReasoning(effort: .low)
        request.tools = [NeutralTool("f", kind: .function(schema: nil))]
        return request
    }

    @Test("thoughts go back byte for byte to the model that made them, and to no other")
    func replay() throws {
        let own = NeutralSignature("Eq\\/w==", origin: NeutralOrigin(.anthropic, model: Messages.model))
        let kept = try Messages.write(Self.conversation(own), Self.oldest)
        #expect(kept.body.contains(#"{"type":"thinking","thinking":"Hm.","signature":"Eq\\/w=="}"#))
        #expect(kept.body.contains(#""type":"enabled""#))
        #expect(kept.losses == nil)
        let others = [
            NeutralSignature("x", origin: NeutralOrigin(.anthropic, model: "claude-other")),
            NeutralSignature("x", origin: NeutralOrigin(.gemini, model: Messages.model)),
        ]
        for signature in others {
            let (body, losses) = try Messages.write(Self.conversation(signature), Self.oldest)
            // The vendor refuses to think on where its thoughts of this step are missing.
            #expect(body.contains(#""thinking":{"type":"disabled"}"#))
            #expect(!body.contains(#""signature""#))
            #expect(losses == "dropped thinking, dropped reasoning_effort")
            let newest = try Messages.write(Self.conversation(signature), Self.newest)
            #expect(newest.body.contains(#""type":"adaptive""#))
            #expect(newest.losses == "dropped thinking")
        }
        #expect(try Messages.write(Self.conversation(nil), Self.newest).losses == nil)
    }

    @Test("thoughts stay away from a model that is not to think")
    func off() throws {
        let own = NeutralSignature("Eq", origin: NeutralOrigin(.anthropic, model: Messages.model))
        var request = Self.conversation(own)
        request.reasoning = nil
        #expect(try !Messages.write(request, Self.oldest).body.contains("Hm."))
        #expect(try Messages.write(request, Self.newest).body.contains("Hm."))
        request.reasoning = NeutralReasoning(effort: NeutralReasoning.Effort.none)
        #expect(try !Messages.write(request, Self.newest).body.contains("Hm."))
    }

    @Test("a new question needs no thoughts of the old ones")
    func newQuestion() throws {
        var request = Self.conversation(nil)
        request.messages.append(NeutralMessage(.assistant, text: "15."))
        request.messages.append(NeutralMessage(.user, text: "And now?"))
        let (body, losses) = try Messages.write(request, Self.oldest)
        #expect(body.contains(#""type":"enabled""#))
        #expect(losses == nil)
    }

    @Test("an answer that the client began is not thought about")
    func prefill() throws {
        let written = try plan(NeutralReasoning(effort: .low), Self.oldest) { request in
            request.messages.append(NeutralMessage(.assistant, text: "It"))
        }
        #expect(written == #"{"type":"disabled"} - 64000 dropped reasoning_effort"#)
    }
}
