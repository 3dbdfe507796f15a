/// Reads a provider's stream of chunks.
///
/// The answer is complete when a chunk has given a `finish_reason` and the stream has ended, with `[DONE]` or, from
/// servers that forget it, without; until then usage may come, in a chunk of its own or in the last one. A `[DONE]` before
/// a reason is an error, as are `{"error":...}` in a chunk, an `error` event, and data that is no JSON object. Only the
/// first choice is read. A chunk without choices, as Azure's first is, begins nothing.
struct OpenAIChatStreamReader: ChatStreamReader {
    private enum Payload {
        case nothing
        case done
        case object(JSONNode)
        case error(NeutralError)
        case malformed
    }

    /// Parts that are open.
    private struct OpenThought {
        var index: Int
        var entry: OpenAIChatThought?
    }

    private(set) var losses = ConversionLosses()
    private let hasLogprobs: Bool
    private let origin: NeutralOrigin
    private var parser = SSEParser()
    private var calls: OpenAIChatStreamCalls
    private var text: Int?
    private var refusal: Int?
    private var thought: OpenThought?
    private var nextIndex = 0
    private var hasStarted = false
    private var isOver = false
    private var hasRefusal = false
    /// Whether thoughts come as plain text, so that the same text in the entries is a copy.
    private var hasPlainThoughts = false
    private var finishWord: String?
    private var stopSequence: JSONString?
    private var usage: TokenUsage?

    init(_ context: ResponseReading) {
        hasLogprobs = context.request.logprobs != nil
        origin = NeutralOrigin(.openAIChat, model: context.model)
        calls = OpenAIChatStreamCalls(context)
    }

    mutating func read(_ bytes: Span<UInt8>, into events: inout [NeutralEvent]) {
        var offset = 0
        while !isOver, let event = parser.next(in: bytes, at: &offset) {
            take(Self.payload(of: event, in: bytes, parser), into: &events)
        }
    }

    mutating func finish(into events: inout [NeutralEvent]) {
        guard !isOver else { return }
        if let event = parser.finish() {
            let nothing: [UInt8] = []
            let payload = Self.payload(of: event, in: nothing.span, parser)
            // Half an object at the end is a stream that was cut.
            if case .malformed = payload {
                isOver = true
                return
            }
            take(payload, into: &events)
        }
        if !isOver, finishWord != nil { complete(into: &events) }
        isOver = true
    }

    private static func payload(of event: SSEEvent, in bytes: Span<UInt8>, _ parser: SSEParser) -> Payload {
        if event.payload == .oversized { return .malformed }
        return parser.withData(of: event, in: bytes) { data in
            if event.type == "error" { return .error(OpenAIChatErrors.event(data)) }
            if let document = try? JSONDocument(copying: data) {
                return document.root.kind == .object ? .object(document.root) : .malformed
            }
            let text = data.withUnsafeBufferPointer { bytes in bytes.filter { $0 > 0x20 } }
            if text.isEmpty { return .nothing }
            return text.elementsEqual("[DONE]".utf8) ? .done : .malformed
        }
    }

    private mutating func take(_ payload: Payload, into events: inout [NeutralEvent]) {
        switch payload {
        case .nothing: break
        case .done:
            if finishWord == nil {
                fail(
                    NeutralError(.server, status: 502, message: "The provider's stream ended without a finish reason."),
                    into: &events)
            } else {
                complete(into: &events)
            }
        case .object(let root): take(root, into: &events)
        case .error(let error): fail(error, into: &events)
        case .malformed:
            fail(
                NeutralError(.server, status: 502, message: "The provider sent an event that is no JSON object."),
                into: &events)
        }
    }

    private mutating func fail(_ error: NeutralError, into events: inout [NeutralEvent]) {
        isOver = true
        events.append(.error(error))
    }

    private mutating func take(_ root: JSONNode, into events: inout [NeutralEvent]) {
        if let error = OpenAIChatErrors.within(root) { return fail(error, into: &events) }
        let choice = root["choices"]?.elements.first { ($0["index"]?.intValue ?? 0) == 0 }
        if let choice, choice.kind == .object {
            start(root, into: &events)
            take(choice: choice, into: &events)
        }
        guard !isOver, let counts = OpenAIChatUsage.read(in: root), counts != usage else { return }
        usage = counts
        start(root, into: &events)
        events.append(.usage(counts))
    }

