/// OpenAI Chat Completions, and what the servers that speak it have added: as client surface and as target.
///
/// A request is `{"model","messages":[{"role","content"}],...}`; an answer
/// `{"object":"chat.completion","choices":[{"message","finish_reason"}],"usage"}`; a stream is server-sent events of
/// `{"object":"chat.completion.chunk","choices":[{"delta","finish_reason"}]}` that ends with `data: [DONE]`.
/// Source: OpenAI API reference, chat completions, and the types of its Python SDK 3.52 (read 2026-11).
public enum OpenAIChatCodec: ChatCodec {
    /// The dialect's name.
    public static let dialect = Dialect.openAIChat

    /// Reads a client's request.
    public static func readRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        var reader = OpenAIChatRequestReader(seal: context.seal)
        defer { context.losses.merge(reader.losses) }
        return try reader.read(document.root)
    }

    /// Writes a whole answer for a client.
    public static func writeResponse(
        _ response: NeutralResponse,
        _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        var writer = OpenAIChatResponseWriter(context)
        defer { context = writer.context }
        return try writer.write(response)
    }

    /// Makes a writer of a stream for a client.
    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        OpenAIChatStreamWriter(context)
    }

    /// Writes an error for a client.
    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        let answer = OpenAIChatErrors.answer(to: error)
        return (answer.status, answer.body.bytes)
    }

    /// Writes a request for a provider.
    public static func writeRequest(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        var writer = OpenAIChatRequestWriter(request, context)
        defer { context = writer.context }
        return try writer.write()
    }

    /// Reads a provider's whole answer of status 2xx.
    public static func readResponse(
        _ document: JSONDocument,
        _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        var reader = OpenAIChatResponseReader(context)
        defer { context = reader.context }
        return try reader.read(document.root)
    }

    /// Makes a reader of a provider's stream.
    public static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader {
        OpenAIChatStreamReader(context)
    }

    /// Reads a provider's error.
    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        OpenAIChatErrors.read(status: status, body: body, header: header)
    }
}
