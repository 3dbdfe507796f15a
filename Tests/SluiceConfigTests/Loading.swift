import SluiceConfig
import SluiceCore

/// A small catalogue, with one kind of every sort.
let testKinds = [
    ProviderKind(name: "mock", credential: .none, apiKeyVariables: [], baseURLVariables: [], isBuiltIn: true),
    ProviderKind(name: "openai"),
    ProviderKind(name: "anthropic"),
    ProviderKind(name: "groq"),
    ProviderKind(name: "ollama", credential: .optional),
    ProviderKind(name: "azure", requiresBaseURL: true, apiKeyVariables: ["AZURE_OPENAI_API_KEY"]),
    ProviderKind(
        name: "bedrock", credential: .optional, apiKeyVariables: ["AWS_BEARER_TOKEN_BEDROCK"], baseURLVariables: [],
        regionVariables: ["AWS_REGION"], requiresRegion: true, takesSigningKeys: true,
        witnessVariables: ["AWS_ACCESS_KEY_ID"]),
    ProviderKind(
        name: "vertex", credential: .none, apiKeyVariables: [], baseURLVariables: [], requiresProject: true,
        projectVariables: ["GOOGLE_CLOUD_PROJECT"], takesServiceAccount: true,
        serviceAccountVariables: ["GOOGLE_APPLICATION_CREDENTIALS"],
        witnessVariables: ["GOOGLE_APPLICATION_CREDENTIALS"]),
    ProviderKind(
        name: "dialects", credential: .none, apiKeyVariables: [], baseURLVariables: [],
        dialects: ["openai", "anthropic", "gemini"]),
    ProviderKind(
        name: "openai-compatible", requiresBaseURL: true, credential: .optional, apiKeyVariables: [],
        baseURLVariables: []),
]

/// Loads `text` as `sluice.yaml` in the working directory.
func loadYAML(
    _ text: String,
    environment: [String: String] = [:],
    files: [String: String] = [:]
) -> LoadResult {
    load(["sluice.yaml": text].merging(files) { $1 }, environment: environment)
}

/// Loads `text` as `sluice.toml` in the working directory.
func loadTOML(
    _ text: String,
    environment: [String: String] = [:],
    files: [String: String] = [:]
) -> LoadResult {
    load(["sluice.toml": text].merging(files) { $1 }, environment: environment)
}

/// Loads from `files`.
func load(_ files: [String: String], environment: [String: String] = [:], path: String? = nil) -> LoadResult {
    ConfigurationLoader(environment: environment, files: MemoryFiles(files), knownKinds: testKinds, rules: testRules)
        .load(path: path)
}

/// A check that knows the levels `key`, `model`, `provider` and `key+model`, takes every value that does not begin with `bad`, and
/// no control characters.
let testRules = RuleCheck(
    problems: { rules, level in
        guard ["key", "model", "provider", "key+model"].contains(level) else { return [RuleText.Problem("no level")] }
        return problems(in: rules, at: [])
    },
    knowsZone: { ["UTC", "Europe/Berlin"].contains($0) }
)

private func problems(in text: RuleText, at path: [RuleText.Step]) -> [RuleText.Problem] {
    switch text {
    case .text(let text):
        text.hasPrefix("bad") || text.utf8.contains { $0 < 0x20 } ? [RuleText.Problem("not this", at: path)] : []
    case .list(let items):
        items.enumerated().flatMap { problems(in: $0.element, at: path + [.item($0.offset)]) }
    case .map(let entries): entries.flatMap { problems(in: $0.value, at: path + [.name($0.name)]) }
    }
}

extension LoadResult {
    /// Every finding in one text, for expectations that fail.
    var report: String { diagnostics.map { "\($0.severity): \($0)" }.joined(separator: "\n") }
}
