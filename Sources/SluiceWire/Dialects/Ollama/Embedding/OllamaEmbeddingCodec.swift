/// Ollama's `/api/embed`, as client surface and as target.
///
/// `input` is a text or a list of texts; `truncate` false makes a text that is too long an error, and true, the
/// default, leaves its end out. Source: Ollama's API reference and Python SDK 0.6.3 (read 2026-11).
public enum OllamaEmbeddingCodec: EmbeddingCodec {
    public static var dialect: Dialect { .ollama }

    public static func readRequest(
        _ document: JSONDocument, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingRequest {
        let root = document.root
        guard root.kind == .object else { throw .invalid(nil, "The request body must be a JSON object.") }
        var request = NeutralEmbeddingRequest(inputs: [])
        var hasInput = false
        for (key, value) in root.members where !value.isNull {
            switch key {
            case "model": break
            case "input":
                hasInput = true
                if let text = JSONString(value) {
                    request.inputs = [.text(text)]
                    request.isSingle = true
                    continue
                }
                guard value.kind == .array else { throw .invalid(key, "input must be a text or a list of texts.") }
                for element in value.elements {
                    guard let text = JSONString(element) else {
                        throw .invalid("input[\(request.inputs.count)]", "An input must be a text.")
                    }
                    request.inputs.append(.text(text))
                }
            case "truncate":
                guard let truncates = value.boolValue else { throw .invalid(key, "truncate must be true or false.") }
                request.truncation = truncates ? .end : NeutralEmbeddingRequest.Truncation.none
            case "dimensions":
                guard let count = value.intValue, count > 0 else {
                    throw .invalid(key, "dimensions must be a positive integer.")
                }
                request.dimensions = count
            default: request.extras.append(key, JSONFragment(value), from: .ollama)
            }
        }
        // Without input Ollama loads the model and answers with no vector, which is no question to another vendor.
        guard hasInput, !request.inputs.isEmpty else { throw .invalid("input", "input is missing or empty.") }
        return request
    }

    public static func writeResponse(
        _ response: NeutralEmbeddingResponse, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + min(response.vectors.count, 64) * 16_384)
        writer.beginObject()
        writer.key("model" as StaticString)
        writer.string(context.model)
        writer.key("embeddings" as StaticString)
        writer.beginArray()
        for vector in response.vectors { try vector.writeNumbers(to: &writer) }
        writer.endArray()
        writer.key("total_duration" as StaticString)
        writer.integer(0)
        writer.key("load_duration" as StaticString)
        writer.integer(0)
        if let usage = response.usage {
            writer.key("prompt_eval_count" as StaticString)
            writer.integer(usage.promptTokens)
        }
        response.extras.write(for: .ollama, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    public static func writeRequest(
        _ request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("model" as StaticString)
        writer.string(context.model)
        writer.key("input" as StaticString)
        let isList = request.inputs.count != 1 || !request.isSingle
        if isList { writer.beginArray() }
        for (index, input) in request.inputs.enumerated() { writer.string(try Self.text(of: input, at: index)) }
        if isList { writer.endArray() }
        switch request.truncation {
        case nil: break
        case .some(.none), .end:
            writer.key("truncate" as StaticString)
            writer.bool(request.truncation == .end)
        case .start: context.losses.drop("truncate")
        }
        if let dimensions = request.dimensions {
            writer.key("dimensions" as StaticString)
            writer.integer(dimensions)
        }
        if request.task != nil { context.losses.drop("task_type") }
        if request.title != nil { context.losses.drop("title") }
        if request.isNormalized == false { context.losses.drop("normalize") }
        if request.endUser != nil { context.losses.drop("user") }
        request.extras.write(for: .ollama, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingResponse {
        guard let list = document.root["embeddings"], list.kind == .array else {
            throw .malformed("The provider's answer has no embeddings.")
        }
        var vectors: [NeutralVector] = []
        vectors.reserveCapacity(list.count)
        for element in list.elements { vectors.append(try NeutralVector(element)) }
        try Self.checkVectors(vectors, request)
        let tokens = document.root["prompt_eval_count"]?.intValue
        return NeutralEmbeddingResponse(
            model: document.root["model"]?.stringValue, vectors: vectors,
            usage: tokens.map { TokenUsage(uncachedInput: $0) })
    }
}
