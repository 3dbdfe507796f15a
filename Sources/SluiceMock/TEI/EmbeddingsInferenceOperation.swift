/// What can be asked of Text Embeddings Inference. Its `/rerank` is told by the body from those of others.
enum EmbeddingsInferenceOperation: Sendable {
    case embed, rerank

    static let paths = ["POST /embed", "POST /rerank"]
}
