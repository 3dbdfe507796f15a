/// The stream of `POST /v1/responses`: named events, each with a `type` and a `sequence_number` in its data.
///
/// Usage comes once, in the `response` of the terminal event: `response.completed`, `response.incomplete` or
/// `response.failed`; there is no `[DONE]`.
/// Source: OpenAI API reference, Responses streaming events (read 2026-11).
public enum OpenAIResponsesStream {
    /// Says what the data of one event means; `type` is the `event` field, used when the data names no type.
    public static func classify(_ data: Span<UInt8>, type: String? = nil) -> OpenAIStreamEvent {
        data.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return OpenAIStreamEvent(.malformed) }
            return classify(base, raw.count, type)
        }
    }

    /// The bytes that tell a client of an open stream that it failed, as the vendor's `error` event.
    ///
    /// `event: error`, `data: {"type":"error","code":...,"message":...,"param":...,"sequence_number":n}`.
    public static func errorEvent(_ error: OpenAIErrorBody, sequenceNumber: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: 128 + error.message.utf8.count)
        writer.beginObject()
        writer.key("type" as StaticString)
        writer.string("error")
        writer.key("code" as StaticString)
        OpenAIErrorBody.write(error.code ?? error.type, to: &writer)
        writer.key("message" as StaticString)
        writer.string(error.message)
        writer.key("param" as StaticString)
        OpenAIErrorBody.write(error.param, to: &writer)
        writer.key("sequence_number" as StaticString)
        writer.integer(sequenceNumber)
        writer.endObject()
        return event("error", writer.take())
    }

    /// The bytes of a `response.failed` event, for a stream whose `response.created` the client has seen.
    ///
    /// `responseID` is the `id` of that response, `createdAt` its time in seconds since 1970.
    public static func failedEvent(
        _ error: OpenAIErrorBody, responseID: String, createdAt: Int, model: String, sequenceNumber: Int
    ) -> [UInt8] {
        var writer = JSONWriter(capacity: 320 + error.message.utf8.count)
        writer.beginObject()
        writer.key("type" as StaticString)
        writer.string("response.failed")
        writer.key("sequence_number" as StaticString)
        writer.integer(sequenceNumber)
        writer.key("response" as StaticString)
        writer.beginObject()
        writer.key("id" as StaticString)
        writer.string(responseID)
        writer.key("object" as StaticString)
        writer.string("response")
        writer.key("created_at" as StaticString)
        writer.integer(createdAt)
        writer.key("status" as StaticString)
        writer.string("failed")
        writer.key("error" as StaticString)
        writer.beginObject()
        writer.key("code" as StaticString)
        writer.string(error.code ?? "server_error")
        writer.key("message" as StaticString)
        writer.string(error.message)
        writer.endObject()
        for key: StaticString in ["incomplete_details", "instructions"] {
            writer.key(key)
            writer.null()
        }
        writer.key("model" as StaticString)
        writer.string(model)
        writer.key("output" as StaticString)
        writer.beginArray()
        writer.endArray()
        writer.key("parallel_tool_calls" as StaticString)
        writer.bool(true)
        writer.key("tool_choice" as StaticString)
        writer.string("auto")
        writer.key("tools" as StaticString)
        writer.beginArray()
        writer.endArray()
        writer.key("usage" as StaticString)
        writer.null()
        writer.endObject()
        writer.endObject()
        return event("response.failed", writer.take())
    }

    private static func event(_ type: String, _ data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        SSEWriter.append(type: type, data: data.span, to: &bytes)
        return bytes
    }

    @inline(never)
    private static func classify(_ base: UnsafeRawPointer, _ end: Int, _ type: String?) -> OpenAIStreamEvent {
        var sink = OpenAIResponsesEventSink(base: base)
        guard JSONWalker.walk(base, end, maximumDepth: 256, objectOnly: true, sink: &sink) == nil else {
            // Servers that copy the habits of chat end with it.
            if end == 6, ByteScan.equal(base, 0, end, "[DONE]") { return OpenAIStreamEvent(.done) }
            return OpenAIStreamEvent(.malformed)
        }
        return sink.event(fallback: type)
    }
}
