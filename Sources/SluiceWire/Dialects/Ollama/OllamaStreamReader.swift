/// Reads the streamed answer of `/api/chat` or `/api/generate`: one JSON object a line.
///
/// Text and thoughts come in pieces, tool calls whole. The line with `done` ends the stream and brings the counts; a
/// line with `error`, inside an answer of status 200, ends it too. Source: Ollama's API reference (read 2026-11).
struct OllamaStreamReader: ChatStreamReader {
    private enum Kind {
        case text
        case thinking
    }

    private(set) var losses = ConversionLosses()
    private(set) var endOffset: Int?
    private var parser: NDJSONParser
    private var identifiers: NeutralIdentifiers
    private var hasStarted = false
    private var hasEnded = false
    private var hasCalls = false
    private var open: Kind?
    private var nextIndex = 0

    init(_ context: ResponseReading, limit: Int = 16 * 1024 * 1024) {
        identifiers = context.identifiers
        parser = NDJSONParser(limit: limit)
    }

    mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent]) {
        var offset = 0
        while !hasEnded, let line = parser.next(in: bytes, at: &offset) {
            let document = parser.withBytes(of: line, in: bytes) { Self.document($0) }
            take(document, into: &events)
            if hasEnded { endOffset = line.end }
        }
    }

    var standing: StreamStanding { parser.isInsideLine ? .within : .between }

    mutating func finish(into events: inout [NeutralEvent]) {
        guard !hasEnded, let line = parser.finish() else { return }
        let document = parser.withBytes(of: line, in: [UInt8]().span) { Self.document($0) }
        // Half a line is a cut, not an answer without sense.
        if document != nil { take(document, into: &events) }
    }

    private static func document(_ bytes: Span<UInt8>) -> JSONDocument? {
        try? JSONDocument(copying: bytes)
    }

    private mutating func take(_ document: JSONDocument?, into events: inout [NeutralEvent]) {
        guard let root = document?.root, root.kind == .object else {
            return fail(
                NeutralError(.server, message: "The provider sent a line that is no JSON object."), into: &events)
        }
        if let error = root["error"], !error.isNull { return fail(OllamaErrors.read(root), into: &events) }
        if !hasStarted {
            hasStarted = true
            events.append(.start(NeutralStart(model: root["model"]?.stringValue)))
        }
        let answer = OllamaAnswer(root)
        if let thinking = answer.thinking { append(thinking, .thinking, into: &events) }
        if let text = answer.text { append(text, .text, into: &events) }
        if let logprobs = root["logprobs"], logprobs.kind == .array, logprobs.count > 0 {
            if open == .text {
                events.append(.annotation(index: nextIndex, .logprobs(JSONFragment(logprobs))))
            } else {
                losses.drop("logprobs")
            }
        }
        for image in answer.images { whole(.media(image), nil, into: &events) }
        for node in answer.calls {
            guard let call = OllamaAnswer.call(node, &identifiers) else {
                return fail(
                    NeutralError(.server, message: "The provider sent a tool call without a name."), into: &events)
            }
            hasCalls = true
            whole(.toolCall(id: call.id, name: call.name), call.arguments, into: &events)
        }
        guard root["done"]?.boolValue == true else { return }
        close(into: &events)
        events.append(.finish(OllamaFinish.read(root["done_reason"]?.stringValue, hasCalls: hasCalls)))
        if let usage = OllamaAnswer.usage(root) { events.append(.usage(usage)) }
        if root["total_duration"] != nil { losses.note("total_duration") }
        events.append(.end)
        hasEnded = true
    }

    private mutating func append(_ text: JSONString, _ kind: Kind, into events: inout [NeutralEvent]) {
        if open != kind {
            close(into: &events)
            open = kind
            events.append(.partStart(index: nextIndex, kind == .text ? .text : .thinking))
        }
        events.append(.delta(index: nextIndex, text))
    }

    private mutating func whole(
        _ start: NeutralPartStart, _ text: JSONString?, into events: inout [NeutralEvent]
    ) {
        close(into: &events)
        events.append(.partStart(index: nextIndex, start))
        if let text, !text.isEmpty { events.append(.delta(index: nextIndex, text)) }
        events.append(.partEnd(index: nextIndex))
        nextIndex += 1
    }

    private mutating func close(into events: inout [NeutralEvent]) {
        guard open != nil else { return }
        events.append(.partEnd(index: nextIndex))
        open = nil
        nextIndex += 1
    }

    private mutating func fail(_ error: NeutralError, into events: inout [NeutralEvent]) {
        events.append(.error(error))
        hasEnded = true
    }
}
