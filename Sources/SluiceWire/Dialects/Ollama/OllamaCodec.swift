/// Ollama's `/api/chat`, as client surface and as target.
///
/// Source: Ollama's API reference, `api/types.go` and Python SDK 0.6.3 (read 2026-11). What survives there and back:
/// sealed thoughts travel in the ids of tool calls; the Python SDK's `Message` has no ids, so that clients which send
/// its objects back lose them, while those which send what they received, as the JavaScript SDK does, keep them.
public enum OllamaCodec: ChatCodec {
    public static var dialect: Dialect { .ollama }

    public static func readRequest(
        _ document: JSONDocument, _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        try OllamaRequestReader.read(document.root, &context)
    }

    public static func writeResponse(
        _ response: NeutralResponse, _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        OllamaResponseWriter.write(response, as: .chat, &context)
    }

    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        OllamaStreamWriter(context, as: .chat)
    }

    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        (OllamaErrors.status(error), OllamaErrors.body(error))
    }

    public static func writeRequest(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        try OllamaRequestWriter.write(request, &context)
    }

    public static func readResponse(
        _ document: JSONDocument, _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        try OllamaResponseReader.read(document.root, &context)
    }

    public static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader {
        OllamaStreamReader(context)
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        OllamaErrors.read(status: status, body: body, header: header)
    }
}
