import SluiceWire

/// `POST /v1/rerank`: scores documents by how many words of the query they hold, best first.
///
/// Source: Cohere v2, Jina and vLLM rerank (read 2026-11); the reply is the shape that they have in common.
enum Rerank {
    static let request = RecordShape(
        .required("model", .string),
        .required("query", .string),
        .required(
            "documents",
            .array(of: .either([.string, .fields(.required("text", .string))]), count: 1...10_000)),
        .optional("top_n", .integer(1...Int.max)),
        .optional("return_documents", .boolean),
        .optional("max_tokens_per_doc", OpenAIShapes.positive),
        .optional("max_chunks_per_doc", OpenAIShapes.positive),
        .optional("truncate_prompt_tokens", OpenAIShapes.positive),
        .optional("priority", .integer(0...999)),
        .optional("user", .string)
    )

    static func reply(_ root: JSONNode, model: String) -> [UInt8] {
        let query = root["query"]?.stringValue ?? ""
        let documents = (root["documents"]?.elements).map { $0.map { $0.stringValue ?? $0["text"]?.stringValue ?? "" } }
        let texts = documents ?? []
        let scored = ranked(query, texts)
        let limit = root["top_n"]?.intValue ?? scored.count
        let showsDocuments = root["return_documents"]?.boolValue ?? false
        let seed = DeterministicHash.of(query.utf8)
        let tokens = (texts.reduce(query.utf8.count) { $0 + $1.utf8.count } + 3) / 4
        return .json(capacity: 1024) { json in
            json.member("id", "rerank-" + DeterministicHash.digits(seed))
            json.member("model", model)
            json.array("results") { json in
                for entry in scored.prefix(limit) {
                    json.object { json in
                        json.member("index", entry.index)
                        json.key("relevance_score")
                        json.double(entry.score)
                        if showsDocuments {
                            json.object("document") { $0.member("text", texts[entry.index]) }
                        }
                    }
                }
            }
            json.object("usage") { json in
                json.member("prompt_tokens", tokens)
                json.member("total_tokens", tokens)
            }
            json.object("meta") { json in
                json.object("billed_units") { $0.member("search_units", 1) }
            }
        }
    }

    /// The texts' indexes and scores, the best first.
    static func ranked(_ query: String, _ texts: [String]) -> [(index: Int, score: Double)] {
        let words = Set(self.words(of: query))
        return texts.enumerated().map { (index: $0, score: score($1, words)) }
            .sorted { $0.score == $1.score ? $0.index < $1.index : $0.score > $1.score }
    }

    /// The share of the query's words that the document holds, and a little for being a document at all.
    private static func score(_ document: String, _ query: Set<String>) -> Double {
        guard !query.isEmpty else { return 0.01 }
        let held = query.intersection(words(of: document)).count
        return (0.01 + 0.98 * Double(held) / Double(query.count))
    }

    private static func words(of text: String) -> [String] {
        text.prefix(65_536).lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}
