/// Cohere's `/v2/rerank`, as client surface and as target.
///
/// Documents are texts; those of version 1, objects with a `text` and `return_documents`, are read too.
/// Source: docs.cohere.com/reference/rerank and Python SDK 7.3.1 (read 2026-11).
public enum CohereRerankCodec: RerankCodec {
    public static var dialect: Dialect { .cohere }

    public static func readRequest(
        _ document: JSONDocument, _ context: inout RerankContext
    ) throws(ConversionError) -> NeutralRerankRequest {
        let root = document.root
        guard root.kind == .object else { throw .invalid(nil, "The request body must be a JSON object.") }
        guard let query = JSONString(root["query"]) else { throw .invalid("query", "query must be a string.") }
        var request = NeutralRerankRequest(
            query: query, documents: try Self.documents(root["documents"], field: "documents"))
        for (key, value) in root.members where !value.isNull {
            switch key {
            case "model", "query", "documents": break
            case "top_n":
                let limit = try Self.count(value, key)
                guard limit > 0 else { throw .invalid(key, "top_n must be at least 1.") }
                request.limit = limit
            case "max_tokens_per_doc": request.maximumTokensPerDocument = try Self.count(value, key)
            case "return_documents": request.returnsDocuments = try Self.flag(value, key)
            default: request.extras.append(key, JSONFragment(value), from: .cohere)
            }
        }
        return request
    }

    public static func writeResponse(
        _ response: NeutralRerankResponse, to request: NeutralRerankRequest, _ context: inout RerankContext
    ) throws(ConversionError) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + min(response.results.count, 4096) * 64)
        writer.beginObject()
        writer.key("id" as StaticString)
        writer.string(response.id ?? context.requestID)
        writer.key("results" as StaticString)
        writer.beginArray()
        for result in response.results {
            writer.beginObject()
            writer.key("index" as StaticString)
            writer.integer(result.index)
            writer.key("relevance_score" as StaticString)
            writer.number(result.score)
            if request.returnsDocuments == true, request.documents.indices.contains(result.index) {
                writer.key("document" as StaticString)
                writer.beginObject()
                writer.key("text" as StaticString)
                writer.string(request.documents[result.index].text)
                writer.endObject()
            }
            result.extras.write(for: .cohere, to: &writer, losses: &context.losses)
            writer.endObject()
        }
        writer.endArray()
        writer.key("meta" as StaticString)
        writer.beginObject()
        writer.key("api_version" as StaticString)
        writer.beginObject()
        writer.key("version" as StaticString)
        writer.string("2")
        writer.endObject()
        if let units = response.searchUnits {
            writer.key("billed_units" as StaticString)
            writer.beginObject()
            writer.key("search_units" as StaticString)
            writer.number(units)
            writer.endObject()
        }
        if let usage = response.usage {
            writer.key("tokens" as StaticString)
            writer.beginObject()
            writer.key("input_tokens" as StaticString)
            writer.integer(usage.promptTokens)
            writer.endObject()
        }
        writer.endObject()
        response.extras.write(for: .cohere, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
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
        for document in request.documents {
            if let object = document.object, Self.hasMore(object) { context.losses.drop("documents") }
            writer.string(document.text)
        }
        writer.endArray()
        if let limit = request.limit {
            writer.key("top_n" as StaticString)
            writer.integer(max(1, limit))
        }
        if let maximum = request.maximumTokensPerDocument {
            writer.key("max_tokens_per_doc" as StaticString)
            writer.integer(maximum)
        }
        if request.hasRawScores == true { context.losses.drop("raw_scores") }
        if request.truncates == false { context.losses.note("truncate") }
        request.extras.write(for: .cohere, to: &writer, losses: &context.losses)
        writer.endObject()
        return writer.take()
    }

    /// Whether an object says more than its `text`.
    private static func hasMore(_ object: JSONFragment) -> Bool {
        guard let document = try? object.parsed() else { return false }
        return document.root.members.contains { $0.key != "text" }
    }

    public static func readResponse(
        _ document: JSONDocument, to request: NeutralRerankRequest, _ context: inout RerankContext
    ) throws(ConversionError) -> NeutralRerankResponse {
        let root = document.root
        var response = try Self.results(
            root["results"], score: "relevance_score", origin: .cohere, to: request,
            known: ["index", "relevance_score", "document"])
        response.id = root["id"]?.stringValue
        let meta = root["meta"]
        response.searchUnits = NumberText(meta?["billed_units"]?["search_units"])
        if let tokens = CohereAnswer.count(meta?["tokens"]?["input_tokens"]) {
            response.usage = TokenUsage(uncachedInput: tokens)
        }
        return response
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        CohereErrors.read(status: status, body: body, header: header)
    }

    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        (error.kind.status, CohereErrors.body(error, requestID: requestID))
    }
}
