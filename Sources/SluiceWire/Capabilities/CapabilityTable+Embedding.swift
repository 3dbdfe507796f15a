// How many inputs one call for embeddings takes, by vendor. Servers whose limit is not known are asked with all at once.
//
// Sources (read 2026-11): developers.openai.com, API reference "Create embeddings"; ai.google.dev, "Embeddings",
// BatchEmbedContentsRequest; docs.cloud.google.com, "Get text embeddings", API limits, and google-genai 3.6 for what
// Vertex takes by which method; docs.cohere.com, "Embed API (v2)"; Amazon Bedrock's user guide, "Amazon Titan
// Embeddings Text" and "Cohere Embed"; text-embeddings-inference, `--max-client-batch-size`, whose default is 32.
extension CapabilityTable {
    static let embeddingRows: [CapabilityRow] = [
        CapabilityRow(.kinds(["openai", "azure"]), "*") { $0.maximumEmbeddingInputs = 2048 },
        CapabilityRow(.dialects([.gemini]), "*") { $0.maximumEmbeddingInputs = 100 },
        CapabilityRow(.kinds(["vertex"]), "*") { $0.maximumEmbeddingInputs = 250 },
        CapabilityRow(.kinds(["vertex"]), "*gemini*") { $0.maximumEmbeddingInputs = 100 },
        CapabilityRow(.kinds(["vertex"]), "*maas*") { $0.maximumEmbeddingInputs = 1 },
        CapabilityRow(.dialects([.cohere]), "*") { $0.maximumEmbeddingInputs = 96 },
        CapabilityRow(.dialects([.bedrock]), "*cohere.embed*") { $0.maximumEmbeddingInputs = 96 },
        CapabilityRow(.dialects([.bedrock]), "*amazon.titan-embed*") { $0.maximumEmbeddingInputs = 1 },
        CapabilityRow(.dialects([.tei]), "*") { $0.maximumEmbeddingInputs = 32 },
    ]
}
