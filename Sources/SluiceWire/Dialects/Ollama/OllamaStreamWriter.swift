/// Writes a streamed answer for a client of `/api/chat` or `/api/generate`: one JSON object a line, each ended by a
/// line feed, all with the same model and time. Tool calls go out whole. An error is a line of its own; there is no
/// keep-alive, since the format has none.
struct OllamaStreamWriter: ChatStreamWriter {
    private enum Open {
        case text
        case thinking
        case call(NeutralToolCall, NeutralSignature?)
        case other
    }

    let contentType = "application/x-ndjson"
    var losses: ConversionLosses { context.losses }
    private(set) var failure: NeutralError?

    private let form: OllamaAnswerForm
    private let createdAt: String
    private var context: ResponseWriting
    private var sequencer = NeutralSequencer()
    private var open = Open.other
    private var hold = JSONStringHold()
    private var thought = JSONString.empty
    private var seal: NeutralSignature?
    private var thoughts = OllamaThoughts()
    private var callCount = 0
    private var finish: NeutralFinish?
    private var usage: TokenUsage?
    private var hasEnded = false

    init(_ context: ResponseWriting, as form: OllamaAnswerForm) {
        self.context = context
        self.form = form
        createdAt = CivilTime(secondsSince1970: Int64(context.now)).text
    }

    mutating func write(_ event: NeutralEvent, into output: inout [UInt8]) {
        guard !hasEnded else { return }
        var events: [NeutralEvent] = []
        sequencer.take(event, into: &events)
        for event in events where !hasEnded { take(event, into: &output) }
    }

    private mutating func take(_ event: NeutralEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let start): usage = start.usage ?? usage
        // A line has no comments, and clients take an empty one for broken JSON; white space before the next one is JSON's.
        case .ping: output.append(0x20)
        case .usage(let usage): self.usage = usage
        case .finish(let finish): self.finish = finish
        case .partStart(_, let start): begin(start, into: &output)
        case .delta(_, let text): append(text, into: &output)
        case .signature(_, let signature):
            if case .call(let call, _) = open { open = .call(call, signature) } else { seal = signature }
        case .annotation(_, .logprobs(let list)): line(logprobs: [list], into: &output)
        case .annotation(_, let annotation): context.losses.drop(annotation.word)
        case .partEnd: endPart(into: &output)
        case .end:
            if let finish {
                line(end: finish, into: &output)
            } else {
                fail(NeutralError(.server, message: "The answer ended without a reason."), into: &output)
            }
            hasEnded = true
        case .error(let error): fail(error, into: &output)
        }
    }

    // MARK: Parts

    private mutating func begin(_ start: NeutralPartStart, into output: inout [UInt8]) {
        seal = nil
        thought = .empty
        switch start {
        case .text:
            open = .text
            thoughts.sawText()
        case .refusal:
            context.losses.adapt("refusal")
            open = .text
            thoughts.sawText()
        case .thinking: open = .thinking
        case .redactedThinking(let signature):
            open = .other
            thoughts.add(nil, isRedacted: true, signature: signature)
        case .toolCall(let id, let name, let signature):
            open = .call(NeutralToolCall(id: id, name: name, arguments: .empty, isCustom: isCustom(name)), signature)
        case .media(let part):
            open = .other
            if case .image(let media) = part.content, case .base64(let data) = media.source {
                line(images: [data], into: &output)
            } else {
                context.losses.drop("content")
            }
        case .opaque(let opaque):
            open = .other
            context.losses.drop(opaque.kind)
        }
    }

    private func isCustom(_ name: String) -> Bool {
        context.request.tools.contains { tool in
            if case .custom = tool.kind { tool.name == name } else { false }
        }
    }

    private mutating func append(_ text: JSONString, into output: inout [UInt8]) {
        switch open {
        case .text:
            let text = hold.take(text)
            if !text.isEmpty { line(text: text, into: &output) }
        case .thinking:
            thought.append(text)
            let text = hold.take(text)
            if !text.isEmpty { line(thinking: text, into: &output) }
        case .call(var call, let signature):
            // Given up before it grows, or it would be copied with every delta.
            open = .other
            call.arguments.append(text)
            open = .call(call, signature)
        case .other: break
        }
    }

    private mutating func endPart(into output: inout [UInt8]) {
        let rest = hold.flush()
        switch open {
        case .text: if !rest.isEmpty { line(text: rest, into: &output) }
        case .thinking:
            if !rest.isEmpty { line(thinking: rest, into: &output) }
            thoughts.add(thought, signature: seal)
        case .call(let call, let signature):
            let id = thoughts.id(for: call, signature: signature, seal: context.seal, losses: &context.losses)
            line(calls: [OllamaAnswerCall(id: id, index: callCount, call: call)], into: &output)
            callCount += 1
        case .other: break
        }
        open = .other
    }

    // MARK: Lines

    private mutating func line(
        text: JSONString = .empty, thinking: JSONString? = nil, images: [JSONString] = [],
        calls: [OllamaAnswerCall] = [], logprobs: [JSONFragment] = [], end finish: NeutralFinish? = nil,
        into output: inout [UInt8]
    ) {
        var bytes: [UInt8] = []
        swap(&bytes, &output)
        var writer = JSONWriter(appendingTo: consume bytes)
        writer.beginObject()
        form.write(
            model: context.model, createdAt: createdAt, text: text, thinking: thinking, images: images, calls: calls,
            losses: &context.losses, to: &writer)
        OllamaAnswerForm.write(logprobs: logprobs, to: &writer)
        if let finish {
            OllamaAnswerForm.writeEnd(finish, usage, losses: &context.losses, to: &writer)
        } else {
            writer.key("done" as StaticString)
            writer.bool(false)
        }
        writer.endObject()
        output = writer.take()
        output.append(0x0A)
    }

    private mutating func fail(_ error: NeutralError, into output: inout [UInt8]) {
        hasEnded = true
        failure = error
        output.append(contentsOf: OllamaErrors.body(error))
        output.append(0x0A)
    }
}
