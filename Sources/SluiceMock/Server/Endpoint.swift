/// What the mock serves, found by path.
enum Endpoint: Sendable, Equatable {
    case listing, health
    case requests, statistics, usage, failures
    case chat, completions, embeddings, moderations
    case imageGenerations, imageEdits, imageVariations
    case speech, transcriptions, translations
    case rerank, responses, inputTokens
    case models
    case model(String)
    case messages, countTokens
    case gemini(GeminiOperation, model: String)
    case bedrock(BedrockOperation, model: String)
    case ollama(OllamaOperation)
    case cohere(CohereOperation)
    case embeddingsInference(EmbeddingsInferenceOperation)

    /// The endpoint of a path, with or without its query, with or without `/v1` before it.
    init?(uri: String) {
        let path = RequestURI(uri).path
        switch path {
        case "/": self = .listing
        case "/health": self = .health
        case "/_mock/requests": self = .requests
        case "/_mock/stats": self = .statistics
        case "/_mock/usage": self = .usage
        case "/_mock/failures": self = .failures
        default:
            guard let found = Self.vendor(path) else { return nil }
            self = found
        }
    }

    private static func vendor(_ path: Substring) -> Endpoint? {
        if let (operation, model) = GeminiOperation.find(path) { return .gemini(operation, model: model) }
        if let (operation, model) = BedrockOperation.find(path) { return .bedrock(operation, model: model) }
        if path.hasPrefix("/api/") { return OllamaOperation(rawValue: String(path.dropFirst(5))).map { .ollama($0) } }
        if path.hasPrefix("/v2/") { return CohereOperation(rawValue: String(path.dropFirst(4))).map { .cohere($0) } }
        let name = path.hasPrefix("/v1/") ? path.dropFirst(4) : path.dropFirst(1)
        return byName[name] ?? model(name)
    }

    private static let byName: [Substring: Endpoint] = [
        "chat/completions": .chat, "completions": .completions, "embeddings": .embeddings, "moderations": .moderations,
        "images/generations": .imageGenerations, "images/edits": .imageEdits, "images/variations": .imageVariations,
        "audio/speech": .speech, "audio/transcriptions": .transcriptions, "audio/translations": .translations,
        "rerank": .rerank, "responses": .responses, "responses/input_tokens": .inputTokens, "models": .models,
        "messages": .messages, "messages/count_tokens": .countTokens, "embed": .embeddingsInference(.embed),
    ]

    private static func model(_ name: Substring) -> Endpoint? {
        guard name.hasPrefix("models/"), name.utf8.count > 7, name.utf8.count <= 512 else { return nil }
        return .model(String(name.dropFirst(7)))
    }

    /// The methods that it takes.
    var methods: [String] {
        switch self {
        case .listing, .health, .statistics, .models, .model: ["GET"]
        case .requests, .usage: ["GET", "DELETE"]
        case .failures: ["DELETE"]
        case .gemini(let operation, _): operation == .list || operation == .get ? ["GET"] : ["POST"]
        case .ollama(let operation): operation.method
        default: ["POST"]
        }
    }

    /// The shape of its errors; nil where the request decides.
    var shape: VendorShape? {
        switch self {
        case .messages, .countTokens: .anthropic
        case .models, .model: nil
        case .gemini: .gemini(inArray: false)
        case .bedrock: .bedrock
        case .ollama: .ollama
        case .cohere: .cohere
        case .embeddingsInference: .embeddingsInference
        default: .openAI
        }
    }

    /// Whether it is the mock's own and no part of a vendor's API.
    var isControl: Bool {
        switch self {
        case .listing, .health, .requests, .statistics, .usage, .failures: true
        default: false
        }
    }

    var takesForm: Bool {
        switch self {
        case .imageEdits, .imageVariations, .transcriptions, .translations: true
        default: false
        }
    }

    /// The paths, for the listing.
    static let paths =
        [
            "POST /v1/chat/completions", "POST /v1/completions", "POST /v1/embeddings", "POST /v1/moderations",
            "POST /v1/images/generations", "POST /v1/images/edits", "POST /v1/images/variations",
            "POST /v1/audio/speech", "POST /v1/audio/transcriptions", "POST /v1/audio/translations",
            "POST /v1/rerank", "POST /v1/responses", "POST /v1/responses/input_tokens", "POST /v1/messages",
            "POST /v1/messages/count_tokens", "GET /v1/models", "GET /v1/models/{id}",
        ] + GeminiOperation.paths + BedrockOperation.paths + OllamaOperation.paths + CohereOperation.paths
        + EmbeddingsInferenceOperation.paths + [
            "GET /health", "GET /_mock/requests", "DELETE /_mock/requests", "GET /_mock/stats",
            "GET /_mock/usage", "DELETE /_mock/usage", "DELETE /_mock/failures",
        ]
}
