import SluiceWire
import Testing

@Suite("The capability table")
struct CapabilityTableTests {
    typealias Thinking = ModelCapabilities.Thinking

    private static func of(_ kind: String, _ dialect: Dialect, _ model: String) -> ModelCapabilities {
        CapabilityTable.capabilities(kind: kind, dialect: dialect, model: model)
    }

    struct Claude: Sendable {
        var model: String
        var sampling: ModelCapabilities.Sampling
        var thinking: Thinking
        var top: NeutralReasoning.Effort?
        var isShown: Bool
        var forced: Bool
        var prefill: Bool
        var system: Bool
        var output: Int
    }

    private static let newest: Thinking = [.adaptive, .effort, .disabled]
    private static let claudes: [Claude] = [
        .init(
            model: "claude-3-haiku-20240307", sampling: .all, thinking: [], top: nil, isShown: true, forced: true,
            prefill: true, system: false, output: 4096),
        .init(
            model: "claude-3-7-sonnet-latest", sampling: .all, thinking: [.budget, .disabled], top: nil, isShown: true,
            forced: true, prefill: true, system: false, output: 64_000),
        .init(
            model: "claude-sonnet-4-20250514", sampling: .all, thinking: [.budget, .disabled], top: nil, isShown: true,
            forced: true, prefill: true, system: false, output: 64_000),
        .init(
            model: "claude-opus-4-1-20250805", sampling: .temperatureOrTopP, thinking: [.budget, .disabled], top: nil,
            isShown: true, forced: true, prefill: true, system: false, output: 32_000),
        .init(
            model: "claude-haiku-4-5", sampling: .temperatureOrTopP, thinking: [.budget, .disabled], top: nil,
            isShown: true, forced: true, prefill: true, system: false, output: 64_000),
        .init(
            model: "claude-sonnet-4-5-20250929", sampling: .temperatureOrTopP, thinking: [.budget, .disabled], top: nil,
            isShown: true, forced: true, prefill: true, system: false, output: 64_000),
        .init(
            model: "claude-opus-4-5", sampling: .temperatureOrTopP, thinking: [.budget, .disabled, .effort], top: .high,
            isShown: true, forced: true, prefill: true, system: false, output: 64_000),
        .init(
            model: "claude-opus-4-6", sampling: .temperatureOrTopP, thinking: [.adaptive, .effort, .budget, .disabled],
            top: .max, isShown: true, forced: true, prefill: false, system: false, output: 128_000),
        .init(
            model: "claude-opus-4-7", sampling: .none, thinking: newest, top: .max, isShown: false, forced: true,
            prefill: false, system: false, output: 128_000),
        .init(
            model: "claude-opus-4-8", sampling: .none, thinking: newest, top: .max, isShown: false, forced: true,
            prefill: false, system: true, output: 128_000),
        .init(
            model: "claude-opus-5", sampling: .none, thinking: newest, top: .max, isShown: false, forced: true,
            prefill: false, system: true, output: 128_000),
        .init(
            model: "claude-sonnet-5", sampling: .none, thinking: newest, top: .max, isShown: false, forced: true,
            prefill: false, system: true, output: 128_000),
        .init(
            model: "claude-haiku-5-5", sampling: .none, thinking: newest, top: .max, isShown: false, forced: true,
            prefill: false, system: true, output: 128_000),
        .init(
            model: "claude-fable-5", sampling: .none, thinking: [.adaptive, .effort], top: .max, isShown: false,
            forced: true, prefill: false, system: true, output: 128_000),
        .init(
            model: "claude-mythos-preview", sampling: .none, thinking: [.adaptive, .effort], top: .max, isShown: false,
            forced: true, prefill: false, system: false, output: 128_000),
        .init(
            model: "claude-opus-5-5", sampling: .none, thinking: [.adaptive, .effort], top: .max, isShown: false,
            forced: false, prefill: false, system: true, output: 128_000),
        .init(
            model: "claude-mythos-5-1", sampling: .none, thinking: [.adaptive, .effort], top: .max, isShown: false,
            forced: false, prefill: false, system: true, output: 128_000),
        .init(
            model: "claude-sonnet-5-5", sampling: .none, thinking: [.adaptive, .effort, .betweenTools], top: .max,
            isShown: false, forced: false, prefill: false, system: true, output: 128_000),
        .init(
            model: "claude-opus-9", sampling: .none, thinking: newest, top: .max, isShown: false, forced: true,
            prefill: false, system: true, output: 128_000),
    ]

    @Test("Claude, model by model, at Anthropic", arguments: claudes)
    func claude(expected: Claude) {
        Self.check(Self.of("anthropic", .anthropic, expected.model), expected)
    }

    @Test("the same models are the same under Bedrock's names and ARNs", arguments: claudes)
    func bedrockClaude(expected: Claude) {
        for name in [
            "anthropic.\(expected.model)-v1:0", "us.anthropic.\(expected.model)-v1:0",
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.\(expected.model)-v1:0",
        ] {
            let found = Self.of("bedrock", .bedrock, name)
            Self.check(found, expected)
            #expect(!found.takesImageURLs)
        }
    }

