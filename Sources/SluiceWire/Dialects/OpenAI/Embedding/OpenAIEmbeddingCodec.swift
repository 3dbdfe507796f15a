/// OpenAI's `/v1/embeddings`, as client surface and as target of all who speak it.
///
/// OpenAI's SDKs ask for base64 unless told otherwise; both forms are answered, whatever the provider sent.
/// Source: OpenAI's API reference and Python SDK types (read 2026-11).
public enum OpenAIEmbeddingCodec: EmbeddingCodec {
    public static var dialect: Dialect { .openAIChat }

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
                (request.inputs, request.isSingle) = try Self.inputs(value)
            case "dimensions":
                guard let count = value.intValue, count > 0 else {
                    throw .invalid(key, "dimensions must be a positive integer.")
                }
                request.dimensions = count
            case "encoding_format":
                guard let encoding = value.stringValue.flatMap({ NeutralEmbeddingRequest.Encoding(rawValue: $0) })
                else {
                    throw .invalid(key, "encoding_format must be float or base64.")
                }
                request.encoding = encoding
            case "user": request.endUser = JSONString(value)
            default: request.extras.append(key, JSONFragment(value), from: .openAIChat)
            }
        }
        guard hasInput else { throw .invalid("input", "input is missing.") }
        return request
    }

    private static func inputs(
        _ value: JSONNode
    ) throws(ConversionError) -> ([NeutralEmbeddingRequest.Input], Bool) {
        if let text = JSONString(value) { return ([.text(text)], true) }
        guard value.kind == .array, let first = value[0] else {
            throw .invalid("input", "input must be a text, a list of texts, or tokens, and not be empty.")
        }
        if first.kind == .number {
            try Self.checkTokens(value, "input")
            return ([.tokens(JSONFragment(value))], true)
        }
        var inputs: [NeutralEmbeddingRequest.Input] = []
        for element in value.elements {
            if let text = JSONString(element) {
                inputs.append(.text(text))
            } else {
                try Self.checkTokens(element, "input[\(inputs.count)]")
                inputs.append(.tokens(JSONFragment(element)))
            }
        }
        return (inputs, false)
    }

    private static func checkTokens(_ value: JSONNode, _ path: String) throws(ConversionError) {
        guard value.kind == .array, value.count > 0 else { throw .invalid(path, "An input must be a text or tokens.") }
        for element in value.elements where element.intValue == nil {
            throw .invalid(path, "Tokens must be integers.")
        }
    }

    public static func writeResponse(
        _ response: NeutralEmbeddingResponse, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + min(response.vectors.count, 64) * 8192)
        writer.beginObject()
        writer.key("object" as StaticString)
        writer.string("list")
        writer.key("data" as StaticString)
        writer.beginArray()
        for (index, vector) in response.vectors.enumerated() {
            writer.beginObject()
            writer.key("object" as StaticString)
            writer.string("embedding")
            writer.key("index" as StaticString)
            writer.integer(index)
            writer.key("embedding" as StaticString)
            switch request.encoding {
            case .float: try vector.writeNumbers(to: &writer)
            case .base64: try vector.writeBase64(to: &writer)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.key("model" as StaticString)
        writer.string(context.model)
        // Both members are required by the SDKs; 0 is what is said where the provider tells nothing.
        let tokens = response.usage?.promptTokens ?? 0
        writer.key("usage" as StaticString)
        writer.beginObject()
        writer.key("prompt_tokens" as StaticString)
        writer.integer(tokens)
        writer.key("total_tokens" as StaticString)
        writer.integer(tokens)
        writer.endObject()
        response.extras.write(for: .openAIChat, to: &writer, losses: &context.losses)
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
        for (index, input) in request.inputs.enumerated() {
            if case .tokens(let tokens) = input {
                writer.fragment(tokens)
            } else {
                writer.string(try Self.text(of: input, at: index))
            }
        }
        if isList { writer.endArray() }
        if let dimensions = request.dimensions {
            writer.key("dimensions" as StaticString)
            writer.integer(dimensions)
        }
        writer.key("encoding_format" as StaticString)
        writer.string(request.encoding.rawValue)
        if let user = request.endUser {
            writer.key("user" as StaticString)
            writer.string(user)
        }
        if request.task != nil { context.losses.drop("task_type") }
        if request.title != nil { context.losses.drop("title") }
        if request.truncation != nil { context.losses.drop("truncate") }
        if request.isNormalized == false { context.losses.drop("normalize") }
        request.extras.write(for: .openAIChat, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralEmbeddingRequest, _ context: inout EmbeddingContext
    ) throws(ConversionError) -> NeutralEmbeddingResponse {
        guard let data = document.root["data"], data.kind == .array else {
            throw .malformed("The provider's answer has no embeddings.")
        }
        var places = [NeutralVector?](repeating: nil, count: data.count)
        var count = 0
        for element in data.elements {
            guard let node = element["embedding"] else {
                throw .malformed("The provider's answer has an element without an embedding.")
            }
            let index = element["index"]?.intValue ?? count
            guard places.indices.contains(index), places[index] == nil else {
                throw .malformed("The provider's answer numbers its embeddings wrongly.")
            }
            places[index] = try NeutralVector(node)
            count += 1
        }
        let vectors = places.compactMap { $0 }
        try Self.checkVectors(vectors, request)
        let usage = document.root["usage"]
        let tokens = usage?["prompt_tokens"]?.intValue ?? usage?["total_tokens"]?.intValue
        return NeutralEmbeddingResponse(
            model: document.root["model"]?.stringValue, vectors: vectors,
            usage: tokens.map { TokenUsage(uncachedInput: $0) })
    }
}
