/// Google's generateContent and streamGenerateContent, as client surface and as target, on AI Studio and Vertex.
///
/// A whole answer and each chunk of a stream have one shape: `{"candidates":[{"content":{"parts":[..],"role":"model"},
/// "finishReason":"STOP","index":0}],"usageMetadata":{..},"modelVersion":"..","responseId":".."}`. Streams are
/// server-sent events ended by CRLF (`alt=sse`) or one JSON array.
/// Source: google-genai 3.4.0 (2026-11); Gemini API reference (read 2026-11).
public enum GeminiCodec: ChatCodec {
    public static let dialect = Dialect.gemini

    public static func readRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        var reader = GeminiRequestReader(context)
        defer { context.losses.merge(reader.losses) }
        return try reader.read(document.root)
    }

    public static func writeResponse(
        _ response: NeutralResponse,
        _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        var writer = GeminiResponseWriter(context)
        defer { context.losses.merge(writer.losses) }
        return writer.body(response, &context.identifiers)
    }

    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        GeminiStreamWriter(context)
    }

    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        GeminiErrorBody.write(error, requestID: requestID)
    }

    public static func writeRequest(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        var writer = GeminiRequestWriter(request, context)
        defer { context.losses.merge(writer.losses) }
        return try writer.body()
    }

    public static func readResponse(
        _ document: JSONDocument,
        _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        try GeminiResponseReader.read(document.root, &context)
    }

    public static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader {
        GeminiStreamReader(context)
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        GeminiErrorReader.read(status: status, body: body, header: header)
    }
}
