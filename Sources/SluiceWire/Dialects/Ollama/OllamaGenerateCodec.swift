/// Ollama's `/api/generate`, as client surface: one prompt, one answer.
///
/// As a target there is ``OllamaCodec``, which says the same in messages; answers of `/api/generate` can be read here
/// too. Source: Ollama's API reference and Python SDK 0.6.3 (read 2026-11).
public enum OllamaGenerateCodec: ChatCodec {
    public static var dialect: Dialect { .ollamaGenerate }

    public static func readRequest(
        _ document: JSONDocument, _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        try OllamaGenerateReader.read(document.root)
    }

    public static func writeResponse(
        _ response: NeutralResponse, _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        OllamaResponseWriter.write(response, as: .generate, &context)
    }

    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        OllamaStreamWriter(context, as: .generate)
    }

    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        OllamaCodec.writeError(error, requestID: requestID)
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
