/// Writes a streamed answer for a client of `POST /v1/messages`.
///
/// One block is open at a time, blocks are numbered from 0, and `message_delta` is kept back until the usage is known.
/// Source: Anthropic streaming guide and what its SDK makes of the events (read 2026-11).
struct AnthropicStreamWriter: ChatStreamWriter {
    private enum Open {
        case text
        case thinking
        case call(Arguments)
        /// What the dialect has no block for: nothing of it is written.
        case ignored
    }

    /// How far the arguments of the open call have come.
    private enum Arguments {
        /// Nothing but white space so far.
        case blank(JSONString)
        /// An object has begun: the text passes.
        case object
        /// It is no object: the text is kept, and wrapped at its end.
        case other(JSONString)
    }

    let contentType = "text/event-stream; charset=utf-8"
    private(set) var losses: ConversionLosses
    private(set) var failure: NeutralError?
    private var context: ResponseWriting
    private var sequencer = NeutralSequencer()
    private var ordered: [NeutralEvent] = []
    private var open: Open?
    private var blockIndex = 0
    private var finish: NeutralFinish?
    private var usage: TokenUsage?
    private var hasStarted = false
    private var hasCalls = false
    private var hasRefusal = false
    private var isOver = false

    init(_ context: ResponseWriting) {
        self.context = context
        losses = context.losses
    }

    mutating func write(_ event: NeutralEvent, into output: inout [UInt8]) {
        guard !isOver else { return }
        sequencer.take(event, into: &ordered)
        // Taken out, so that nothing else holds them while they are written.
        var events: [NeutralEvent] = []
        swap(&events, &ordered)
        for event in events where !isOver { put(event, into: &output) }
        events.removeAll(keepingCapacity: true)
        swap(&events, &ordered)
    }

