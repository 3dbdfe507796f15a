/// Cohere's chat, version 2, as target. There is no client surface in this dialect.
///
/// What the model plans before it calls tools (`tool_plan`) is text: Cohere documents it as written for the user's side
/// of the conversation to be shown and sent back, and clients of every dialect send texts back. Its reasoning models
/// think in content blocks of the type `thinking`, which have no seal. Source: docs.cohere.com and Python SDK 7.3.1
/// (read 2026-11).
public enum CohereCodec: ChatCodec {
    public static var dialect: Dialect { .cohere }

    public static func writeRequest(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        try CohereRequestWriter.write(request, &context)
    }

    public static func readResponse(
        _ document: JSONDocument, _ context: inout ResponseReading
    ) throws(ConversionError) -> NeutralResponse {
        try CohereResponseReader.read(document.root, &context)
    }

    public static func makeStreamReader(_ context: ResponseReading) -> any ChatStreamReader {
        CohereStreamReader(context)
    }

    public static func readError(status: Int, body: [UInt8], header: (String) -> String?) -> NeutralError {
        CohereErrors.read(status: status, body: body, header: header)
    }

    /// Writes an error in Cohere's shape, for the surfaces that Cohere has here: embeddings and rerank.
    public static func writeError(_ error: NeutralError, requestID: String) -> (status: Int, body: [UInt8]) {
        (error.kind.status, CohereErrors.body(error, requestID: requestID))
    }

    /// A writer that writes nothing: no client streams in this dialect.
    public static func makeStreamWriter(_ context: ResponseWriting) -> any ChatStreamWriter {
        CohereSilentWriter()
    }
}

/// Stands where a stream writer must be and none can be asked for.
private struct CohereSilentWriter: ChatStreamWriter {
    let contentType = "text/event-stream"
    let losses = ConversionLosses()
    let failure: NeutralError? = nil

    mutating func write(_ event: NeutralEvent, into output: inout [UInt8]) {}
}
