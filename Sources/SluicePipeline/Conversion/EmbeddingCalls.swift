import SluiceWire

/// The calls that one request for embeddings takes where a model has a limit on the inputs of one: made one after the
/// other, their answers joined. Loop-confined.
final class EmbeddingCalls {
    /// One call.
    struct Call {
        var inputs: NeutralEmbeddingRequest
        var body: [UInt8]
    }

    /// How long the answers to all calls may be together.
    static let answerLimitBytes = 128 * 1024 * 1024

    private let calls: [Call]
    private let read: (JSONDocument, NeutralEmbeddingRequest) throws(ConversionError) -> NeutralEmbeddingResponse
    private var answers: [NeutralEmbeddingResponse] = []
    private var answeredBytes = 0

    /// Makes the list; `calls` has one at least.
    init(
        _ calls: [Call],
        read: @escaping (JSONDocument, NeutralEmbeddingRequest) throws(ConversionError) -> NeutralEmbeddingResponse
    ) {
        self.calls = calls
        self.read = read
    }

    /// Whether the call that is due is the last: its answer completes that of the client.
    var isLast: Bool { self.answers.count + 1 >= self.calls.count }

    /// The body of the call that is due.
    var body: [UInt8] { self.calls[min(self.answers.count, self.calls.count - 1)].body }

    /// Takes the answer to the call that is due; the next one is due then.
    func take(_ answer: JSONDocument) throws(ConversionError) {
        self.answeredBytes += answer.bytes.count
        guard self.answeredBytes <= Self.answerLimitBytes else {
            throw .malformed("The upstream's answers are too long to be joined.")
        }
        self.answers.append(try self.response(answer))
    }

    /// What the providers reported with the answers that were taken.
    var usage: TokenUsage? {
        self.answers.reduce(nil) { sum, answer in
            guard let usage = answer.usage else { return sum }
            return sum.map { $0 + usage } ?? usage
        }
    }

    /// The answer to all calls, the last one's being `answer`.
    func joined(with answer: JSONDocument) throws(ConversionError) -> NeutralEmbeddingResponse {
        let last = try self.response(answer)
        return self.answers.isEmpty ? last : NeutralEmbeddingResponse(joining: self.answers + [last])
    }

    private func response(_ answer: JSONDocument) throws(ConversionError) -> NeutralEmbeddingResponse {
        guard self.answers.count < self.calls.count else {
            throw .malformed("The provider answered more calls than were made.")
        }
        return try self.read(answer, self.calls[self.answers.count].inputs)
    }
}
