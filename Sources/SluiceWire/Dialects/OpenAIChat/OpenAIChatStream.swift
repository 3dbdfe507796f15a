/// The stream of `POST /v1/chat/completions`, and of `/v1/completions`, whose chunks differ only inside a choice.
///
/// A chunk is `{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{...},"finish_reason":null}],...}`;
/// `data: [DONE]` ends the stream. With `stream_options.include_usage` a chunk with `"choices":[]` and the usage
/// comes last.
/// Source: OpenAI API reference, chat completion chunk object (read 2026-11).
public enum OpenAIChatStream {
    /// Says what the data of one event means; `type` is the `event` field, which only failing servers send.
    ///
    /// One pass, strict JSON. Any member of a delta but `role` that is a non-empty string, array or object counts as
    /// content, so that fields that vendors add (`reasoning`, `reasoning_content`) do.
    public static func classify(_ data: Span<UInt8>, type: String? = nil) -> OpenAIStreamEvent {
        data.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return OpenAIStreamEvent(.malformed) }
            return classify(base, raw.count, isError: type == "error")
        }
    }

    /// The bytes that tell a client of an open stream that it failed: `data: {"error":{...}}` and a blank line.
    public static func errorEvent(_ error: OpenAIErrorBody) -> [UInt8] {
        var bytes: [UInt8] = []
        SSEWriter.append(data: error.bytes.span, to: &bytes)
        return bytes
    }

    /// The bytes that end a stream: `data: [DONE]` and a blank line.
    public static let doneEvent: [UInt8] = Array("data: [DONE]\n\n".utf8)

    @inline(never)
    private static func classify(_ base: UnsafeRawPointer, _ end: Int, isError: Bool) -> OpenAIStreamEvent {
        var sink = OpenAIChatChunkSink(base: base)
        guard JSONWalker.walk(base, end, maximumDepth: 256, objectOnly: true, sink: &sink) == nil else {
            return OpenAIStreamEvent(isDone(base, end) ? .done : .malformed)
        }
        return sink.event(isError: isError)
    }

    /// Whether the data is `[DONE]`, white space around it aside.
    private static func isDone(_ base: UnsafeRawPointer, _ end: Int) -> Bool {
        let start = JSONToken.skipSpace(base, 0, end)
        guard start + 6 <= end, ByteScan.equal(base, start, start + 6, "[DONE]") else { return false }
        return JSONToken.skipSpace(base, start + 6, end) == end
    }
}
