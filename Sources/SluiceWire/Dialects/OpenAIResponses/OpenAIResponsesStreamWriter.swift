/// Writes a streamed answer for a client.
///
/// The order: `response.created`, `response.in_progress`; for each item `response.output_item.added`, the events of its
/// parts, `response.output_item.done`; at last `response.completed`, `response.incomplete` or `response.failed` with
/// the whole answer once more. There is no `[DONE]`. The last event repeats everything, so all of it is kept; past
/// ``limitBytes`` the answer fails.
/// Source: OpenAI API reference, streaming events, and types of the Python SDK 3.52 (read 2026-11).
struct OpenAIResponsesStreamWriter: ChatStreamWriter {
    /// How much of an answer may be kept: 32 MiB of JSON.
    static let limitBytes = 32 * 1024 * 1024

    enum Item {
        case message
        case reasoning
        case call(NeutralToolCall)
    }

    enum Part {
        case text
        case refusal
        case thinking
        case arguments
    }

    let contentType = "text/event-stream; charset=utf-8"
    var losses: ConversionLosses { context.losses }
    private(set) var failure: NeutralError?

    var context: ResponseWriting
    private let object: OpenAIResponsesObject
    private var sequencer = NeutralSequencer()
    private var ordered: [NeutralEvent] = []
    var events = OpenAIResponsesEventWriter()

    /// The items that are done: an open JSON array.
    private var items = JSONWriter(capacity: 1024)
    /// How many items have begun.
    var itemCount = 0
    var item: Item?
    var itemID = ""
    /// Of an open message: the parts that are done, an open JSON array.
    var content = JSONWriter(capacity: 0)
    var contentCount = 0

    var part: Part?
    private var text: [UInt8] = []
    var signature: NeutralSignature?
    /// What has been said about the open text, and what is said about all of it.
    var annotations = OpenAIResponsesAnnotations()
    var unplaced: [NeutralCitation] = []
    var delta: OpenAIResponsesEventWriter.Delta?

    private var hasStarted = false
    var hasRefusal = false
    private var hasEnded = false
    private var finish: NeutralFinish?
    private var usage: TokenUsage?

    init(_ context: ResponseWriting) {
        var context = context
        let id = context.identifiers.make("resp_")
        self.context = context
        self.object = OpenAIResponsesObject(id: id, createdAt: context.now, serviceTier: nil, context)
        self.items.beginArray()
    }

    mutating func write(_ event: NeutralEvent, into output: inout [UInt8]) {
        guard !hasEnded else { return }
        if case .ping = event { return SSEWriter.appendComment("ping", to: &output) }
        sequencer.take(event, into: &ordered)
        var batch: [NeutralEvent] = []
        swap(&batch, &ordered)
        for event in batch where !hasEnded { take(event, into: &output) }
        batch.removeAll(keepingCapacity: true)
        swap(&batch, &ordered)
    }

