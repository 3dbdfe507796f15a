/// Gemini's `:embedContent` and `:batchEmbedContents`, as client surface and as target.
///
/// A target is asked with `:batchEmbedContents` always. A client that asked with `:embedContent`, a body without
/// `requests`, is answered in that shape. Source: Google's API reference and google-genai's types (read 2026-11).
public enum GeminiEmbeddingCodec: EmbeddingCodec {
    public static var dialect: Dialect { .gemini }

    // MARK: Client surface

    public static func readRequest(
        _ document: JSONDocument, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingRequest {
        let root = document.root
        guard root.kind == .object else { throw .invalid(nil, "The request body must be a JSON object.") }
        guard let list = root["requests"], !list.isNull else {
            var request = try Self.read(root, "")
            request.isSingle = true
            return request
        }
        guard list.kind == .array, let first = list[0] else {
            throw .invalid("requests", "requests must be a list and not be empty.")
        }
        var request = try Self.read(first, "requests[0].")
        var index = 1
        for element in list.elements.dropFirst() {
            let other = try Self.read(element, "requests[\(index)].")
            guard
                other.task == request.task, other.dimensions == request.dimensions, other.title == request.title,
                other.extras == request.extras
            else {
                throw .unsupported(
                    "requests[\(index)]", "All requests of a batch must have the same task, title and dimensions.")
            }
            request.inputs.append(contentsOf: other.inputs)
            index += 1
        }
        return request
    }

    private static func read(_ node: JSONNode, _ path: String) throws(ConversionError) -> NeutralEmbeddingRequest {
        var request = NeutralEmbeddingRequest(inputs: [])
        try Self.read(node, path, into: &request)
        guard !request.inputs.isEmpty else { throw .invalid("\(path)content", "content is missing.") }
        return request
    }

    private static func read(
        _ node: JSONNode, _ path: String, into request: inout NeutralEmbeddingRequest
    ) throws(ConversionError) {
        for (key, value) in node.members where !value.isNull {
            switch key {
            case "model": break
            case "content": request.inputs = [try Self.input(value, "\(path)content")]
            case "taskType", "task_type":
                guard let word = value.stringValue, word != "TASK_TYPE_UNSPECIFIED" else { continue }
                guard let task = Self.task(word) else { throw .invalid("\(path)taskType", "The task type is unknown.") }
                request.task = task
            case "title": request.title = JSONString(value)
            case "outputDimensionality", "output_dimensionality":
                guard let count = value.intValue, count > 0 else {
                    throw .invalid("\(path)outputDimensionality", "outputDimensionality must be a positive integer.")
                }
                request.dimensions = count
            case "autoTruncate", "auto_truncate":
                guard let truncates = value.boolValue else {
                    throw .invalid("\(path)autoTruncate", "autoTruncate must be true or false.")
                }
                request.truncation = truncates ? .end : NeutralEmbeddingRequest.Truncation.none
            // Vertex's clients have the options in an object of their own.
            case "embedContentConfig" where value.kind == .object && !path.hasSuffix("embedContentConfig."):
                try Self.read(value, "\(path)embedContentConfig.", into: &request)
            default: request.extras.append(key, JSONFragment(value), from: .gemini)
            }
        }
    }

    private static func input(
        _ node: JSONNode, _ path: String
    ) throws(ConversionError) -> NeutralEmbeddingRequest.Input {
        var parts: [NeutralPart] = []
        for part in node["parts"].map({ Array($0.elements) }) ?? [] {
            if let text = JSONString(part["text"]) {
                parts.append(NeutralPart(.text(text)))
            } else if let data = part["inlineData"] ?? part["inline_data"], let bytes = JSONString(data["data"]) {
                let type = (data["mimeType"] ?? data["mime_type"])?.stringValue
                let media = NeutralMedia(.base64(bytes), mediaType: type?.lowercased())
                parts.append(NeutralPart(type?.hasPrefix("image/") == true ? .image(media) : .document(media)))
            } else {
                throw .unsupported("\(path).parts[\(parts.count)]", "Embeddings are made of texts and inline data.")
            }
        }
        guard let first = parts.first else { throw .invalid("\(path).parts", "The content must have parts.") }
        if parts.count == 1, case .text(let text) = first.content { return .text(text) }
        return .parts(parts)
    }

    public static func writeResponse(
        _ response: NeutralEmbeddingResponse, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + min(response.vectors.count, 64) * 16_384)
        writer.beginObject()
        if request.isSingle, let vector = response.vectors.first {
            writer.key("embedding" as StaticString)
            try Self.write(vector, to: &writer)
        } else {
            writer.key("embeddings" as StaticString)
            writer.beginArray()
            for vector in response.vectors { try Self.write(vector, to: &writer) }
            writer.endArray()
        }
        if let usage = response.usage {
            writer.key("usageMetadata" as StaticString)
            writer.beginObject()
            writer.key("promptTokenCount" as StaticString)
            writer.integer(usage.promptTokens)
            writer.endObject()
        }
        response.extras.write(for: .gemini, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    private static func write(_ vector: NeutralVector, to writer: inout JSONWriter) throws(ConversionError) {
        writer.beginObject()
        writer.key("values" as StaticString)
        try vector.writeNumbers(to: &writer)
        writer.endObject()
    }

    // MARK: Target

    public static func writeRequest(
        _ request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        let model = context.model.hasPrefix("models/") ? context.model : "models/\(context.model)"
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("requests" as StaticString)
        writer.beginArray()
        for (index, input) in request.inputs.enumerated() {
            writer.beginObject()
            writer.key("model" as StaticString)
            writer.string(model)
            try Self.writeContent(input, at: index, to: &writer)
            if let task = request.task {
                writer.key("taskType" as StaticString)
                writer.string(Self.word(for: task))
            }
            if let title = request.title, request.task == .document {
                writer.key("title" as StaticString)
                writer.string(title)
            }
            if let dimensions = request.dimensions {
                writer.key("outputDimensionality" as StaticString)
                writer.integer(dimensions)
            }
            request.extras.write(for: .gemini, to: &writer, losses: &context.losses)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        if request.title != nil, request.task != .document { context.losses.drop("title") }
        if request.truncation != nil { context.losses.drop("truncate") }
        if request.isNormalized != nil { context.losses.drop("normalize") }
        if request.endUser != nil { context.losses.drop("user") }
        return writer.take()
    }

    /// Writes an input as the member `content`.
    static func writeContent(
        _ input: NeutralEmbeddingRequest.Input, at index: Int, to writer: inout JSONWriter
    ) throws(ConversionError) {
        writer.key("content" as StaticString)
        writer.beginObject()
        writer.key("parts" as StaticString)
        writer.beginArray()
        if case .parts(let parts) = input {
            for part in parts { try Self.write(part, at: index, to: &writer) }
        } else {
            try Self.write(NeutralPart(.text(Self.text(of: input, at: index))), at: index, to: &writer)
        }
        writer.endArray()
        writer.endObject()
    }

    private static func write(
        _ part: NeutralPart, at index: Int, to writer: inout JSONWriter
    ) throws(ConversionError) {
        writer.beginObject()
        switch part.content {
        case .text(let text):
            writer.key("text" as StaticString)
            writer.string(text)
        case .image(let media), .document(let media), .audio(let media), .video(let media):
            guard case .base64(let data) = media.source, let type = media.mediaType else {
                throw .unsupported("input[\(index)]", "Media must be given as base64 with their media type.")
            }
            writer.key("inlineData" as StaticString)
            writer.beginObject()
            writer.key("mimeType" as StaticString)
            writer.string(type)
            writer.key("data" as StaticString)
            writer.string(data)
            writer.endObject()
        default: throw .unsupported("input[\(index)]", "Embeddings are made of texts and media.")
        }
        writer.endObject()
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingResponse {
        let root = document.root
        let nodes = root["embeddings"].map { Array($0.elements) } ?? root["embedding"].map { [$0] } ?? []
        var vectors: [NeutralVector] = []
        vectors.reserveCapacity(nodes.count)
        for node in nodes {
            guard let values = node["values"] else { throw .malformed("The provider's answer has an empty embedding.") }
            vectors.append(try NeutralVector(values))
        }
        try Self.checkVectors(vectors, request)
        let tokens = root["usageMetadata"]?["promptTokenCount"]?.intValue
        return NeutralEmbeddingResponse(vectors: vectors, usage: tokens.map { TokenUsage(uncachedInput: $0) })
    }

    // MARK: Tasks

    private static func task(_ word: String) -> NeutralEmbeddingRequest.Task? {
        NeutralEmbeddingRequest.Task.allCases.first { self.word(for: $0) == word }
    }

    /// Google's word for a task.
    static func word(for task: NeutralEmbeddingRequest.Task) -> String {
        switch task {
        case .document: "RETRIEVAL_DOCUMENT"
        case .query: "RETRIEVAL_QUERY"
        case .classification: "CLASSIFICATION"
        case .clustering: "CLUSTERING"
        case .similarity: "SEMANTIC_SIMILARITY"
        case .questionAnswering: "QUESTION_ANSWERING"
        case .factVerification: "FACT_VERIFICATION"
        case .codeRetrieval: "CODE_RETRIEVAL_QUERY"
        }
    }
}
