/// What a rerank model answered, in words of no dialect.
public struct NeutralRerankResponse: Sendable, Hashable {
    /// One document and how well it answers.
    public struct Result: Sendable, Hashable {
        /// The document's place in the request, from 0.
        public var index: Int
        /// How well it answers; higher is better.
        public var score: NumberText
        /// What only one vendor says of it.
        public var extras = NeutralExtras()

        /// Makes a result.
        public init(index: Int, score: NumberText) {
            self.index = index
            self.score = score
        }
    }

    /// The vendor's id of the answer.
    public var id: String?
    /// The model that answered, by the vendor's name.
    public var model: String?
    /// The results, the best first.
    public var results: [Result]
    /// What it cost in tokens.
    public var usage: TokenUsage?
    /// What it cost in Cohere's units: a query with up to 100 documents is one.
    public var searchUnits: NumberText?
    /// What only one vendor understands.
    public var extras = NeutralExtras()

    /// Makes a response.
    public init(id: String? = nil, model: String? = nil, results: [Result]) {
        self.id = id
        self.model = model
        self.results = results
    }

    /// Puts the best first, documents of one score in the order of the request, and keeps `limit` of them.
    ///
    /// Vendors promise the order; TEI knows no limit, and servers that only look like a vendor sometimes know neither.
    mutating func arrange(limit: Int?) {
        let scores = results.map { $0.score.double ?? -.infinity }
        let order = results.indices.sorted { left, right in
            if scores[left] != scores[right] { return scores[left] > scores[right] }
            return results[left].index < results[right].index
        }
        results = order.prefix(max(0, limit ?? Int.max)).map { results[$0] }
    }
}
