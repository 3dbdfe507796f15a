/// What can be asked of Cohere's second API, by the end of its path.
enum CohereOperation: String, CaseIterable, Sendable {
    case chat, embed, rerank

    static let paths = allCases.map { "POST /v2/\($0.rawValue)" }
}
