/// Amazon Bedrock's Converse and ConverseStream, as client surface and as target.
///
/// Paths: `/model/{modelId}/converse`, `/model/{modelId}/converse-stream`; the model and whether it is a stream stand there and
/// not in the body. Streams are of AWS event-stream frames.
/// Source: the service model of bedrock-runtime 2023-09-30, as botocore 1.44.5 has it (read 2026-11).
public enum BedrockCodec: ChatCodec {
    public static var dialect: Dialect { .bedrock }

    public static func readRequest(
        _ document: JSONDocument, _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        try BedrockRequestReader.read(document.root, &context)
    }

    public static func writeResponse(
        _ response: NeutralResponse, _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        BedrockResponseWriter.write(response, &context)
    }

    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        BedrockStreamWriter(context)
    }

    /// The header field ``BedrockErrors/headerName`` goes with it: ``BedrockErrors/typeName(for:)``.
    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        BedrockErrors.write(error)
    }

    public static func writeRequest(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        try BedrockRequestWriter.write(request, &context)
    }

    public static func readResponse(
        _ document: JSONDocument, _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        try BedrockResponseReader.read(document.root, &context)
    }

    public static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader {
        BedrockStreamReader(context)
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        BedrockErrors.read(status: status, body: body, header: header)
    }
}
