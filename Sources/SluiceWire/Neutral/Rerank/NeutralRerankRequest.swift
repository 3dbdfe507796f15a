/// What a client asks of a rerank model, in words of no dialect: which documents answer a query best.
public struct NeutralRerankRequest: Sendable, Hashable {
    /// What is searched for.
    public var query: JSONString
    /// What is put in order; answers name documents by their places here, from 0.
    public var documents: [NeutralRerankDocument]
    /// How many of the best are returned; `nil` is all.
    public var limit: Int?
    /// Whether the answer repeats the documents; `nil` when the client did not say.
    public var returnsDocuments: Bool?
    /// How many tokens of a document are looked at; what is longer is cut.
    public var maximumTokensPerDocument: Int?
    /// Whether texts that are too long are cut; `nil` when the client did not say.
    public var truncates: Bool?
    /// Whether scores are the model's own and not scaled to 0 to 1; `nil` when the client did not say.
    public var hasRawScores: Bool?
    /// What only one vendor understands.
    public var extras = NeutralExtras()

    /// Makes a request.
    public init(query: JSONString, documents: [NeutralRerankDocument]) {
        self.query = query
        self.documents = documents
    }
}

/// One document that is ranked.
public struct NeutralRerankDocument: Sendable, Hashable {
    /// Its text.
    public var text: JSONString
    /// The object that it came in, where it was more than a text: Jina's `{"text":...,"title":...}`.
    public var object: JSONFragment?

    /// Makes a document.
    public init(_ text: JSONString, object: JSONFragment? = nil) {
        self.text = text
        self.object = object
    }
}
