/// What can be asked of Ollama's own API, by the end of its path.
enum OllamaOperation: String, CaseIterable, Sendable {
    case chat, generate, embed, embeddings, tags, version, show

    var method: [String] {
        switch self {
        case .tags, .version: ["GET"]
        default: ["POST"]
        }
    }

    static let paths = allCases.map { "\($0.method[0]) /api/\($0.rawValue)" }
}
