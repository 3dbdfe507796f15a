/// The method by which Vertex makes vectors with a model: the verb of the path, and with it the form of the body.
///
/// Source: google-genai 3.6, which chooses by the same names, and the methods of `publishers.models` in Vertex's REST
/// reference (read 2026-11).
public enum VertexEmbeddingMethod: String, Sendable {
    /// Instances and parameters: the models that are not Gemini's, such as `text-embedding-005`.
    case predict
    /// One content: open models that Google runs, with `maas` in their names.
    case embedContent
    /// A list of requests: Gemini's models.
    case batchEmbedContents

    /// The method of a model, by Google's name for it, with or without what stands before its last slash.
    public init(model: String) {
        let name = model[(model.lastIndex(of: "/").map { model.index(after: $0) } ?? model.startIndex)...]
        if VendorErrorBody.says(String(name), anyOf: ["maas"]) {
            self = .embedContent
        } else if VendorErrorBody.says(String(name), anyOf: ["gemini"]) {
            self = .batchEmbedContents
        } else {
            self = .predict
        }
    }
}
