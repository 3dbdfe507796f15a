/// Text Embeddings Inference's `/rerank`, as client surface and as target.
///
/// A server runs one model, so that neither side names it. The answer is a bare list, the best first, of `index`,
/// `score` and, where asked for, `text`. There is no `top_n`: it is applied to the answer. Tokens are not counted in
/// the body. Source: text-embeddings-inference's OpenAPI page, version 1.8 (read 2026-11).
public enum TEIRerankCodec: RerankCodec {
    public static var dialect: Dialect { .tei }

    public static func readRequest(
        _ document: JSONDocument, _ context: inout RerankContext
    ) throws(ConversionError) -> NeutralRerankRequest {
        let root = document.root
        guard root.kind == .object else { throw .invalid(nil, "The request body must be a JSON object.") }
        guard let query = JSONString(root["query"]) else { throw .invalid("query", "query must be a string.") }
        var request = NeutralRerankRequest(query: query, documents: try Self.documents(root["texts"], field: "texts"))
        // What is too long is an error unless the client says otherwise.
        request.truncates = false
        for (key, value) in root.members where !value.isNull {
            switch key {
            case "query", "texts", "model": break
            case "return_text": request.returnsDocuments = try Self.flag(value, key)
            case "raw_scores": request.hasRawScores = try Self.flag(value, key)
            case "truncate": request.truncates = try Self.flag(value, key)
            default: request.extras.append(key, JSONFragment(value), from: .tei)
            }
        }
        return request
    }

    public static func writeResponse(
        _ response: NeutralRerankResponse, to request: NeutralRerankRequest, _ context: inout RerankContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 64 + response.results.count * 64)
        writer.beginArray()
        for result in response.results {
            writer.beginObject()
            writer.key("index" as StaticString)
            writer.integer(result.index)
            writer.key("score" as StaticString)
            writer.number(result.score)
            if request.returnsDocuments == true, request.documents.indices.contains(result.index) {
                writer.key("text" as StaticString)
                writer.string(request.documents[result.index].text)
            }
            result.extras.write(for: .tei, to: &writer, losses: &context.losses)
            writer.endObject()
        }
        writer.endArray()
        return writer.take()
    }

    public static func writeRequest(
        _ request: NeutralRerankRequest, _ context: inout RerankContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("query" as StaticString)
        writer.string(request.query)
        writer.key("texts" as StaticString)
        writer.beginArray()
        for document in request.documents { writer.string(document.text) }
        writer.endArray()
        if let hasRawScores = request.hasRawScores {
            writer.key("raw_scores" as StaticString)
            writer.bool(hasRawScores)
        }
        // All other vendors cut what is too long; TEI refuses it unless asked to cut.
        writer.key("truncate" as StaticString)
        writer.bool(request.truncates ?? true)
        if request.maximumTokensPerDocument != nil { context.losses.drop("max_tokens_per_doc") }
        request.extras.write(for: .tei, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralRerankRequest, _ context: inout RerankContext
    ) throws(ConversionError) -> NeutralRerankResponse {
        try Self.results(
            document.root, score: "score", origin: .tei, to: request, known: ["index", "score", "text"])
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        TEIErrors.read(status: status, body: body, header: header)
    }

    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        TEIErrors.write(error)
    }
}