    private mutating func take(_ event: NeutralEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let begin):
            if let usage = begin.usage { self.usage = usage }
            start(into: &output)
        case .partStart(_, let start):
            self.start(into: &output)
            begin(start, into: &output)
        case .delta(_, let text): append(text, into: &output)
        case .signature(_, let signature):
            if case .thinking = part { self.signature = signature } else { context.losses.note("thinking") }
        case .annotation(_, let annotation):
            guard case .text = part else { return context.losses.drop(annotation.word) }
            annotate(annotation, into: &output)
        case .partEnd: endPart(into: &output)
        case .finish(let finish):
            self.finish = finish
            start(into: &output)
            endMessage(isCut: OpenAIResponsesOutcome(finish, hasRefusal: hasRefusal).isCut, into: &output)
        case .usage(let usage): self.usage = usage
        case .end: end(into: &output)
        case .error(let error): fail(error, into: &output)
        case .ping: break
        }
        if items.bytes.count + content.bytes.count + text.count + annotations.byteCount > Self.limitBytes, !hasEnded {
            fail(NeutralError(.server, message: "The answer is longer than can be repeated at its end."), into: &output)
        }
    }

    // MARK: The whole

    private mutating func start(into output: inout [UInt8]) {
        guard !hasStarted else { return }
        hasStarted = true
        writeResponse("response.created", .inProgress, output: [0x5B, 0x5D], into: &output)
        writeResponse("response.in_progress", .inProgress, output: [0x5B, 0x5D], into: &output)
    }

    private mutating func end(into output: inout [UInt8]) {
        guard let finish else {
            return fail(
                NeutralError(.server, message: "The provider's answer ended without a reason."), into: &output)
        }
        let outcome = OpenAIResponsesOutcome(finish, hasRefusal: hasRefusal)
        hasEnded = true
        items.endArray()
        writeResponse(outcome.event, outcome, output: items.take(), into: &output)
    }

    private mutating func fail(_ error: NeutralError, into output: inout [UInt8]) {
        hasEnded = true
        failure = error
        guard hasStarted else {
            output.append(
                contentsOf: OpenAIResponsesStream.errorEvent(
                    OpenAIResponsesErrors.body(error), sequenceNumber: events.sequenceNumber))
            return events.skip()
        }
        items.endArray()
        writeResponse("response.failed", OpenAIResponsesOutcome(failed: error), output: items.take(), into: &output)
    }

    private mutating func writeResponse(
        _ type: StaticString,
        _ outcome: OpenAIResponsesOutcome,
        output items: [UInt8],
        into output: inout [UInt8]
    ) {
        let usage = outcome.status.description == "in_progress" ? nil : self.usage
        let object = object
        events.write(type, into: &output) { json in
            json.key("response" as StaticString)
            object.write(outcome, output: items, usage: usage, to: &json)
        }
    }

    // MARK: Items

    /// Begins an item; `body` writes it as it is while nothing of it has come.
    mutating func add(
        _ item: Item,
        id: String,
        into output: inout [UInt8],
        _ body: (inout JSONWriter) -> Void
    ) {
        self.item = item
        itemID = id
        let index = itemCount
        itemCount += 1
        events.write("response.output_item.added", into: &output) { json in
            json.named("output_index", index)
            json.key("item" as StaticString)
            body(&json)
        }
    }

    /// Ends the open item; `whole` is its JSON.
    mutating func finishItem(_ whole: [UInt8], into output: inout [UInt8]) {
        let index = itemCount - 1
        events.write("response.output_item.done", into: &output) { json in
            json.named("output_index", index)
            json.key("item" as StaticString)
            json.raw(whole)
        }
        items.raw(whole)
        item = nil
    }

    private mutating func endMessage(isCut: Bool = false, into output: inout [UInt8]) {
        guard case .message = item else { return }
        content.endArray()
        var json = JSONWriter(capacity: content.bytes.count + 128)
        OpenAIResponsesItemWriter.message(
            id: itemID, status: isCut ? "incomplete" : "completed", content: content.take(), to: &json)
        finishItem(json.take(), into: &output)
    }

    // MARK: Parts

    private mutating func begin(_ start: NeutralPartStart, into output: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        signature = nil
        delta = nil
        switch start {
        case .text: return beginText(isRefusal: false, into: &output)
        case .refusal: return beginText(isRefusal: true, into: &output)
        default: endMessage(into: &output)
        }
        switch start {
        case .text, .refusal: break
        case .thinking:
            part = .thinking
            let id = context.identifiers.make("rs_")
            add(.reasoning, id: id, into: &output) { json in
                OpenAIResponsesItemWriter.reasoning(id: id, text: .empty, seal: nil, to: &json)
            }
        case .redactedThinking(let signature):
            let id = context.identifiers.make("rs_")
            let seal = OpenAIResponsesItemWriter.seal(signature, isRedacted: true, context.seal, &context.losses)
            writeItem(into: &output) { json in
                OpenAIResponsesItemWriter.reasoning(id: id, text: .empty, seal: seal, to: &json)
            }
        case .toolCall(let id, let name, let signature):
            beginCall(id, name, signature, into: &output)
        case .media(let media): write(media, into: &output)
        case .opaque(let opaque):
            guard opaque.origin == .openAIResponses else { return context.losses.drop(opaque.kind) }
            let line = OpenAIResponsesItemWriter.singleLine(opaque.value)
            writeItem(into: &output) { $0.raw(line) }
        }
    }

    /// Writes an item that comes whole.
    private mutating func writeItem(into output: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
        add(.reasoning, id: "", into: &output, body)
        var json = JSONWriter()
        body(&json)
        finishItem(json.take(), into: &output)
    }

    private mutating func append(_ more: JSONString, into output: inout [UInt8]) {
        guard let part, !more.isEmpty else { return }
        if case .thinking = part, text.isEmpty { beginSummary(into: &output) }
        guard let delta else { return }
        text.append(contentsOf: more.escaped)
        events.write(more, delta, into: &output)
    }

    private mutating func endPart(into output: inout [UInt8]) {
        guard let part else { return }
        self.part = nil
        let whole = JSONString(escaped: text[...])
        text = []
        switch part {
        case .text: endText(whole, isRefusal: false, into: &output)
        case .refusal: endText(whole, isRefusal: true, into: &output)
        case .thinking: endThinking(whole, into: &output)
        case .arguments: endCall(whole, into: &output)
        }
    }
}
