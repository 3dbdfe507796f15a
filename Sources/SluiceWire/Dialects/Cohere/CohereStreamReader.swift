/// Reads the streamed answer of Cohere's `/v2/chat`: server-sent events whose data has a `type`.
///
/// `message-start`, `content-start`, `content-delta`, `content-end`, `tool-plan-delta`, `tool-call-start`,
/// `tool-call-delta`, `tool-call-end`, `citation-start`, `citation-end`, `message-end`. Content blocks and tool calls
/// are counted apart. Citations come after the text that they are about and have no neutral event: they are left out,
/// reported. Source: docs.cohere.com, streaming, and Python SDK 7.3.1 (read 2026-11).
struct CohereStreamReader: ChatStreamReader {
    private enum Key: Hashable {
        case text(Int)
        case thinking(Int)
        case plan
        case call(Int)
    }

    private(set) var losses = ConversionLosses()
    private var parser = SSEParser()
    private var identifiers: NeutralIdentifiers
    private let model: String
    private var hasStarted = false
    private var hasEnded = false
    private var nextIndex = 0
    private var open: [Key: Int] = [:]

    init(_ context: ResponseReading) {
        identifiers = context.identifiers
        model = context.model
    }

    mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent]) {
        var offset = 0
        while !hasEnded, let event = parser.next(in: bytes, at: &offset) {
            take(event, in: bytes, into: &events)
        }
    }

    mutating func finish(into events: inout [NeutralEvent]) {
        // Half an event is a cut, not an event without sense.
        guard !hasEnded, let event = parser.finish(), event.payload == .buffered,
            (try? JSONDocument(copying: parser.buffered.span)) != nil
        else { return }
        take(event, in: [UInt8]().span, into: &events)
    }

    private mutating func take(_ event: SSEEvent, in chunk: Span<UInt8>, into events: inout [NeutralEvent]) {
        let document = parser.withData(of: event, in: chunk) { data in
            try? JSONDocument(copying: data)
        }
        guard let root = document?.root, root.kind == .object else {
            let isMark = parser.withData(of: event, in: chunk) { data in
                data.withUnsafeBufferPointer { $0.elementsEqual("[DONE]".utf8) }
            }
            if isMark { return }
            return fail(
                NeutralError(.server, message: "The provider sent an event that is no JSON object."), into: &events)
        }
        take(root, root["type"]?.stringValue ?? event.type ?? "", into: &events)
    }

    private mutating func take(_ root: JSONNode, _ type: String, into events: inout [NeutralEvent]) {
        let index = root["index"]?.intValue ?? 0
        let delta = root["delta"]
        if !hasStarted, type != "error", type != "" {
            hasStarted = true
            events.append(.start(NeutralStart(id: root["id"]?.stringValue, model: model)))
        }
        switch type {
        case "content-start", "content-delta":
            let content = delta?["message"]?["content"]
            if type == "content-start" { closeContent(index, into: &events) }
            if let text = CohereAnswer.text(content?["thinking"]) {
                close(.text(index), into: &events)
                append(text, to: .thinking(index), .thinking, into: &events)
            }
            if let text = CohereAnswer.text(content?["text"]) {
                close(.thinking(index), into: &events)
                append(text, to: .text(index), .text, into: &events)
            }
            if root["logprobs"]?.kind == .object { losses.drop("logprobs") }
        case "content-end": closeContent(index, into: &events)
        case "tool-plan-delta":
            if let text = CohereAnswer.text(delta?["message"]?["tool_plan"]) {
                append(text, to: .plan, .text, into: &events)
            }
        case "tool-call-start": startCall(index, delta?["message"]?["tool_calls"], into: &events)
        case "tool-call-delta":
            let function = delta?["message"]?["tool_calls"]?["function"]
            if let text = CohereAnswer.text(function?["arguments"]), let part = open[.call(index)] {
                events.append(.delta(index: part, text))
            }
        case "tool-call-end": close(.call(index), into: &events)
        case "citation-start": losses.drop("citations")
        case "message-end": end(delta, into: &events)
        case "error", "":
            let message = VendorErrorBody(root).message
            let text = message.isEmpty ? "The provider sent an event without a type." : message
            fail(NeutralError(.server, message: text), into: &events)
        default: break
        }
    }

    private mutating func append(
        _ text: JSONString, to key: Key, _ start: NeutralPartStart, into events: inout [NeutralEvent]
    ) {
        if key != .plan { close(.plan, into: &events) }
        let index = open[key] ?? nextIndex
        if open[key] == nil {
            events.append(.partStart(index: index, start))
            open[key] = index
            nextIndex += 1
        }
        events.append(.delta(index: index, text))
    }

    private mutating func closeContent(_ index: Int, into events: inout [NeutralEvent]) {
        close(.thinking(index), into: &events)
        close(.text(index), into: &events)
    }

    private mutating func startCall(_ index: Int, _ node: JSONNode?, into events: inout [NeutralEvent]) {
        close(.plan, into: &events)
        close(.call(index), into: &events)
        guard let function = node?["function"], let name = function["name"]?.stringValue, !name.isEmpty else {
            return fail(NeutralError(.server, message: "The provider sent a tool call without a name."), into: &events)
        }
        let id = node?["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } ?? identifiers.make("call_")
        events.append(.partStart(index: nextIndex, .toolCall(id: id, name: name)))
        if let text = CohereAnswer.text(function["arguments"]) { events.append(.delta(index: nextIndex, text)) }
        open[.call(index)] = nextIndex
        nextIndex += 1
    }

    private mutating func close(_ key: Key, into events: inout [NeutralEvent]) {
        guard let index = open.removeValue(forKey: key) else { return }
        events.append(.partEnd(index: index))
    }

    private mutating func end(_ delta: JSONNode?, into events: inout [NeutralEvent]) {
        let word = delta?["finish_reason"]?.stringValue
        let message = delta?["error"]?.stringValue
        guard let finish = CohereAnswer.finish(word), message == nil || message == "" else {
            return fail(CohereAnswer.error(word, message), into: &events)
        }
        for index in open.values.sorted() { events.append(.partEnd(index: index)) }
        open = [:]
        events.append(.finish(finish))
        if let usage = CohereAnswer.usage(delta?["usage"]) { events.append(.usage(usage)) }
        events.append(.end)
        hasEnded = true
    }

    private mutating func fail(_ error: NeutralError, into events: inout [NeutralEvent]) {
        events.append(.error(error))
        hasEnded = true
    }
}
