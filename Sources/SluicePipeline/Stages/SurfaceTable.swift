import SluiceCore
import SluiceWire

/// Which surface a path is.
///
/// OpenAI's surfaces have a path with and one without `/v1`, Anthropic's also one below `/anthropic`. Gemini's and
/// Bedrock's have the model in the path.
enum SurfaceTable {
    /// What a path says.
    struct Found: Equatable {
        var surface: Surface
        /// The model in the path, percent-decoded.
        var model: String?
    }

    private static let paths: [String: Surface] = {
        var paths: [String: Surface] = [:]
        for surface in Surface.allCases where surface.isClientSurface && !surface.route.contains("{") {
            paths[surface.route] = surface
            if surface.dialect.family == .openAIChat || surface.dialect == .openAIResponses,
                surface.route.hasPrefix("/v1/")
            {
                paths[String(surface.route.dropFirst(3))] = surface
            }
        }
        paths["/anthropic/v1/messages"] = .messages
        paths["/anthropic/v1/messages/count_tokens"] = .countTokens
        paths["/messages"] = .messages
        paths["/messages/count_tokens"] = .countTokens
        // Jina, vLLM and Text Embeddings Inference share this path; the body tells which it is.
        paths["/rerank"] = .rerank
        return paths
    }()

    private static let modelPrefixes = ["/v1/models/", "/models/"]
    private static let geminiPrefixes = ["/v1beta/models/", "/v1/models/"]
    private static let geminiVerbs: [String: Surface] = [
        "generateContent": .generateContent, "streamGenerateContent": .streamGenerateContent,
        "countTokens": .geminiCountTokens, "embedContent": .embedContent, "batchEmbedContents": .batchEmbedContents,
    ]
    private static let bedrockVerbs: [(suffix: String, surface: Surface)] = [
        ("/converse", .converse), ("/converse-stream", .converseStream),
    ]

    /// The surface of a path, with the model where the path names it.
    static func find(_ path: Substring) -> Found {
        if let surface = self.paths[String(path)] { return Found(surface: surface) }
        if let found = self.gemini(path) ?? self.bedrock(path) { return found }
        for prefix in self.modelPrefixes where path.hasPrefix(prefix) {
            guard let id = PercentDecoding.decode(path.dropFirst(prefix.count)), !id.isEmpty else { break }
            return Found(surface: .model, model: id)
        }
        return Found(surface: .unknown)
    }

    /// `/v1beta/models/{model}:{verb}`, the same below `/v1`, and Vertex's `…/publishers/google/models/{model}:{verb}`.
    private static func gemini(_ path: Substring) -> Found? {
        var rest: Substring?
        for prefix in self.geminiPrefixes where path.hasPrefix(prefix) { rest = path.dropFirst(prefix.count) }
        let publisher = "/publishers/google/models/"
        if rest == nil, path.hasPrefix("/v1"), let range = self.range(of: publisher, in: path) {
            rest = path[range.upperBound...]
        }
        guard let rest, let first = rest.utf8.first, first != UInt8(ascii: ":") else { return nil }
        // A model's name may hold a colon; the verb is behind the last.
        if let colon = rest.utf8.lastIndex(of: UInt8(ascii: ":")),
            let surface = self.geminiVerbs[String(rest[rest.utf8.index(after: colon)...])],
            let model = PercentDecoding.decode(rest[..<colon]), !model.isEmpty
        {
            return Found(surface: surface, model: model)
        }
        guard path.hasPrefix(self.geminiPrefixes[0]), let id = PercentDecoding.decode(rest) else { return nil }
        return Found(surface: .geminiModel, model: id)
    }

    /// `/model/{id}/converse`; the id is one percent-encoded segment, or an ARN whose slashes were left alone.
    private static func bedrock(_ path: Substring) -> Found? {
        guard path.hasPrefix("/model/") else { return nil }
        for verb in self.bedrockVerbs where path.hasSuffix(verb.suffix) {
            let id = path.dropFirst("/model/".count).dropLast(verb.suffix.count)
            guard let model = PercentDecoding.decode(id), !model.isEmpty else { return nil }
            return Found(surface: verb.surface, model: model)
        }
        return nil
    }

    private static func range(of text: String, in path: Substring) -> Range<Substring.Index>? {
        var start = path.startIndex
        while start < path.endIndex {
            if path[start...].hasPrefix(text) { return start..<path.index(start, offsetBy: text.count) }
            start = path.index(after: start)
        }
        return nil
    }
}
