/// Cohere's `/v2/embed`, as target.
///
/// `input_type` is required; a client that did not say what its vectors are for gets `search_document`, unless an extra
/// of Cohere's named `input_type` says otherwise. Source: docs.cohere.com/reference/embed and Python SDK 7.3.1 (read
/// 2026-11).
public enum CohereEmbeddingCodec: EmbeddingCodec {
    public static var dialect: Dialect { .cohere }

    public static func writeRequest(
        _ request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("model" as StaticString)
        writer.string(context.model)
        try CohereEmbeddingBody.write(request, &context, isOnBedrock: false, to: &writer)
        writer.endObject()
        return writer.take()
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingResponse {
        try CohereEmbeddingBody.read(document.root, to: request)
    }
}
