/// The body of Cohere's embedding requests and answers, which Bedrock's InvokeModel takes too, without the model.
enum CohereEmbeddingBody {
    /// Writes all members but the model; Bedrock's body is the same without it.
    static func write(
        _ request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext, isOnBedrock: Bool,
        to writer: inout JSONWriter
    ) throws(ConversionError) {
        var extras = request.extras
        let type = extras.take("input_type", of: .cohere)
        let types = extras.take("embedding_types", of: .cohere)
        try Self.writeInputs(request.inputs, isOnBedrock: isOnBedrock, to: &writer)
        writer.key("input_type" as StaticString)
        if let type {
            writer.fragment(type)
        } else {
            writer.string(Self.inputType(request.task, &context.losses))
        }
        writer.key("embedding_types" as StaticString)
        if let types {
            writer.fragment(types)
        } else {
            writer.beginArray()
            writer.string("float")
            writer.endArray()
        }
        if let dimensions = request.dimensions {
            writer.key("output_dimension" as StaticString)
            writer.integer(dimensions)
        }
        if let truncation = request.truncation {
            writer.key("truncate" as StaticString)
            switch truncation {
            case .none: writer.string("NONE")
            // On Bedrock the sides have other names.
            case .start: writer.string(isOnBedrock ? "LEFT" : "START")
            case .end: writer.string(isOnBedrock ? "RIGHT" : "END")
            }
        }
        if request.title != nil { context.losses.drop("title") }
        if request.isNormalized == false { context.losses.drop("normalize") }
        if request.endUser != nil { context.losses.drop("user") }
        extras.write(for: .cohere, to: &writer, losses: &context.losses)
    }

    private static func writeInputs(
        _ inputs: [NeutralEmbeddingRequest.Input], isOnBedrock: Bool, to writer: inout JSONWriter
    ) throws(ConversionError) {
        let hasParts = inputs.contains { if case .parts = $0 { true } else { false } }
        writer.key((hasParts ? "inputs" : "texts") as StaticString)
        writer.beginArray()
        for (index, input) in inputs.enumerated() {
            guard hasParts else {
                writer.string(try CohereEmbeddingCodec.text(of: input, at: index))
                continue
            }
            writer.beginObject()
            writer.key("content" as StaticString)
            writer.beginArray()
            if case .parts(let parts) = input {
                for part in parts { try Self.write(part, at: index, to: &writer) }
            } else {
                try Self.write(
                    NeutralPart(.text(CohereEmbeddingCodec.text(of: input, at: index))), at: index, to: &writer)
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(
        _ part: NeutralPart, at index: Int, to writer: inout JSONWriter
    ) throws(ConversionError) {
        switch part.content {
        case .text(let text):
            writer.beginObject()
            writer.key("type" as StaticString)
            writer.string("text")
            writer.key("text" as StaticString)
            writer.string(text)
            writer.endObject()
        case .image(let media):
            guard case .base64(let data) = media.source else {
                throw .unsupported("input[\(index)]", "Cohere's embeddings take pictures as base64 only.")
            }
            let prefix = JSONString("data:\(media.mediaType ?? "image/png");base64,")
            writer.beginObject()
            writer.key("type" as StaticString)
            writer.string("image_url")
            writer.key("image_url" as StaticString)
            writer.beginObject()
            writer.key("url" as StaticString)
            writer.string(JSONString.joined([prefix, data]))
            writer.endObject()
            writer.endObject()
        default: throw .unsupported("input[\(index)]", "Cohere's embeddings take texts and pictures only.")
        }
    }

    private static func inputType(
        _ task: NeutralEmbeddingRequest.Task?, _ losses: inout ConversionLosses
    ) -> String {
        switch task {
        case nil, .document: return "search_document"
        case .query: return "search_query"
        case .questionAnswering, .factVerification, .codeRetrieval:
            losses.adapt("task_type")
            return "search_query"
        case .classification: return "classification"
        case .clustering: return "clustering"
        case .similarity:
            losses.adapt("task_type")
            return "clustering"
        }
    }

    /// Reads `embeddings`, by type or, as older models answer on Bedrock, as a plain list.
    static func read(
        _ root: JSONNode, to request: NeutralEmbeddingRequest
    ) throws(ConversionError) -> NeutralEmbeddingResponse {
        let embeddings = root["embeddings"]
        let list = embeddings?.kind == .array ? embeddings : embeddings?["float"] ?? embeddings?["base64"]
        guard let list, list.kind == .array else {
            throw .malformed("The provider's answer has no embeddings of floats.")
        }
        var vectors: [NeutralVector] = []
        vectors.reserveCapacity(list.count)
        for element in list.elements { vectors.append(try NeutralVector(element)) }
        try CohereEmbeddingCodec.checkVectors(vectors, request)
        var response = NeutralEmbeddingResponse(id: root["id"]?.stringValue, vectors: vectors)
        let meta = root["meta"]
        let billed = meta?["billed_units"]
        let tokens = CohereAnswer.count(meta?["tokens"]?["input_tokens"]) ?? CohereAnswer.count(billed?["input_tokens"])
        let pictures = CohereAnswer.count(billed?["image_tokens"])
        if tokens != nil || pictures != nil {
            response.usage = TokenUsage(uncachedInput: TokenUsage.sum(tokens ?? 0, pictures ?? 0))
        }
        return response
    }
}