    private mutating func start(_ root: JSONNode, into events: inout [NeutralEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        func name(_ key: String) -> String? {
            root[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        }
        events.append(.start(NeutralStart(id: name("id"), model: name("model"))))
    }

    private mutating func take(choice: JSONNode, into events: inout [NeutralEvent]) {
        if let delta = choice["delta"], delta.kind == .object {
            take(delta: delta, into: &events)
        } else if let more = JSONString(choice["text"]), !more.isEmpty {
            append(text: more, into: &events)
        }
        if let error = calls.error { return fail(error, into: &events) }
        if hasLogprobs, let text, let logprobs = OpenAIChatAnnotations.logprobs(in: choice) {
            events.append(.annotation(index: text, logprobs))
        }
        if let stop = OpenAIChatFinish.stopSequence(in: choice) { stopSequence = stop }
        guard let word = choice["finish_reason"]?.stringValue, !word.isEmpty else { return }
        if OpenAIChatFinish.isError(word) {
            return fail(
                NeutralError(.server, status: 502, message: "The provider gave up within its answer."), into: &events)
        }
        // Some say `stop` once more after the true reason.
        if finishWord == nil || word != "stop" { finishWord = word }
    }

    private mutating func take(delta: JSONNode, into events: inout [NeutralEvent]) {
        takeThoughts(delta, into: &events)
        for piece in OpenAIChatContent.pieces(delta["content"]) {
            switch piece {
            case .text(let more): append(text: more, into: &events)
            case .thinking(let more): append(thought: more, into: &events)
            }
        }
        if let more = JSONString(delta["refusal"]), !more.isEmpty { append(refusal: more, into: &events) }
        if let images = delta["images"], images.count > 0 { takePictures(images, into: &events) }
        if let audio = delta["audio"], audio.kind == .object { losses.drop("audio") }
        if let text, delta["annotations"] != nil {
            for citation in OpenAIChatAnnotations.citations(in: delta) {
                events.append(.annotation(index: text, citation))
            }
        }
        if let pieces = delta["tool_calls"], pieces.count > 0 {
            closeTexts(into: &events)
            for piece in pieces.elements { calls.take(piece, &nextIndex, into: &events) }
        }
        if let piece = delta["function_call"], piece.kind == .object {
            closeTexts(into: &events)
            calls.takeLegacy(piece, &nextIndex, into: &events)
        }
    }

    // MARK: Texts

    private mutating func append(text more: JSONString, into events: inout [NeutralEvent]) {
        closeThought(into: &events)
        close(&refusal, into: &events)
        if text == nil { text = open(.text, into: &events) }
        if let text { events.append(.delta(index: text, more)) }
    }

    private mutating func append(refusal more: JSONString, into events: inout [NeutralEvent]) {
        closeThought(into: &events)
        close(&text, into: &events)
        hasRefusal = true
        if refusal == nil { refusal = open(.refusal, into: &events) }
        if let refusal { events.append(.delta(index: refusal, more)) }
    }

    private mutating func open(_ start: NeutralPartStart, into events: inout [NeutralEvent]) -> Int {
        defer { nextIndex += 1 }
        events.append(.partStart(index: nextIndex, start))
        return nextIndex
    }

    private func close(_ part: inout Int?, into events: inout [NeutralEvent]) {
        guard let index = part else { return }
        events.append(.partEnd(index: index))
        part = nil
    }

    private mutating func closeTexts(into events: inout [NeutralEvent]) {
        closeThought(into: &events)
        if let index = text { events.append(.partEnd(index: index)) }
        if let index = refusal { events.append(.partEnd(index: index)) }
        text = nil
        refusal = nil
    }

    private mutating func takePictures(_ images: JSONNode, into events: inout [NeutralEvent]) {
        closeTexts(into: &events)
        for image in images.elements {
            guard let url = JSONString(image["image_url"]?["url"]) else { continue }
            let media =
                DataURL(url)?.media ?? NeutralMedia(.url(url))
            let index = open(.media(NeutralPart(.image(media))), into: &events)
            events.append(.partEnd(index: index))
        }
    }

    // MARK: Thoughts

    private mutating func takeThoughts(_ delta: JSONNode, into events: inout [NeutralEvent]) {
        let plain = OpenAIChatThought.plainText(of: delta)
        var entries: [OpenAIChatThought] = []
        for key in ["reasoning_details", "thinking_blocks"] where entries.isEmpty {
            if let list = delta[key], list.count > 0 { entries = list.elements.compactMap { OpenAIChatThought($0) } }
        }
        guard plain != nil || !entries.isEmpty else { return }
        if let plain {
            hasPlainThoughts = true
            // An entry that has its seal, or is another than the open one, grows no more.
            let next = entries.first { !$0.kind.isRedacted }
            if let next { closeThought(unlessOf: next, into: &events) }
            if next == nil, thought?.entry?.seal != nil { closeThought(into: &events) }
            append(thought: plain, into: &events)
        }
        for entry in entries { take(entry: entry, into: &events) }
    }

    private mutating func take(entry: OpenAIChatThought, into events: inout [NeutralEvent]) {
        if entry.kind.isRedacted {
            closeTexts(into: &events)
            guard let signature = entry.signature(origin) else { return }
            let index = open(.redactedThinking(signature), into: &events)
            return events.append(.partEnd(index: index))
        }
        closeThought(unlessOf: entry, into: &events)
        if !hasPlainThoughts, !entry.text.isEmpty {
            append(thought: entry.text, into: &events)
        } else if thought == nil, entry.seal != nil {
            // Thoughts that are not shown still have a seal.
            append(thought: .empty, into: &events)
        }
        if thought?.entry == nil {
            thought?.entry = entry
        } else {
            thought?.entry?.merge(entry)
        }
    }

    private mutating func append(thought more: JSONString, into events: inout [NeutralEvent]) {
        if thought == nil {
            closeTexts(into: &events)
            thought = OpenThought(index: open(.thinking, into: &events))
        }
        if let thought, !more.isEmpty { events.append(.delta(index: thought.index, more)) }
    }

    private mutating func closeThought(unlessOf entry: OpenAIChatThought, into events: inout [NeutralEvent]) {
        guard let open = thought?.entry else { return }
        if open.kind != entry.kind || (open.index != nil && entry.index != nil && open.index != entry.index) {
            closeThought(into: &events)
        }
    }

    private mutating func closeThought(into events: inout [NeutralEvent]) {
        guard let open = thought else { return }
        if let signature = open.entry?.signature(origin) {
            events.append(.signature(index: open.index, signature))
        }
        events.append(.partEnd(index: open.index))
        thought = nil
    }

    // MARK: End

    private mutating func complete(into events: inout [NeutralEvent]) {
        closeTexts(into: &events)
        calls.finish(&nextIndex, into: &events)
        if let error = calls.error { return fail(error, into: &events) }
        isOver = true
        events.append(
            .finish(
                OpenAIChatFinish.neutral(
                    finishWord, hasCalls: calls.hasCalls, hasRefusal: hasRefusal, stopSequence: stopSequence)))
        events.append(.end)
    }
}
