/// Jina's `/v1/rerank`, which vLLM, llama.cpp and others serve too, as client surface and as target.
///
/// Documents are texts or objects with a `text`; the answer repeats them unless `return_documents` is false. vLLM
/// always repeats them and takes `top_n` 0 for all. Errors are `{"detail":"text"}`. What is read of errors is the shape
/// of any of these servers. Source: Jina's API reference, vLLM's score protocol (read 2026-11).
public enum JinaRerankCodec: RerankCodec {
    // Its fields travel with those of the servers that have it beside OpenAI's endpoints.
    public static var dialect: Dialect { .openAIChat }

    public static func readRequest(
        _ document: JSONDocument, _ context: inout RerankContext
    ) throws(ConversionError) -> NeutralRerankRequest {
        let root = document.root
        guard root.kind == .object else { throw .invalid(nil, "The request body must be a JSON object.") }
        guard let query = JSONString(root["query"]) ?? JSONString(root["query"]?["text"]) else {
            throw .invalid("query", "query must be a string.")
        }
        var request = NeutralRerankRequest(
            query: query, documents: try Self.documents(root["documents"], field: "documents"))
        request.returnsDocuments = true
        for (key, value) in root.members where !value.isNull {
            switch key {
            case "model", "query", "documents": break
            case "top_n":
                let limit = try Self.count(value, key)
                request.limit = limit > 0 ? limit : nil
            case "return_documents": request.returnsDocuments = try Self.flag(value, key)
            case "truncation", "truncate": request.truncates = try Self.flag(value, key)
            case "max_doc_length", "max_tokens_per_doc":
                request.maximumTokensPerDocument = try Self.count(value, key)
            default: request.extras.append(key, JSONFragment(value), from: Self.dialect)
            }
        }
        return request
    }

    public static func writeResponse(
        _ response: NeutralRerankResponse, to request: NeutralRerankRequest, _ context: inout RerankContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + min(response.results.count, 4096) * 128)
        writer.beginObject()
        writer.key("id" as StaticString)
        writer.string(response.id ?? context.requestID)
        writer.key("model" as StaticString)
        writer.string(context.model)
        writer.key("object" as StaticString)
        writer.string("list")
        let tokens = response.usage?.promptTokens ?? 0
        writer.key("usage" as StaticString)
        writer.beginObject()
        writer.key("prompt_tokens" as StaticString)
        writer.integer(tokens)
        writer.key("total_tokens" as StaticString)
        writer.integer(tokens)
        writer.endObject()
        writer.key("results" as StaticString)
        writer.beginArray()
        for result in response.results {
            writer.beginObject()
            writer.key("index" as StaticString)
            writer.integer(result.index)
            writer.key("relevance_score" as StaticString)
            writer.number(result.score)
            if request.returnsDocuments != false, request.documents.indices.contains(result.index) {
                writer.key("document" as StaticString)
                Self.write(request.documents[result.index], to: &writer)
            }
            result.extras.write(for: Self.dialect, to: &writer, losses: &context.losses)
            writer.endObject()
        }
        writer.endArray()
        response.extras.write(for: Self.dialect, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    private static func write(_ document: NeutralRerankDocument, to writer: inout JSONWriter) {
        if let object = document.object { return writer.fragment(object) }
        writer.beginObject()
        writer.key("text" as StaticString)
        writer.string(document.text)
        writer.endObject()
    }

    public static func writeRequest(
        _ request: NeutralRerankRequest, _ context: inout RerankContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("model" as StaticString)
        writer.string(context.model)
        writer.key("query" as StaticString)
        writer.string(request.query)
        writer.key("documents" as StaticString)
        writer.beginArray()
        // vLLM's documents are texts only, and Jina's rankers read an object's text only.
        for document in request.documents { writer.string(document.text) }
        writer.endArray()
        if let limit = request.limit {
            writer.key("top_n" as StaticString)
            writer.integer(limit)
        }
        // The documents are known here and need not travel back.
        writer.key("return_documents" as StaticString)
        writer.bool(false)
        if request.maximumTokensPerDocument != nil { context.losses.drop("max_tokens_per_doc") }
        if request.truncates == false { context.losses.note("truncate") }
        if request.hasRawScores == true { context.losses.drop("raw_scores") }
        request.extras.write(for: Self.dialect, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralRerankRequest, _ context: inout RerankContext
    ) throws(ConversionError) -> NeutralRerankResponse {
        let root = document.root
        var response = try Self.results(
            root["results"] ?? root["data"], score: "relevance_score", origin: Self.dialect, to: request,
            known: ["index", "relevance_score", "document", "object"])
        response.id = root["id"]?.stringValue
        response.model = root["model"]?.stringValue
        let usage = root["usage"]
        if let tokens = usage?["total_tokens"]?.intValue ?? usage?["prompt_tokens"]?.intValue {
            response.usage = TokenUsage(uncachedInput: tokens)
        }
        return response
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        let body = VendorErrorBody(body)
        let kind: NeutralError.Kind = body.saysContextTooLong ? .contextTooLong : NeutralError.Kind(status: status)
        return NeutralError(
            kind, status: status,
            message: body.message.isEmpty ? "The provider answered with status \(status)." : body.message,
            code: body.code, parameter: body.parameter, retryAfterSeconds: VendorErrorBody.retryAfterSeconds(header))
    }

    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        var writer = JSONWriter(capacity: 32 + error.message.utf8.count)
        writer.beginObject()
        writer.key("detail" as StaticString)
        writer.string(error.message)
        writer.endObject()
        return (error.kind.status, writer.take())
    }
}
