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

/// Looks at `type`, `sequence_number`, `error`, and `usage`, `status` and `incomplete_details` of `response`.
private struct OpenAIResponsesEventSink: JSONSink {
    private enum Top: UInt8 { case type, sequenceNumber, response, error, other }
    private enum Inner: UInt8 { case usage, status, incompleteDetails, other }

    let base: UnsafeRawPointer
    private var top = Top.other
    private var inner = Inner.other
    private var isReason = false
    private var type = 0..<0
    private var status = 0..<0
    private var reason = 0..<0
    private var usageStart = 0
    private var usageEnd = 0
    private var sequenceNumber: Int?
    private var hasError = false

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    func event(fallback: String?) -> OpenAIStreamEvent {
        var kind = OpenAIStreamEvent.Kind.other
        if !type.isEmpty {
            kind = Self.kind(base + type.lowerBound, type.count)
        } else if var fallback {
            kind = fallback.withUTF8 { name in
                name.baseAddress.map { Self.kind(UnsafeRawPointer($0), name.count) } ?? .other
            }
        }
        if hasError, kind == .other { kind = .error }
        let isEnd = kind == .done || kind == .error
        let finish = !reason.isEmpty ? reason : status
        return OpenAIStreamEvent(
            kind, hasContent: kind == .content,
            finishReason: isEnd && !finish.isEmpty ? JSONText.raw(base, finish.lowerBound, finish.upperBound) : nil,
            usage: usageEnd > 0 ? OpenAIUsage.parse(base, usageStart, usageEnd) : nil,
            sequenceNumber: sequenceNumber)
    }

    private static func kind(_ name: UnsafeRawPointer, _ count: Int) -> OpenAIStreamEvent.Kind {
        func isName(_ text: StaticString) -> Bool { ByteScan.equal(name, 0, count, text) }
        if count > 6, ByteScan.equal(name, count - 6, count, ".delta") { return .content }
        if isName("response.created") || isName("response.in_progress") || isName("response.queued") { return .start }
        if isName("response.completed") || isName("response.incomplete") { return .done }
        if isName("error") || isName("response.failed") || isName("response.error") { return .error }
        return .other
    }

    @inline(__always)
    mutating func key(_ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        func isKey(_ name: StaticString) -> Bool {
            JSONText.equal(base, start, end, hasEscapes: hasEscapes, name)
        }
        if depth == 1 {
            top =
                if isKey("type") {
                    .type
                } else if isKey("sequence_number") {
                    .sequenceNumber
                } else if isKey("response") {
                    .response
                } else if isKey("error") {
                    .error
                } else {
                    .other
                }
        } else if depth == 2, top == .response {
            inner =
                if isKey("usage") {
                    .usage
                } else if isKey("status") {
                    .status
                } else if isKey("incomplete_details") {
                    .incompleteDetails
                } else {
                    .other
                }
        } else if depth == 3, top == .response {
            isReason = isKey("reason")
        }
        return true
    }

    @inline(__always)
    mutating func scalar(_ kind: JSONKind, _ start: Int, _ end: Int, hasEscapes: Bool, depth: Int) -> Bool {
        if depth == 1 {
            switch top {
            case .type where kind == .string: type = start..<end
            case .sequenceNumber where kind == .number: sequenceNumber = JSONNumber.integer(base, start, end)
            case .error where kind == .string: hasError = true
            default: break
            }
        } else if top == .response, kind == .string {
            if depth == 2, inner == .status {
                status = start..<end
            } else if depth == 3, inner == .incompleteDetails, isReason {
                reason = start..<end
            }
        }
        return true
    }

    @inline(__always)
    mutating func open(_ kind: JSONKind, at offset: Int, depth: Int) -> Bool {
        if depth == 2, top == .response, inner == .usage, kind == .object { usageStart = offset }
        if depth == 1, top == .error { hasError = true }
        return true
    }

    @inline(__always)
    mutating func close(_ kind: JSONKind, end: Int, depth: Int) {
        if depth == 2, top == .response, inner == .usage, kind == .object { usageEnd = end }
    }
}
