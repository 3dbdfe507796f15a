/// Reads a provider's stream of `POST /v1/responses`.
///
/// Events are told apart by `type` in their data. Texts and arguments that come without deltas, in a `.done` event, in
/// `response.output_item.done` or only in the final object, are taken from there. Unknown events are passed over. The
/// stream is complete with `response.completed` or `response.incomplete` and with nothing else; a `[DONE]` means
/// nothing.
/// Source: types of OpenAI's Python SDK 3.52, response_stream_event (read 2026-11).
struct OpenAIResponsesStreamReader: ChatStreamReader {
    private enum Data {
        case document(JSONDocument)
        case done
        case broken
    }

    var losses: ConversionLosses { context.losses }
    private var context: ResponseReading
    private var parser = SSEParser()
    private var items: OpenAIResponsesStreamItems
    private var hasStarted = false
    private var hasEnded = false

    init(_ context: ResponseReading) {
        self.context = context
        items = OpenAIResponsesStreamItems(context.request.tools)
    }

    mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent]) {
        var offset = 0
        while !hasEnded, let event = parser.next(in: bytes, at: &offset) {
            let data = parser.withData(of: event, in: bytes) { Self.data($0) }
            take(event, data, into: &events)
        }
    }

    mutating func finish(into events: inout [NeutralEvent]) {
        guard !hasEnded, let event = parser.finish() else { return }
        let data = Self.data(parser.buffered.span)
        take(event, data, into: &events)
    }

    private static func data(_ bytes: Span<UInt8>) -> Data {
        if let document = try? JSONDocument(copying: bytes) { return .document(document) }
        return bytes.withUnsafeBytes { $0.elementsEqual("[DONE]".utf8) } ? .done : .broken
    }

    private mutating func take(_ event: SSEEvent, _ data: Data, into events: inout [NeutralEvent]) {
        if case .oversized = event.payload {
            return fail(NeutralError(.server, message: "The provider sent an event that is too large."), into: &events)
        }
        switch data {
        case .document(let document): take(document.root, event.type, into: &events)
        case .done: break
        case .broken: fail(NeutralError(.server, message: "The provider's stream is not JSON."), into: &events)
        }
    }

    private mutating func fail(_ error: NeutralError, into events: inout [NeutralEvent]) {
        hasEnded = true
        events.append(.error(error))
    }

    private mutating func take(_ root: JSONNode, _ fallback: String?, into events: inout [NeutralEvent]) {
        let type = root["type"]?.stringValue ?? fallback ?? ""
        switch type {
        case "response.created", "response.queued", "response.in_progress": start(root["response"], into: &events)
        case "response.completed", "response.incomplete":
            if let response = root["response"], response.kind == .object {
                complete(response, into: &events)
            } else {
                fail(NeutralError(.server, message: "The provider's last event has no response."), into: &events)
            }
        case "response.failed", "response.cancelled":
            let error = root["response"].flatMap { OpenAIResponsesResponseReader.failure($0) }
            fail(
                error ?? NeutralError(.server, message: "The provider gave up without saying why."), into: &events)
        case "error", "response.error": fail(OpenAIResponsesErrors.error(inEvent: root), into: &events)
        case "" where root["error"] != nil: fail(OpenAIResponsesErrors.error(inEvent: root), into: &events)
        default:
            guard let step = OpenAIResponsesStreamItems.Step(type) else { return }
            start(nil, into: &events)
            items.take(step, root, &context, into: &events)
        }
    }

    private mutating func start(_ response: JSONNode?, into events: inout [NeutralEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        events.append(
            .start(NeutralStart(id: response?["id"]?.stringValue, model: response?["model"]?.stringValue)))
    }

    private mutating func complete(_ response: JSONNode, into events: inout [NeutralEvent]) {
        if let error = OpenAIResponsesResponseReader.failure(response) { return fail(error, into: &events) }
        start(response, into: &events)
        items.complete(response["output"], &context, into: &events)
        guard let finish = OpenAIResponsesResponseReader.finish(response, hasCalls: items.hasCalls) else {
            return fail(NeutralError(.server, message: "The provider's last event is not final."), into: &events)
        }
        hasEnded = true
        events.append(.finish(finish))
        if let usage = OpenAIResponsesResponseReader.usage(response) { events.append(.usage(usage)) }
        events.append(.end)
    }
}
