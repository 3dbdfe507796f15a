/// Writes the answer of ConverseStream.
///
/// ``BedrockStreamReader`` has the frames and their order. Blocks are numbered from 0 and follow each other; text and thoughts
/// begin with their first delta. The usage waits for the end, since `metadata` is the last frame.
/// Source: the service model of bedrock-runtime, `ConverseStreamOutput` (read 2026-11).
public struct BedrockStreamWriter: ChatStreamWriter {
    public var contentType: String { "application/vnd.amazon.eventstream" }

    public var losses: ConversionLosses {
        var all = own
        all.merge(sealing.losses)
        return all
    }

    public private(set) var failure: NeutralError?

    private enum Block {
        case text
        case thinking
        case call(isEmpty: Bool)
        /// Written whole, or not at all: nothing more may come.
        case done
    }

    private let request: NeutralRequest
    private var own: ConversionLosses
    private var sealing: BedrockSealing
    private var sequencer = NeutralSequencer()
    private var ordered: [NeutralEvent] = []
    private var block: Block?
    /// Whether a frame of the open block has been written.
    private var isBlockBegun = false
    private var number = 0
    private var hasBegun = false
    private var usage: TokenUsage?
    private var hasFinished = false
    private var isDone = false
    private var json = JSONWriter(capacity: 512)
    private var hold = JSONStringHold()

    init(_ context: ResponseWriting) {
        request = context.request
        own = context.losses
        sealing = BedrockSealing(context.seal)
    }

    public mutating func write(_ event: NeutralEvent, into output: inout [UInt8]) {
        guard !isDone else { return }
        sequencer.take(event, into: &ordered)
        var steps: [NeutralEvent] = []
        swap(&steps, &ordered)
        for step in steps where !isDone { take(step, into: &output) }
        steps.removeAll(keepingCapacity: true)
        swap(&steps, &ordered)
    }

    private mutating func take(_ event: NeutralEvent, into output: inout [UInt8]) {
        switch event {
        case .ping: break
        case .usage(let usage): self.usage = usage
        case .error(let error): fail(error, into: &output)
        case .start(let start):
            if let usage = start.usage { self.usage = usage }
            begin(into: &output)
        case .partStart(_, let start):
            begin(into: &output)
            open(start, into: &output)
        case .delta(_, let text): delta(hold.take(text), into: &output)
        case .signature(_, let signature): seal(signature, into: &output)
        case .annotation(_, let annotation): own.drop(annotation.word)
        case .partEnd: close(into: &output)
        case .finish(let finish):
            begin(into: &output)
            hasFinished = true
            stop(finish, into: &output)
        case .end:
            guard hasFinished else {
                return fail(NeutralError(.server, message: "The answer ended without saying why."), into: &output)
            }
            metadata(into: &output)
            isDone = true
        }
    }

    private mutating func fail(_ error: NeutralError, into output: inout [UInt8]) {
        isDone = true
        failure = error
        BedrockErrors.writeFrame(error, to: &output)
    }

    private mutating func begin(into output: inout [UInt8]) {
        guard !hasBegun else { return }
        hasBegun = true
        frame("messageStart", into: &output) { json in
            json.key("role")
            json.string("assistant")
        }
    }

    private mutating func open(_ start: NeutralPartStart, into output: inout [UInt8]) {
        isBlockBegun = false
        block = .done
        switch start {
        case .text, .refusal: block = .text
        case .thinking: block = .thinking
        case .redactedThinking(let signature):
            guard let blob = sealing.redacted(signature) else { break }
            delta(into: &output) { json in
                json.key("reasoningContent")
                json.beginObject()
                json.key("redactedContent")
                json.string(blob)
                json.endObject()
            }
        case .toolCall(let id, let name, let signature):
            block = .call(isEmpty: true)
            let id = sealing.identifier(id, signature)
            self.start(into: &output) { json in
                json.key("toolUse")
                json.beginObject()
                json.key("toolUseId")
                json.string(id)
                json.key("name")
                json.string(name)
                json.endObject()
            }
        case .media(let part): picture(part, into: &output)
        case .opaque(let opaque): hosted(opaque, into: &output)
        }
    }

    private mutating func delta(_ text: JSONString, into output: inout [UInt8]) {
        guard !text.isEmpty else { return }
        switch block {
        case .text:
            delta(into: &output) { json in
                json.key("text")
                json.string(text)
            }
        case .thinking:
            reasoning("text", text, into: &output)
        case .call(let isEmpty):
            if isEmpty { block = .call(isEmpty: text.isBlank) }
            delta(into: &output) { json in
                json.key("toolUse")
                json.beginObject()
                json.key("input")
                json.string(text)
                json.endObject()
            }
        case .done, nil: break
        }
    }

