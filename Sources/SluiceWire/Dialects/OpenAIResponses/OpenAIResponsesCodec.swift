/// OpenAI's Responses: `POST /v1/responses`, as client surface and as target.
public enum OpenAIResponsesCodec: ChatCodec {
    public static let dialect = Dialect.openAIResponses

    public static func readRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        try OpenAIResponsesRequestReader.read(document.root, &context)
    }

    public static func writeRequest(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        try OpenAIResponsesRequestWriter.write(request, &context)
    }

    public static func readResponse(
        _ document: JSONDocument,
        _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        try OpenAIResponsesResponseReader.read(document.root, &context)
    }

    public static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader {
        OpenAIResponsesStreamReader(context)
    }

    public static func writeResponse(
        _ response: NeutralResponse,
        _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        OpenAIResponsesResponseWriter.write(response, &context)
    }

    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        OpenAIResponsesStreamWriter(context)
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        OpenAIResponsesErrors.read(status: status, body: body, header: header)
    }

    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        OpenAIResponsesErrors.write(error)
    }
}

/// `POST /v1/responses/input_tokens`: a request without what only concerns the answer, and
/// `{"object":"response.input_tokens","input_tokens":n}`.
extension OpenAIResponsesCodec: TokenCountCodec {
    public static func readCountRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        try OpenAIResponsesRequestReader.read(document.root, &context)
    }

    public static func writeCount(_ tokens: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.named("object", "response.input_tokens")
        writer.named("input_tokens", tokens)
        writer.endObject()
        return writer.take()
    }

    public static func writeCountRequest(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        try OpenAIResponsesRequestWriter.writeCount(request, &context)
    }

    public static func readCount(_ document: JSONDocument) throws(ConversionError) -> Int {
        guard let count = document.root["input_tokens"]?.intValue, count >= 0 else {
            throw .malformed("The provider's count of tokens has no input_tokens.")
        }
        return count
    }
}
