/// Anthropic Messages, as client surface and as target.
///
/// Source: Anthropic API reference and SDK types, `anthropic-version` 2023-06-01 and 2026-10-21, whose bodies differ only
/// in what the newer one refuses (read 2026-11).
public enum AnthropicCodec: ChatCodec {
    public static let dialect = Dialect.anthropic

    public static func readRequest(
        _ document: JSONDocument, _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        try AnthropicRequestReader.read(document, &context, isCount: false)
    }

    public static func writeResponse(
        _ response: NeutralResponse, _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        AnthropicResponseWriter.write(response, &context)
    }

    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        AnthropicStreamWriter(context)
    }

    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        AnthropicErrors.write(error, requestID: requestID)
    }

    public static func writeRequest(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        try AnthropicRequestWriter.write(request, &context, isCount: false)
    }

    public static func readResponse(
        _ document: JSONDocument, _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        try AnthropicResponseReader.read(document, &context)
    }

    public static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader {
        AnthropicStreamReader(context)
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        AnthropicErrors.read(status: status, body: body, header: header)
    }
}
