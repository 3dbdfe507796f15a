/// Turns the chunks of a stream into events.
struct GeminiStreamParts {
    private enum Open { case text, thinking }

    private let model: String
    private var identifiers: NeutralIdentifiers
    /// What could not be carried.
    private(set) var losses = ConversionLosses()
    private var hasStarted = false
    private var open: Open?
    private var openCall: GeminiOpenCall?
    private var nextIndex = 0
    private var hasCalls = false
    private var lastChunkFinish: NeutralFinish?
    private var usage: TokenUsage?

    init(_ context: ResponseReading) {
        model = context.model
        identifiers = context.identifiers
    }

    /// Takes one chunk; `true` when it ended the stream with an error.
    mutating func take(_ root: JSONNode, into events: inout [NeutralEvent]) -> Bool {
        guard root.kind == .object else {
            events.append(.error(NeutralError(.server, status: 502, message: "A chunk is no JSON object.")))
            return true
        }
        let chunk = GeminiChunk(root)
        if let error = chunk.error {
            events.append(.error(GeminiErrorReader.read(node: error)))
            return true
        }
        if !hasStarted {
            hasStarted = true
            events.append(.start(NeutralStart(id: chunk.id, model: chunk.model)))
        }
        for part in chunk.parts where part.kind == .object {
            if !take(part: part, into: &events) {
                events.append(
                    .error(NeutralError(.server, status: 502, message: "The pieces of a call do not fit together.")))
                return true
            }
        }
        for extra in chunk.extras {
            if extra.name == "logprobsResult", open == .text, let logprobs = GeminiLogprobs.read(extra.value) {
                events.append(.annotation(index: nextIndex, logprobs))
            } else {
                losses.drop(extra.name)
            }
        }
        if let finish = chunk.finish(hasCalls: hasCalls) { lastChunkFinish = finish }
        if let usage = GeminiUsage.parse(chunk.usage), usage != self.usage {
            self.usage = usage
            events.append(.usage(usage))
        }
        return false
    }

    /// The body ended: the answer is complete if it had said why; else it was cut, and nothing is told.
    mutating func finish(into events: inout [NeutralEvent]) {
        guard var finish = lastChunkFinish else { return }
        close(into: &events)
        closeCall(into: &events)
        if finish.reason == .stop, hasCalls { finish.reason = .toolCalls }
        events.append(.finish(finish))
        events.append(.end)
    }

    /// The stream says that it is complete; without a reason that is an error.
    mutating func end(into events: inout [NeutralEvent]) {
        if lastChunkFinish == nil {
            events.append(
                .error(NeutralError(.server, status: 502, message: "The provider's stream ended without a reason.")))
        } else {
            finish(into: &events)
        }
    }

    private mutating func take(part node: JSONNode, into events: inout [NeutralEvent]) -> Bool {
        let fields = GeminiPartFields(node)
        if case .functionCall = fields.kind {
            close(into: &events)
            return takeCall(fields, into: &events)
        }
        switch fields.kind {
        case .text, nil:
            takeText(JSONString(fields.value) ?? .empty, fields, into: &events)
        default:
            closeCall(into: &events)
            close(into: &events)
            let signature = fields.signature.map { GeminiResponseReader.seal($0, model) }
            guard let part = GeminiResponseReader.medium(fields, node, signature) else { return true }
            if case .opaque(let opaque) = part.content {
                events.append(.partStart(index: nextIndex, .opaque(opaque)))
            } else {
                events.append(.partStart(index: nextIndex, .media(part)))
            }
            events.append(.partEnd(index: nextIndex))
            nextIndex += 1
        }
        return true
    }

    private mutating func takeText(_ text: JSONString, _ fields: GeminiPartFields, into events: inout [NeutralEvent]) {
        guard !text.isEmpty || fields.signature != nil else { return }
        closeCall(into: &events)
        let kind: Open = fields.isThought ? .thinking : .text
        if open != kind {
            close(into: &events)
            open = kind
            events.append(.partStart(index: nextIndex, fields.isThought ? .thinking : .text))
        }
        if !text.isEmpty { events.append(.delta(index: nextIndex, text)) }
        if let signature = fields.signature {
            events.append(.signature(index: nextIndex, GeminiResponseReader.seal(signature, model)))
            close(into: &events)
        }
    }

    private mutating func close(into events: inout [NeutralEvent]) {
        guard open != nil else { return }
        open = nil
        events.append(.partEnd(index: nextIndex))
        nextIndex += 1
    }

    private mutating func takeCall(_ fields: GeminiPartFields, into events: inout [NeutralEvent]) -> Bool {
        guard let value = fields.value else { return false }
        let call = GeminiFunctionCall(value)
        guard !call.hasInvalidArgs else { return false }
        if call.name != nil { closeCall(into: &events) }
        guard call.isPiece else {
            let id = call.id?.text ?? identifiers.make("call_")
            tell(id, call.name ?? "", fields.signature, call.arguments, into: &events)
            return true
        }
        if let name = call.name {
            openCall = GeminiOpenCall(id: call.id?.text ?? identifiers.make("call_"), name: name)
        }
        guard openCall?.take(call, signature: fields.signature) == true else { return false }
        if !call.goesOn { closeCall(into: &events) }
        return true
    }

    private mutating func closeCall(into events: inout [NeutralEvent]) {
        guard let call = openCall else { return }
        openCall = nil
        tell(call.id, call.name, call.signature, call.arguments.text, into: &events)
    }

    private mutating func tell(
        _ id: String, _ name: String, _ signature: JSONString?, _ arguments: JSONString,
        into events: inout [NeutralEvent]
    ) {
        hasCalls = true
        let seal = signature.map { GeminiResponseReader.seal($0, model) }
        events.append(.partStart(index: nextIndex, .toolCall(id: id, name: name, signature: seal)))
        events.append(.delta(index: nextIndex, arguments))
        events.append(.partEnd(index: nextIndex))
        nextIndex += 1
    }
}
