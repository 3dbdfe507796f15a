/// Text Embeddings Inference's `/embed`, as target.
///
/// A server runs one model, so that the request names none. Inputs that are too long are an error unless `truncate`
/// says otherwise, here the other way round: a client that did not say gets what most vendors do, its end left out.
/// Source: text-embeddings-inference's OpenAPI page, version 1.8 (read 2026-11).
public enum TEIEmbeddingCodec: EmbeddingCodec {
    public static var dialect: Dialect { .tei }

    public static func writeRequest(
        _ request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("inputs" as StaticString)
        writer.beginArray()
        for (index, input) in request.inputs.enumerated() { writer.string(try Self.text(of: input, at: index)) }
        writer.endArray()
        writer.key("truncate" as StaticString)
        writer.bool(request.truncation != NeutralEmbeddingRequest.Truncation.none)
        if request.truncation == .start {
            writer.key("truncation_direction" as StaticString)
            writer.string("Left")
        }
        if let isNormalized = request.isNormalized {
            writer.key("normalize" as StaticString)
            writer.bool(isNormalized)
        }
        if let dimensions = request.dimensions {
            writer.key("dimensions" as StaticString)
            writer.integer(dimensions)
        }
        // Prompts are named by each model as it likes: the task cannot be said.
        if request.task != nil { context.losses.drop("task_type") }
        if request.title != nil { context.losses.drop("title") }
        if request.endUser != nil { context.losses.drop("user") }
        request.extras.write(for: .tei, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingResponse {
        guard document.root.kind == .array else { throw .malformed("The provider's answer is no list of embeddings.") }
        var vectors: [NeutralVector] = []
        vectors.reserveCapacity(document.root.count)
        for element in document.root.elements { vectors.append(try NeutralVector(element)) }
        try Self.checkVectors(vectors, request)
        // Tokens are counted in the header x-compute-tokens only.
        return NeutralEmbeddingResponse(vectors: vectors)
    }
}
