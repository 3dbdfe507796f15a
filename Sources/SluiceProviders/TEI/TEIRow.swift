import SluiceCore
import SluiceWire

/// Hugging Face's Text Embeddings Inference: its own embed and rerank, and OpenAI's embeddings below `/v1`.
///
/// One server has one model, so no path and no body names it. The base URL may end with `/v1`.
/// Source: the server's OpenAPI document (read 2026-11).
enum TEIRow {
    static let row = CatalogRow("tei", nil, [.teiEmbed, .teiRerank, .embeddings]) {
        $0.dialect = .tei
        $0.optionalBasePath = "/v1"
        $0.key = .optional
        $0.paths = [.teiEmbed: "/embed", .teiRerank: "/rerank", .embeddings: "/v1/embeddings"]
    }
}
