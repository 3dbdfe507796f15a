/// What a client asks of an embedding model, in words of no dialect.
public struct NeutralEmbeddingRequest: Sendable, Hashable {
    /// One thing to make a vector of.
    public enum Input: Sendable, Hashable {
        /// A text.
        case text(JSONString)
        /// Tokens of the vendor's own, as a JSON array of integers; of use to no other vendor.
        case tokens(JSONFragment)
        /// Texts and pictures that make one vector together.
        case parts([NeutralPart])
    }

    /// The form in which the client wants its vectors.
    public enum Encoding: String, Sendable, Hashable {
        /// Lists of numbers.
        case float
        /// Base64 over 32-bit floating-point numbers, the lowest byte first.
        case base64
    }

    /// What the vectors are for.
    public enum Task: String, Sendable, Hashable, CaseIterable {
        /// A text that is to be found.
        case document
        /// A text that is searched with.
        case query
        /// Putting into classes.
        case classification
        /// Putting into groups.
        case clustering
        /// Comparing with texts of the same kind.
        case similarity
        /// A question, searched with for its answer.
        case questionAnswering
        /// A claim, searched with for its proofs.
        case factVerification
        /// Words, searched with for code.
        case codeRetrieval
    }

    /// What becomes of a text that is too long.
    public enum Truncation: Sendable, Hashable {
        /// It is an error.
        case none
        /// Its beginning is left out.
        case start
        /// Its end is left out.
        case end
    }

    /// What to make vectors of, in order; each makes one.
    public var inputs: [Input]
    /// How many numbers a vector has; `nil` is the model's own count.
    public var dimensions: Int?
    /// The form of the vectors.
    public var encoding = Encoding.float
    /// What the vectors are for; `nil` when the client did not say.
    public var task: Task?
    /// A title of the text, for documents.
    public var title: JSONString?
    /// What becomes of texts that are too long; `nil` when the client did not say.
    public var truncation: Truncation?
    /// Whether vectors are scaled to the length 1; `nil` when the client did not say.
    public var isNormalized: Bool?
    /// A name for the person at the other end.
    public var endUser: JSONString?
    /// Whether the client asked with one input that is no list, where its dialect answers that in a shape of its own.
    public var isSingle = false
    /// What only one vendor understands.
    public var extras = NeutralExtras()

    /// Makes a request.
    public init(inputs: [Input]) {
        self.inputs = inputs
    }

    /// The request cut into requests of at most `limit` inputs each, in order: for vendors that take no more at once.
    ///
    /// The answers go together by ``NeutralEmbeddingResponse/init(joining:)``.
    public func batches(of limit: Int) -> [NeutralEmbeddingRequest] {
        let limit = max(1, limit)
        guard inputs.count > limit else { return [self] }
        return stride(from: 0, to: inputs.count, by: limit).map { start in
            var batch = self
            batch.inputs = Array(inputs[start..<min(inputs.count, start + limit)])
            return batch
        }
    }
}