    private static func check(_ found: ModelCapabilities, _ expected: Claude) {
        #expect(found.sampling == expected.sampling)
        #expect(found.thinking == expected.thinking)
        #expect(found.efforts.last == expected.top)
        #expect(found.showsThinkingByDefault == expected.isShown)
        #expect(found.allowsForcedToolChoice == expected.forced)
        #expect(found.allowsPrefill == expected.prefill)
        #expect(found.allowsSystemAnywhere == expected.system)
        #expect(found.maximumOutputTokens == expected.output)
        #expect(found.maximumTemperature == 1)
    }

    @Test(
        "Claude on Vertex by its dated name",
        arguments: [
            ("claude-opus-4-5@20251101", 64_000), ("claude-sonnet-4@20250514", 64_000),
            ("claude-opus-4@20250514", 32_000),
        ])
    func vertexClaude(model: String, output: Int) {
        #expect(Self.of("vertex", .anthropic, model).maximumOutputTokens == output)
    }

    struct OpenAI: Sendable {
        var model: String
        var efforts: [NeutralReasoning.Effort]
        var isReasoning: Bool
        var output: Int?
    }

    @Test(
        "OpenAI's models",
        arguments: [
            OpenAI(model: "gpt-4o", efforts: [], isReasoning: false, output: 16_384),
            OpenAI(model: "gpt-4o-2024-05-13", efforts: [], isReasoning: false, output: 4096),
            OpenAI(model: "gpt-4", efforts: [], isReasoning: false, output: 8192),
            OpenAI(model: "gpt-4.1-mini", efforts: [], isReasoning: false, output: 32_768),
            OpenAI(model: "o3", efforts: [.low, .medium, .high], isReasoning: true, output: 100_000),
            OpenAI(model: "o4-mini-2025-04-16", efforts: [.low, .medium, .high], isReasoning: true, output: 100_000),
            OpenAI(model: "gpt-5", efforts: [.minimal, .low, .medium, .high], isReasoning: true, output: 128_000),
            OpenAI(model: "gpt-5-mini", efforts: [.minimal, .low, .medium, .high], isReasoning: true, output: 128_000),
            OpenAI(model: "gpt-5-codex", efforts: [.low, .medium, .high], isReasoning: true, output: 128_000),
            OpenAI(model: "gpt-5-pro", efforts: [.high], isReasoning: true, output: 272_000),
            OpenAI(model: "gpt-5-chat-latest", efforts: [], isReasoning: false, output: 16_384),
            OpenAI(model: "gpt-5.1", efforts: [.none, .low, .medium, .high], isReasoning: true, output: 128_000),
            OpenAI(model: "gpt-5.1-codex", efforts: [.low, .medium, .high], isReasoning: true, output: 128_000),
            OpenAI(
                model: "gpt-5.1-codex-max", efforts: [.low, .medium, .high, .xhigh], isReasoning: true, output: 128_000),
            OpenAI(model: "gpt-5.2-pro", efforts: [.medium, .high, .xhigh], isReasoning: true, output: 128_000),
            OpenAI(
                model: "gpt-5.4-nano", efforts: [.none, .low, .medium, .high, .xhigh], isReasoning: true,
                output: 128_000),
            OpenAI(
                model: "gpt-5.6-terra", efforts: [.none, .low, .medium, .high, .xhigh, .max], isReasoning: true,
                output: 128_000),
            OpenAI(
                model: "gpt-6-sol", efforts: [.none, .low, .medium, .high, .xhigh, .max], isReasoning: true,
                output: 128_000),
            OpenAI(
                model: "gpt-6.1-sol", efforts: [.low, .medium, .high, .xhigh, .max], isReasoning: true, output: 128_000),
        ])
    func openAI(expected: OpenAI) {
        for (kind, dialect) in [("openai", Dialect.openAIChat), ("azure", .openAIChat), ("mock", .openAIResponses)] {
            let found = Self.of(kind, dialect, expected.model)
            #expect(found.efforts == expected.efforts)
            #expect(found.maximumOutputTokens == expected.output)
            #expect(found.thinking.isEmpty == expected.efforts.isEmpty)
            #expect(found.thinking.contains(.disabled) == expected.efforts.contains(.none))
            #expect((found.sampling == .none) == expected.isReasoning)
            #expect(found.usesDeveloperRole == expected.isReasoning)
            if expected.isReasoning || kind == "openai" { #expect(found.maximumTokensField == .maxCompletionTokens) }
            #expect(found.maximumTools == 128)
        }
    }

    @Test(
        "cache breakpoints are taken by the models that came with them",
        arguments: [("gpt-5.5", false), ("gpt-5.6", true), ("gpt-6-sol", true), ("gpt-4o", false)])
    func cacheHints(model: String, isTaken: Bool) {
        #expect(Self.of("openai", .openAIChat, model).takesCacheHints == isTaken)
    }

    @Test(
        "Gemini: a budget up to 2.5, a level after it",
        arguments: [
            ("gemini-2.0-flash", Thinking([]), [], 8192, false),
            ("gemini-2.5-flash", [.adaptive, .budget, .disabled], [], 65_536, false),
            ("gemini-2.5-pro", [.adaptive, .budget], [], 65_536, false),
            ("gemini-3-pro-preview", [.adaptive, .effort], [.low, .high], 65_536, true),
            ("gemini-3-flash-preview", [.adaptive, .effort], [.minimal, .low, .medium, .high], 65_536, true),
            ("gemini-3.1-pro-preview", [.adaptive, .effort], [.low, .medium, .high], 65_536, true),
            ("gemini-3.8-flash", [.adaptive, .effort], [.low, .medium, .high], 65_536, true),
            ("gemini-4-argon", [.adaptive, .effort], [.low, .medium, .high], nil, true),
            ("gemini-pro-latest", [.adaptive, .effort], [.low, .medium, .high], 65_536, true),
        ] as [(String, Thinking, [NeutralReasoning.Effort], Int?, Bool)])
    func gemini(
        model: String, thinking: Thinking, efforts: [NeutralReasoning.Effort], output: Int?, needsSignatures: Bool
    ) {
        for (kind, name) in [("gemini", model), ("vertex", model), ("mock", "models/\(model)")] {
            let found = Self.of(kind, .gemini, name)
            #expect(found.thinking == thinking)
            #expect(found.efforts == efforts)
            #expect(found.maximumOutputTokens == output)
            #expect(found.requiresCallSignatures == needsSignatures)
            #expect(found.maximumStopSequences == 5)
        }
    }

    @Test("Gemini's ranges of budgets")
    func geminiBudgets() {
        let pro = Self.of("gemini", .gemini, "gemini-2.5-pro")
        #expect(pro.minimumThinkingBudget == 128 && pro.maximumThinkingBudget == 32_768)
        let lite = Self.of("gemini", .gemini, "gemini-2.5-flash-lite")
        #expect(lite.minimumThinkingBudget == 512 && lite.maximumThinkingBudget == 24_576)
    }

    @Test(
        "servers of OpenAI's dialect: the name of thoughts, and top_k",
        arguments: [
            ("vllm", .reasoning, true), ("sglang", .reasoningContent, true), ("llama.cpp", .reasoningContent, true),
            ("deepseek", .reasoningContent, false), ("moonshot", .reasoningContent, false),
            ("openrouter", .reasoning, true),
            ("openai", .none, false), ("openai-compatible", .none, false), ("mistral", .none, false),
        ] as [(String, ModelCapabilities.ReasoningField, Bool)])
    func compatible(kind: String, field: ModelCapabilities.ReasoningField, takesTopK: Bool) {
        let found = Self.of(kind, .openAIChat, "some-model")
        #expect(found.reasoningField == field)
        #expect(found.takesTopK == takesTopK)
        #expect(!found.takesCacheHints)
        if kind != "openai" { #expect(found.maximumTokensField == .maxTokens) }
    }

    @Test(
        "open models that think by level do so everywhere, others at Ollama by a switch, or not at all",
        arguments: [
            ("vllm", .openAIChat, "openai/gpt-oss-120b", [.effort]), ("ollama", .ollama, "gpt-oss:20b", [.effort]),
            ("ollama", .ollama, "qwen3:8b", [.adaptive, .disabled]), ("ollama", .ollama, "llama3.2", []),
            ("groq", .openAIChat, "openai/gpt-oss-20b", [.effort]),
            ("groq", .openAIChat, "llama-3.3-70b-versatile", []),
            ("bedrock", .bedrock, "openai.gpt-oss-120b-1:0", [.effort]),
            ("bedrock", .bedrock, "amazon.nova-pro-v1:0", []),
            ("bedrock", .bedrock, "us.amazon.nova-2-lite-v1:0", [.effort, .disabled]),
            ("cohere", .cohere, "command-a-reasoning-08-2025", [.budget, .disabled]),
            ("cohere", .cohere, "command-r7b", []),
        ] as [(String, Dialect, String, Thinking)])
    func thinking(kind: String, dialect: Dialect, model: String, thinking: Thinking) {
        #expect(Self.of(kind, dialect, model).thinking == thinking)
    }

    @Test("what no row speaks of is passed on")
    func unknown() {
        #expect(Self.of("nobody", .openAIChat, "m") == ModelCapabilities())
        #expect(Self.of("nobody", .openAIResponses, "") == ModelCapabilities())
    }

    @Test("letters' case does not count, and a long name costs no more than a bounded time", .timeLimit(.minutes(1)))
    func names() {
        #expect(
            Self.of("anthropic", .anthropic, "Claude-Opus-5-5") == Self.of("anthropic", .anthropic, "claude-opus-5-5"))
        let hostile = String(repeating: "claude-", count: 1_000_000)
        for _ in 0..<100 { _ = Self.of("anthropic", .anthropic, hostile) }
    }
}
