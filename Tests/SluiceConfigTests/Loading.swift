import SluiceConfig

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
    ConfigurationLoader(environment: environment, files: MemoryFiles(files), knownKinds: testKinds).load(path: path)
}

extension LoadResult {
    /// Every finding in one text, for expectations that fail.
    var report: String { diagnostics.map { "\($0.severity): \($0)" }.joined(separator: "\n") }
}
