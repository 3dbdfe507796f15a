/// OpenAI's legacy Completions, as a client surface for chat models.
///
/// The prompt becomes one message of the user's, and the text of the answer comes back in `text`, which is a string in
/// every chunk. What only a model of plain completion can do is refused: several prompts, prompts of tokens, `suffix`,
/// `echo`, `best_of`, `logprobs`. As a target its answers are read as those of chat are; no request is written, since a
/// conversation is no prompt.
/// Source: OpenAI API reference, completions, and the types of its Python SDK 3.52 (read 2026-11).
public enum OpenAICompletionsCodec: ChatCodec {
    /// The dialect's name.
    public static let dialect = Dialect.openAICompletions

    /// Reads a client's request.
    public static func readRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        var reader = OpenAICompletionsRequestReader()
        defer { context.losses.merge(reader.losses) }
        return try reader.read(document.root)
    }

    /// Writes a whole answer for a client.
    public static func writeResponse(
        _ response: NeutralResponse,
        _ context: inout ResponseWriting
    ) throws(ConversionError) -> [UInt8] {
        var writer = OpenAICompletionsResponseWriter(context)
        defer { context = writer.context }
        return try writer.write(response)
    }

    /// Makes a writer of a stream for a client.
    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        OpenAICompletionsStreamWriter(context)
    }

    /// Writes an error for a client, as chat does.
    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        OpenAIChatCodec.writeError(error, requestID: requestID)
    }

    /// Reads a provider's whole answer: a choice has `text` in place of a message.
    public static func readResponse(
        _ document: JSONDocument,
        _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        try OpenAIChatCodec.readResponse(document, &context)
    }

    /// Makes a reader of a provider's stream.
    public static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader {
        OpenAIChatCodec.makeStreamReader(context)
    }

    /// Reads a provider's error, as chat does.
    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        OpenAIChatCodec.readError(status: status, body: body, header: header)
    }
}