    private mutating func seal(_ signature: NeutralSignature, into output: inout [UInt8]) {
        delta(hold.flush(), into: &output)
        guard case .thinking = block, let value = sealing.signature(signature) else { return }
        // SDKs that put the block together want a text, be it empty.
        if !isBlockBegun { reasoning("text", .empty, into: &output) }
        reasoning("signature", value, into: &output)
    }

    private mutating func reasoning(_ member: String, _ value: JSONString, into output: inout [UInt8]) {
        delta(into: &output) { json in
            json.key("reasoningContent")
            json.beginObject()
            json.key(member)
            json.string(value)
            json.endObject()
        }
    }

    private mutating func picture(_ part: NeutralPart, into output: inout [UInt8]) {
        guard case .image(let media) = part.content, let (format, data) = BedrockResponseWriter.picture(media) else {
            switch part.content {
            case .audio: own.drop("audio")
            case .video: own.drop("video")
            case .document: own.drop("document")
            default: own.drop("image")
            }
            return
        }
        start(into: &output) { json in
            json.key("image")
            json.beginObject()
            json.key("format")
            json.string(format)
            json.endObject()
        }
        delta(into: &output) { json in
            json.key("image")
            json.beginObject()
            json.key("source")
            json.beginObject()
            json.key("bytes")
            json.string(data)
            json.endObject()
            json.endObject()
        }
    }

    /// Writes what the vendor's own tools did, as a stream has it.
    private mutating func hosted(_ opaque: NeutralOpaque, into output: inout [UInt8]) {
        guard opaque.origin == .bedrock, let document = try? opaque.value.parsed(),
            let value = document.root[opaque.kind], opaque.kind == "toolUse" || opaque.kind == "toolResult"
        else { return own.drop(opaque.kind) }
        let head = JSONFragment(value)
        start(into: &output) { json in
            json.key(opaque.kind)
            json.beginObject()
            json.members(of: head, except: ["input", "content"])
            json.endObject()
        }
        delta(into: &output) { json in
            json.key(opaque.kind)
            if opaque.kind == "toolUse" {
                json.beginObject()
                json.key("input")
                json.string(JSONString(utf8: value["input"]?.rawBytes ?? []))
                json.endObject()
            } else {
                json.beginArray()
                for item in value["content"]?.elements.map({ JSONFragment($0) }) ?? [] { json.fragment(item) }
                json.endArray()
            }
        }
    }

    private mutating func close(into output: inout [UInt8]) {
        delta(hold.flush(), into: &output)
        if case .call(isEmpty: true) = block { delta("{}", into: &output) }
        block = nil
        guard isBlockBegun else { return }
        isBlockBegun = false
        let number = number
        self.number += 1
        frame("contentBlockStop", into: &output) { json in
            json.key("contentBlockIndex")
            json.integer(number)
        }
    }

    private mutating func stop(_ finish: NeutralFinish, into output: inout [UInt8]) {
        let request = request
        frame("messageStop", into: &output) { json in
            json.key("stopReason")
            json.string(BedrockStopReason.write(finish))
            json.stopSequence(finish, request, unlessIn: NeutralExtras())
        }
    }

    private mutating func metadata(into output: inout [UInt8]) {
        let usage = usage
        frame("metadata", into: &output) { json in
            json.key("usage")
            BedrockUsage.write(usage, to: &json)
            json.key("metrics")
            json.raw(#"{"latencyMs":0}"#.utf8)
        }
    }

    private mutating func start(into output: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
        content("contentBlockStart", "start", into: &output, body)
    }

    private mutating func delta(into output: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
        content("contentBlockDelta", "delta", into: &output, body)
    }

    private mutating func content(
        _ type: StaticString, _ name: String, into output: inout [UInt8], _ body: (inout JSONWriter) -> Void
    ) {
        isBlockBegun = true
        let number = number
        frame(type, into: &output) { json in
            json.key(name)
            json.beginObject()
            body(&json)
            json.endObject()
            json.key("contentBlockIndex")
            json.integer(number)
        }
    }

    /// Writes an event; one too large for a frame ends the stream as an error.
    private mutating func frame(_ type: StaticString, into output: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
        guard !isDone else { return }
        json.beginObject()
        body(&json)
        json.endObject()
        let payload = json.take()
        do throws(AWSEventStreamError) {
            try AWSEventStreamWriter.append(event: type, json: payload.span, to: &output)
        } catch {
            fail(NeutralError(.server, message: "A piece of the answer is too large for this stream."), into: &output)
        }
        json = JSONWriter(appendingTo: Self.emptied(payload))
    }

    /// The memory of a payload, for the next one.
    private static func emptied(_ payload: [UInt8]) -> [UInt8] {
        guard payload.capacity <= 64 * 1024 else { return [] }
        var payload = payload
        payload.removeAll(keepingCapacity: true)
        return payload
    }
}
