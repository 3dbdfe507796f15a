/// The fields of ``ModelCapabilities`` by the names that configurations have for them.
enum CapabilityField: String, CaseIterable {
    case sampling
    case maximumTemperature = "maximum_temperature"
    case thinking
    case efforts
    case minimumThinkingBudget = "minimum_thinking_budget"
    case maximumThinkingBudget = "maximum_thinking_budget"
    case showsThinkingByDefault = "shows_thinking_by_default"
    case allowsForcedToolChoice = "allows_forced_tool_choice"
    case allowsPrefill = "allows_prefill"
    case allowsSystemAnywhere = "allows_system_anywhere"
    case usesDeveloperRole = "uses_developer_role"
    case maximumTokensField = "maximum_tokens_field"
    case maximumOutputTokens = "maximum_output_tokens"
    case maximumStopSequences = "maximum_stop_sequences"
    case maximumTools = "maximum_tools"
    case maximumEmbeddingInputs = "maximum_embedding_inputs"
    case structuredOutput = "structured_output"
    case reasoningField = "reasoning_field"
    case takesImageURLs = "takes_image_urls"
    case takesCacheHints = "takes_cache_hints"
    case takesTopK = "takes_top_k"
    case takesStreamUsage = "takes_stream_usage"
    case requiresCallSignatures = "requires_call_signatures"
    case requiresThinkingReplay = "requires_thinking_replay"

    private static let ways: [(name: String, way: ModelCapabilities.Thinking)] = [
        ("adaptive", .adaptive), ("budget", .budget), ("effort", .effort), ("disabled", .disabled),
        ("between_tools", .betweenTools),
    ]
    private static let mostTokens = 100_000_000

    /// What a message says was expected.
    var expected: String {
        switch self {
        case .sampling: Self.names(ModelCapabilities.Sampling.self)
        case .maximumTemperature: "a number from 0 to 1000"
        case .thinking: "a list of \(Self.listed(Self.ways.map(\.name)))"
        case .efforts: "a list of \(Self.listed(NeutralReasoning.Effort.allCases.map(\.rawValue)))"
        case .maximumTokensField: Self.names(ModelCapabilities.MaximumTokensField.self)
        case .structuredOutput: Self.names(ModelCapabilities.StructuredOutput.self)
        case .reasoningField: Self.names(ModelCapabilities.ReasoningField.self)
        case .maximumOutputTokens, .maximumStopSequences, .maximumTools, .maximumEmbeddingInputs:
            "a whole number, or unlimited"
        case .minimumThinkingBudget, .maximumThinkingBudget: "a whole number"
        default: "true or false"
        }
    }

    /// Sets the field; `false` when the value cannot be read.
    func set(_ values: [String], on capabilities: inout ModelCapabilities) -> Bool {
        switch self {
        case .sampling: return Self.assign(Self.choice(values), to: &capabilities.sampling)
        case .maximumTemperature:
            guard values.count == 1, let number = Double(values[0]), (0...1000).contains(number) else { return false }
            capabilities.maximumTemperature = number
            return true
        case .thinking:
            var thinking: ModelCapabilities.Thinking = []
            for value in values where value != "none" {
                guard let way = Self.ways.first(where: { $0.name == value })?.way else { return false }
                thinking.insert(way)
            }
            capabilities.thinking = thinking
            return true
        case .efforts:
            let efforts = values.compactMap { NeutralReasoning.Effort(rawValue: $0) }
            guard efforts.count == values.count else { return false }
            capabilities.efforts = efforts.sorted()
            return true
        case .minimumThinkingBudget: return Self.assign(Self.count(values), to: &capabilities.minimumThinkingBudget)
        case .maximumThinkingBudget: return Self.assign(Self.count(values), to: &capabilities.maximumThinkingBudget)
        case .showsThinkingByDefault: return Self.assign(Self.flag(values), to: &capabilities.showsThinkingByDefault)
        case .allowsForcedToolChoice: return Self.assign(Self.flag(values), to: &capabilities.allowsForcedToolChoice)
        case .allowsPrefill: return Self.assign(Self.flag(values), to: &capabilities.allowsPrefill)
        case .allowsSystemAnywhere: return Self.assign(Self.flag(values), to: &capabilities.allowsSystemAnywhere)
        case .usesDeveloperRole: return Self.assign(Self.flag(values), to: &capabilities.usesDeveloperRole)
        case .maximumTokensField: return Self.assign(Self.choice(values), to: &capabilities.maximumTokensField)
        case .maximumOutputTokens: return Self.limit(values, &capabilities.maximumOutputTokens)
        case .maximumStopSequences: return Self.limit(values, &capabilities.maximumStopSequences)
        case .maximumTools: return Self.limit(values, &capabilities.maximumTools)
        case .maximumEmbeddingInputs: return Self.limit(values, &capabilities.maximumEmbeddingInputs)
        case .structuredOutput: return Self.assign(Self.choice(values), to: &capabilities.structuredOutput)
        case .reasoningField: return Self.assign(Self.choice(values), to: &capabilities.reasoningField)
        case .takesImageURLs: return Self.assign(Self.flag(values), to: &capabilities.takesImageURLs)
        case .takesCacheHints: return Self.assign(Self.flag(values), to: &capabilities.takesCacheHints)
        case .takesTopK: return Self.assign(Self.flag(values), to: &capabilities.takesTopK)
        case .takesStreamUsage: return Self.assign(Self.flag(values), to: &capabilities.takesStreamUsage)
        case .requiresCallSignatures: return Self.assign(Self.flag(values), to: &capabilities.requiresCallSignatures)
        case .requiresThinkingReplay: return Self.assign(Self.flag(values), to: &capabilities.requiresThinkingReplay)
        }
    }

    private static func assign<Value>(_ value: Value?, to place: inout Value) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }

    private static func limit(_ values: [String], _ place: inout Int?) -> Bool {
        if values == ["unlimited"] {
            place = nil
            return true
        }
        guard let count = self.count(values) else { return false }
        place = count
        return true
    }

    private static func flag(_ values: [String]) -> Bool? {
        switch values.first?.lowercased() {
        case _ where values.count != 1: nil
        case "true", "on", "yes": true
        case "false", "off", "no": false
        default: nil
        }
    }

    private static func count(_ values: [String]) -> Int? {
        guard values.count == 1, let number = Int(values[0]), (0...Self.mostTokens).contains(number) else { return nil }
        return number
    }

    private static func choice<Choice: RawRepresentable<String>>(_ values: [String]) -> Choice? {
        values.count == 1 ? Choice(rawValue: values[0]) : nil
    }

    private static func names<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type) -> String {
        Self.listed(Choice.allCases.map(\.rawValue))
    }

    private static func listed(_ names: [String]) -> String {
        names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }
}
