/// What an embedding model answered, in words of no dialect.
public struct NeutralEmbeddingResponse: Sendable, Hashable {
    /// The vendor's id of the answer.
    public var id: String?
    /// The model that answered, by the vendor's name.
    public var model: String?
    /// One vector for each input, in order.
    public var vectors: [NeutralVector]
    /// What it cost.
    public var usage: TokenUsage?
    /// What only one vendor understands.
    public var extras = NeutralExtras()

    /// Makes a response.
    public init(id: String? = nil, model: String? = nil, vectors: [NeutralVector], usage: TokenUsage? = nil) {
        self.id = id
        self.model = model
        self.vectors = vectors
        self.usage = usage
    }

    /// Puts the answers to the batches of one request together: vectors in order, usage added.
    public init(joining responses: [NeutralEmbeddingResponse]) {
        self.init(id: responses.first?.id, model: responses.first?.model, vectors: responses.flatMap(\.vectors))
        extras = responses.first?.extras ?? NeutralExtras()
        for response in responses {
            if let more = response.usage { usage = usage.map { $0 + more } ?? more }
        }
    }
}
