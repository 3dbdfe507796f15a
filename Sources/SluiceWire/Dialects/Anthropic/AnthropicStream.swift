/// The answers of `POST /v1/messages` that pass unchanged: what the gateway reads of them on the way.
///
/// Source: Anthropic streaming guide (read 2026-11).
public enum AnthropicStream {
    /// Says what the data of one event means; `type` is the `event` field, used when the data names no type.
    ///
    /// One pass, strict JSON. Any text in a delta counts as content, so that deltas that the vendor adds do.
    public static func classify(_ data: Span<UInt8>, type: String? = nil) -> AnthropicStreamEvent {
        data.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return AnthropicStreamEvent(.malformed) }
            return classify(base, raw.count, type)
        }
    }

    /// The usage and the `stop_reason` of a whole answer; neither for what is no JSON object.
    public static func whole(_ body: Span<UInt8>) -> (usage: TokenUsage?, stopReason: String?) {
        body.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return (nil, nil) }
            var sink = AnthropicEventSink(base: base)
            let failure = JSONWalker.walk(base, raw.count, maximumDepth: 256, objectOnly: true, sink: &sink)
            return failure == nil ? (sink.counts?.usage, sink.stopReason) : (nil, nil)
        }
    }

    /// The members to pick out of a whole answer that passes in pieces, for ``JSONMemberTap``.
    public static let members = ["usage", "stop_reason"]

    /// The usage and the `stop_reason` of an answer of which ``members`` were picked out.
    public static func whole(_ tap: JSONMemberTap) -> (usage: TokenUsage?, stopReason: String?) {
        let usage = tap.captured("usage").flatMap { AnthropicUsageCounts(parsing: $0.span).usage }
        let reason = tap.captured("stop_reason").flatMap { text in
            (try? JSONDocument(parsing: text))?.root.stringValue
        }
        return (usage, reason)
    }

    /// The bytes that end a stream: `event: message_stop` and its data.
    public static let stopEvent: [UInt8] = Array("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n".utf8)

    /// The bytes that tell a client of an open stream that it failed: `event: error` and its data.
    public static func errorEvent(_ error: NeutralError, requestID: String) -> [UInt8] {
        let (_, body) = AnthropicErrors.write(error, requestID: requestID)
        var bytes: [UInt8] = []
        SSEWriter.append(type: "error", data: body.span, to: &bytes)
        return bytes
    }

    @inline(never)
    private static func classify(_ base: UnsafeRawPointer, _ end: Int, _ type: String?) -> AnthropicStreamEvent {
        var sink = AnthropicEventSink(base: base)
        guard JSONWalker.walk(base, end, maximumDepth: 256, objectOnly: true, sink: &sink) == nil else {
            return AnthropicStreamEvent(.malformed)
        }
        return sink.event(fallback: type)
    }
}
