/// Embeddings on Vertex, as target: ``VertexEmbeddingMethod`` says which form a model's body has.
///
/// Options stand in `embedContentConfig` there, or in `instances` and `parameters`, and no request names the model.
/// Source: Vertex AI's REST reference, "Text embeddings API", and google-genai 3.6 (read 2026-11).
public enum VertexEmbeddingCodec: EmbeddingCodec {
    public static var dialect: Dialect { .vertex }

    public static func writeRequest(
        _ request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        switch VertexEmbeddingMethod(model: context.model) {
        case .predict:
            try Self.writeInstances(request, to: &writer)
            for field in request.extras.fields { context.losses.drop(field.name) }
        case .embedContent:
            guard let input = request.inputs.first, request.inputs.count == 1 else {
                throw .unsupported("input", "The model takes one input a call.")
            }
            try Self.writeContent(input, at: 0, of: request, to: &writer, &context.losses)
        case .batchEmbedContents:
            writer.key("requests" as StaticString)
            writer.beginArray()
            for (index, input) in request.inputs.enumerated() {
                writer.beginObject()
                try Self.writeContent(input, at: index, of: request, to: &writer, &context.losses)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        if request.title != nil, request.task != .document { context.losses.drop("title") }
        if request.truncation == .start { context.losses.adapt("truncate") }
        if request.isNormalized != nil { context.losses.drop("normalize") }
        if request.endUser != nil { context.losses.drop("user") }
        return writer.take()
    }

    private static func writeContent(
        _ input: NeutralEmbeddingRequest.Input, at index: Int, of request: NeutralEmbeddingRequest,
        to writer: inout JSONWriter, _ losses: inout ConversionLosses
    ) throws(ConversionError) {
        try GeminiEmbeddingCodec.writeContent(input, at: index, to: &writer)
        var config = JSONWriter(capacity: 128)
        config.beginObject()
        if let task = request.task {
            config.key("taskType" as StaticString)
            config.string(GeminiEmbeddingCodec.word(for: task))
        }
        if let title = request.title, request.task == .document {
            config.key("title" as StaticString)
            config.string(title)
        }
        Self.writeOptions(of: request, to: &config)
        request.extras.write(for: .gemini, to: &config, losses: &losses)
        config.endObject()
        guard config.bytes.count > 2 else { return }
        writer.key("embedContentConfig" as StaticString)
        writer.raw(config.take())
    }

    private static func writeInstances(
        _ request: NeutralEmbeddingRequest, to writer: inout JSONWriter
    ) throws(ConversionError) {
        writer.key("instances" as StaticString)
        writer.beginArray()
        for (index, input) in request.inputs.enumerated() {
            writer.beginObject()
            if let task = request.task {
                writer.key("task_type" as StaticString)
                writer.string(GeminiEmbeddingCodec.word(for: task))
            }
            if let title = request.title, request.task == .document {
                writer.key("title" as StaticString)
                writer.string(title)
            }
            writer.key("content" as StaticString)
            writer.string(try Self.text(of: input, at: index))
            writer.endObject()
        }
        writer.endArray()
        var parameters = JSONWriter(capacity: 64)
        parameters.beginObject()
        Self.writeOptions(of: request, to: &parameters)
        parameters.endObject()
        guard parameters.bytes.count > 2 else { return }
        writer.key("parameters" as StaticString)
        writer.raw(parameters.take())
    }

    /// Whether the end of a long text is left out, and how many numbers a vector has.
    private static func writeOptions(of request: NeutralEmbeddingRequest, to writer: inout JSONWriter) {
        if let truncation = request.truncation {
            writer.key("autoTruncate" as StaticString)
            writer.bool(truncation != NeutralEmbeddingRequest.Truncation.none)
        }
        if let dimensions = request.dimensions {
            writer.key("outputDimensionality" as StaticString)
            writer.integer(dimensions)
        }
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingResponse {
        guard let predictions = document.root["predictions"], predictions.kind == .array else {
            return try GeminiEmbeddingCodec.readResponse(document, to: request, &context)
        }
        var vectors: [NeutralVector] = []
        vectors.reserveCapacity(predictions.count)
        var tokens: Int?
        for prediction in predictions.elements {
            guard let embedding = prediction["embeddings"], let values = embedding["values"] else {
                throw .malformed("The provider's answer has an empty embedding.")
            }
            vectors.append(try NeutralVector(values))
            if let count = embedding["statistics"]?["token_count"]?.intValue {
                tokens = TokenUsage.sum(tokens ?? 0, count)
            }
        }
        try Self.checkVectors(vectors, request)
        return NeutralEmbeddingResponse(vectors: vectors, usage: tokens.map { TokenUsage(uncachedInput: $0) })
    }
}
