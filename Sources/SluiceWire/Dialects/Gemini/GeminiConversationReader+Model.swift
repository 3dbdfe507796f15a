/// The model's contents: thoughts, texts and calls.
extension GeminiConversationReader {
    mutating func readModel(
        _ nodes: [JSONNode], _ extras: NeutralExtras, _ place: GeminiPlace
    ) throws(ConversionError) {
        var place = place
        // Text goes on across the chunks of a stream, not within one.
        var joins = true
        if messages.last?.role != .assistant {
            pending = []
            messages.append(NeutralMessage(.assistant, []))
            joins = false
        }
        for extra in extras.fields {
            messages[messages.count - 1].extras.append(extra.name, extra.value, from: extra.origin)
        }
        for (index, node) in nodes.enumerated() {
            place.part = index
            // The last chunk of a stream may be empty, and so may its parts.
            if node.kind == .object, node.count == 0 { continue }
            let fields = try fields(node, place)
            if case .functionCall = fields.kind {
                try readCall(fields, place)
            } else {
                try closeCall()
                try readModelPart(fields, node, place, joins: joins)
            }
            joins = false
        }
        if messages[messages.count - 1].parts.isEmpty, openCall == nil, messages[messages.count - 1].extras.isEmpty {
            messages.removeLast()
        }
    }

    private mutating func readModelPart(
        _ fields: GeminiPartFields, _ node: JSONNode, _ place: GeminiPlace, joins: Bool
    ) throws(ConversionError) {
        switch fields.kind {
        case .functionResponse:
            throw .invalid(place.field("functionResponse"), "\(place.field()): responses belong to the role user.")
        case .opaque(let kind):
            append(NeutralPart(.opaque(NeutralOpaque(origin: .gemini, kind: kind, value: JSONFragment(node)))))
        case .text, nil:
            guard let text = fields.kind == nil ? .empty : JSONString(fields.value) else {
                throw .invalid(place.field("text"), "\(place.field("text")): expected a string.")
            }
            if fields.isThought {
                appendThought(text, fields)
            } else {
                appendText(text, fields, joins: joins)
            }
        default:
            var part = try medium(fields, "", place)
            part.signature = opened(fields.signature, before: { $0.insert(thoughts: $1) })
            append(part)
        }
    }

    private mutating func appendText(_ text: JSONString, _ fields: GeminiPartFields, joins: Bool) {
        let signature = opened(fields.signature, before: { $0.insert(thoughts: $1) })
        if text.isEmpty, signature == nil, fields.extras.isEmpty { return }
        if joins, signature == nil, fields.extras.isEmpty, case .text(var whole) = takeLast() {
            whole.append(text)
            replaceLast(NeutralPart(.text(whole)))
        } else {
            append(NeutralPart(.text(text), signature: signature, extras: fields.extras))
        }
    }

    /// The last part's content, given up so that it can grow without being copied: of a part that a further piece may
    /// join, which then has to be replaced. `nil` for every other part, which stays.
    private mutating func takeLast(isThinking: Bool = false) -> NeutralPart.Content? {
        guard !messages.isEmpty, let place = messages[messages.count - 1].parts.indices.last else { return nil }
        let last = messages.count - 1
        guard messages[last].parts[place].signature == nil, messages[last].parts[place].extras.isEmpty else {
            return nil
        }
        switch messages[last].parts[place].content {
        case .text where !isThinking, .thinking where isThinking:
            var content = NeutralPart.Content.redactedThinking
            swap(&content, &messages[last].parts[place].content)
            return content
        default: return nil
        }
    }

    /// A thought goes on until its seal has come: a stream's pieces are put together, since the seal is over the whole.
    private mutating func appendThought(_ text: JSONString, _ fields: GeminiPartFields) {
        var isRedacted = false
        var signature: NeutralSignature?
        if let field = fields.signature {
            switch GeminiSeal.open(field, seal: seal) {
            case .own(let own): signature = own
            case .thoughts(let thoughts):
                signature = thoughts.first?.signature
                isRedacted = thoughts.first?.isRedacted ?? false
            case .broken: losses.drop("thinking")
            }
        }
        if isRedacted {
            append(NeutralPart(.redactedThinking, signature: signature, extras: fields.extras))
        } else if fields.extras.isEmpty, case .thinking(var whole) = takeLast(isThinking: true) {
            whole.append(text)
            replaceLast(NeutralPart(.thinking(whole), signature: signature))
        } else if !text.isEmpty || signature != nil {
            append(NeutralPart(.thinking(text), signature: signature, extras: fields.extras))
        }
    }

    private mutating func readCall(_ fields: GeminiPartFields, _ place: GeminiPlace) throws(ConversionError) {
        guard let value = fields.value, value.kind == .object else {
            throw .invalid(place.field("functionCall"), "\(place.field("functionCall")): expected an object.")
        }
        let call = GeminiFunctionCall(value)
        guard !call.hasInvalidArgs else {
            throw .invalid(place.field("functionCall.args"), "\(place.field("functionCall.args")): expected an object.")
        }
        if call.name == nil {
            guard openCall != nil else {
                let field = place.field("functionCall.name")
                throw .invalid(field, "\(field): is missing.")
            }
        } else {
            try closeCall()
        }
        guard call.isPiece else {
            let (id, carried) = identify(call)
            return append(
                NeutralToolCall(id: id, name: call.name ?? "", arguments: call.arguments), fields.signature, carried,
                Self.joined(call.extras, fields.extras))
        }
        if let name = call.name {
            openCall = GeminiOpenCall(id: identify(call).id, name: name)
        }
        guard openCall?.take(call, signature: fields.signature) == true else {
            let field = place.field("functionCall.partialArgs")
            throw .invalid(field, "\(field): the pieces do not fit together.")
        }
        if !call.goesOn { try closeCall() }
    }

    mutating func closeCall() throws(ConversionError) {
        guard let call = openCall else { return }
        openCall = nil
        append(
            NeutralToolCall(id: call.id, name: call.name, arguments: call.arguments.text), call.signature, [],
            NeutralExtras())
    }

    private mutating func identify(_ call: GeminiFunctionCall) -> (id: String, thoughts: [ThinkingCarrier.Thought]) {
        callCount += 1
        guard let id = call.id else { return ("call_gemini_\(callCount)", []) }
        return ToolCallCarrier.decode(id, seal: seal, losses: &losses)
    }

    private mutating func append(
        _ call: NeutralToolCall, _ field: JSONString?, _ carried: [ThinkingCarrier.Thought], _ extras: NeutralExtras
    ) {
        var signature = opened(field, before: { $0.insert(thoughts: $1) })
        if let own = insert(thoughts: carried) { signature = signature ?? own }
        pending.append(Pending(id: call.id, name: call.name))
        append(NeutralPart(.toolCall(call), signature: signature, extras: extras))
    }
}
