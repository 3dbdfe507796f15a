/// What can be asked of Gemini, on Google AI's paths and on Vertex's.
enum GeminiOperation: String, CaseIterable, Sendable {
    case generate = "generateContent"
    case stream = "streamGenerateContent"
    case count = "countTokens"
    case embed = "embedContent"
    case embedBatch = "batchEmbedContents"
    /// On Vertex alone: the embeddings of models that are not Gemini's.
    case predict
    case get
    case list

    private static let versions: Set<Substring> = ["v1", "v1beta", "v1beta1", "v1alpha"]

    /// The operation and the decoded model of a path, like `/v1beta/models/{model}:generateContent` or
    /// `/v1/projects/{project}/locations/{location}/publishers/google/models/{model}:generateContent`.
    ///
    /// The two lists of models below `/v1` are OpenAI's and Anthropic's as well: there the request decides.
    static func find(_ path: Substring) -> (GeminiOperation, model: String)? {
        var segments = path.split(separator: "/", maxSplits: 16, omittingEmptySubsequences: false).dropFirst()
        guard let version = segments.popFirst(), versions.contains(version) else { return nil }
        let isVertex = segments.first == "projects" || segments.first == "publishers"
        if segments.first == "projects" {
            guard segments.count == 8, segments[segments.startIndex + 2] == "locations" else { return nil }
            segments = segments.dropFirst(4)
        }
        if isVertex {
            guard segments.count == 4, segments.first == "publishers" else { return nil }
            segments = segments.dropFirst(2)
        }
        guard segments.popFirst() == "models" else { return nil }
        guard let last = segments.popFirst(), segments.isEmpty, last.utf8.count <= 512 else {
            return segments.isEmpty && version != "v1" ? (.list, "") : nil
        }
        guard let colon = last.lastIndex(of: ":") else {
            return version == "v1" && !isVertex ? nil : (.get, RequestURI.decoded(String(last)))
        }
        let name = last[last.index(after: colon)...]
        guard let operation = GeminiOperation(rawValue: String(name)), operation != .get, operation != .list,
            isVertex || operation != .predict
        else { return nil }
        return (operation, RequestURI.decoded(String(last[..<colon])))
    }

    static let paths =
        allCases.filter { $0 != .get && $0 != .list && $0 != .predict }.map {
            "POST /v1beta/models/{model}:\($0.rawValue)"
        } + [
            "POST /v1/projects/{project}/locations/{location}/publishers/google/models/{model}:generateContent",
            "POST /v1/projects/{project}/locations/{location}/publishers/google/models/{model}:predict",
            "GET /v1beta/models", "GET /v1beta/models/{model}",
        ]
}