    private mutating func put(_ event: NeutralEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let start): self.start(start, into: &output)
        case .partStart(_, let start):
            self.start(NeutralStart(), into: &output)
            begin(start, into: &output)
        case .delta(_, let text): delta(text, into: &output)
        case .signature(_, let signature): seal(signature, into: &output)
        case .annotation(_, let annotation): annotate(annotation, into: &output)
        case .partEnd: end(into: &output)
        case .finish(let finish): self.finish = finish
        case .usage(let usage): self.usage = usage
        case .end: stop(into: &output)
        case .ping: Self.append("ping", into: &output) { _ in }
        case .error(let error):
            isOver = true
            failure = error
            let (_, body) = AnthropicErrors.write(error, requestID: context.requestID)
            SSEWriter.append(type: "error", data: body.span, to: &output)
        }
    }

    // MARK: The message

    private mutating func start(_ start: NeutralStart, into output: inout [UInt8]) {
        guard !hasStarted else { return }
        hasStarted = true
        if let usage = start.usage { self.usage = usage }
        let id = AnthropicResponseWriter.id(start.id, &context.identifiers)
        Self.append("message_start", into: &output) { out in
            out.beginObject("message")
            out.member("id", id)
            out.member("type", "message")
            out.member("role", "assistant")
            out.member("model", context.model)
            out.beginArray("content")
            out.json.endArray()
            out.null("stop_reason")
            out.null("stop_sequence")
            out.null("stop_details")
            AnthropicUsageCounts.write(start.usage ?? TokenUsage(), isDelta: false, to: &out)
            out.json.endObject()
        }
    }

    private mutating func stop(into output: inout [UInt8]) {
        isOver = true
        start(NeutralStart(), into: &output)
        if open != nil { end(into: &output) }
        Self.append("message_delta", into: &output) { out in
            out.beginObject("delta")
            AnthropicStopReason.write(
                finish ?? NeutralFinish(.stop), hasCalls: hasCalls, hasRefusal: hasRefusal, to: &out, losses: &losses)
            out.json.endObject()
            AnthropicUsageCounts.write(usage ?? TokenUsage(), isDelta: true, to: &out)
        }
        Self.append("message_stop", into: &output) { _ in }
    }

    // MARK: Blocks

    private mutating func begin(_ start: NeutralPartStart, into output: inout [UInt8]) {
        if open != nil { end(into: &output) }
        switch start {
        case .text, .refusal:
            if case .refusal = start { hasRefusal = true }
            open = .text
            block("text", into: &output) { $0.member("text", "") }
        case .thinking:
            open = .thinking
            block("thinking", into: &output) { out in
                out.member("thinking", "")
                out.member("signature", "")
            }
        case .redactedThinking(let signature):
            let data = AnthropicResponseWriter.signature(signature, context.seal, &losses)
            open = .ignored
            guard !data.isEmpty else { return }
            block("redacted_thinking", into: &output) { $0.member("data", data) }
            stopBlock(into: &output)
        case .toolCall(let id, let name, let signature):
            hasCalls = true
            let carried = AnthropicResponseWriter.id(of: id, signature, context.seal, &losses)
            open = .call(.blank(.empty))
            block("tool_use", into: &output) { out in
                out.member("id", carried)
                out.member("name", name)
                out.beginObject("input")
                out.json.endObject()
            }
        case .opaque(let opaque):
            open = .ignored
            guard opaque.origin == .anthropic else { return losses.drop(opaque.kind) }
            Self.append("content_block_start", into: &output) { out in
                out.member("index", blockIndex)
                out.member("content_block", opaque.value.singleLine)
            }
            stopBlock(into: &output)
        case .media(let part):
            open = .ignored
            switch part.content {
            case .audio: losses.drop("audio")
            case .video: losses.drop("video")
            case .document: losses.drop("document")
            default: losses.drop("image")
            }
        }
    }

    private mutating func delta(_ text: JSONString, into output: inout [UInt8]) {
        guard !text.isEmpty else { return }
        switch open {
        case .text: blockDelta("text_delta", "text", text, into: &output)
        case .thinking: blockDelta("thinking_delta", "thinking", text, into: &output)
        case .call(let arguments): argumentsDelta(text, arguments, into: &output)
        case .ignored, nil: break
        }
    }

    private mutating func argumentsDelta(_ text: JSONString, _ arguments: Arguments, into output: inout [UInt8]) {
        switch arguments {
        case .object: blockDelta("input_json_delta", "partial_json", text, into: &output)
        // Each is given up before it grows, or it would be copied with every delta.
        case .other(var kept):
            open = nil
            kept.append(text)
            open = .call(.other(kept))
        case .blank(var kept):
            open = nil
            kept.append(text)
            guard let first = kept.utf8.first(where: { $0 > 0x20 }) else {
                open = .call(.blank(kept))
                return
            }
            guard first == UInt8(ascii: "{") else {
                open = .call(.other(kept))
                return
            }
            open = .call(.object)
            blockDelta("input_json_delta", "partial_json", kept, into: &output)
        }
    }

    private mutating func seal(_ signature: NeutralSignature, into output: inout [UInt8]) {
        guard case .thinking = open else {
            if case .text = open { losses.note("thinking") }
            return
        }
        let value = AnthropicResponseWriter.signature(signature, context.seal, &losses)
        if !value.isEmpty { blockDelta("signature_delta", "signature", value, into: &output) }
    }

    private mutating func annotate(_ annotation: NeutralAnnotation, into output: inout [UInt8]) {
        guard case .citation(let citation) = annotation, citation.origin == .anthropic, case .text = open else {
            return losses.drop(annotation.word)
        }
        Self.append("content_block_delta", into: &output) { out in
            out.member("index", blockIndex)
            out.beginObject("delta")
            out.member("type", "citations_delta")
            out.member("citation", citation.value.singleLine)
            out.json.endObject()
        }
    }

    private mutating func end(into output: inout [UInt8]) {
        switch open {
        case nil: return
        case .ignored: open = nil
        case .text, .thinking, .call(.object): stopBlock(into: &output)
        case .call(.blank):
            blockDelta("input_json_delta", "partial_json", "{}", into: &output)
            stopBlock(into: &output)
        case .call(.other(let text)):
            losses.adapt("tool_arguments")
            let object = AnthropicResponseWriter.raw(text)
            blockDelta("input_json_delta", "partial_json", JSONString(utf8: object.bytes), into: &output)
            stopBlock(into: &output)
        }
    }

    // MARK: Events

    private func block(_ type: String, into output: inout [UInt8], _ content: (inout AnthropicWriter) -> Void) {
        Self.append("content_block_start", into: &output) { out in
            out.member("index", blockIndex)
            out.beginObject("content_block")
            out.member("type", type)
            content(&out)
            out.json.endObject()
        }
    }

    private func blockDelta(_ type: String, _ key: StaticString, _ text: JSONString, into output: inout [UInt8]) {
        Self.append("content_block_delta", into: &output) { out in
            out.member("index", blockIndex)
            out.beginObject("delta")
            out.member("type", type)
            out.member(key, text)
            out.json.endObject()
        }
    }

    private mutating func stopBlock(into output: inout [UInt8]) {
        Self.append("content_block_stop", into: &output) { $0.member("index", blockIndex) }
        blockIndex += 1
        if case .ignored = open { return }
        open = nil
    }

    /// Appends one event: its name, and an object with its `type` and what `content` writes, without a line end in it.
    private static func append(
        _ type: String, into output: inout [UInt8], _ content: (inout AnthropicWriter) -> Void
    ) {
        output.append(contentsOf: "event: ".utf8)
        output.append(contentsOf: type.utf8)
        output.append(contentsOf: "\ndata: ".utf8)
        var bytes: [UInt8] = []
        swap(&bytes, &output)
        var out = AnthropicWriter(appendingTo: bytes)
        out.json.beginObject()
        out.member("type", type)
        content(&out)
        out.json.endObject()
        output = out.json.take()
        output.append(contentsOf: "\n\n".utf8)
    }
}
