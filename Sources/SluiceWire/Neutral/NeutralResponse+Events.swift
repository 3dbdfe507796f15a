extension NeutralResponse {
    /// The answer as a stream that says all of it at once: for a client who asked for a stream of a provider that sent
    /// a whole.
    public var events: [NeutralEvent] {
        var events: [NeutralEvent] = [.start(NeutralStart(id: id, model: model))]
        var index = 0
        for part in parts {
            guard let start = Self.start(of: part) else { continue }
            events.append(.partStart(index: index, start))
            if let text = Self.text(of: part), !text.isEmpty { events.append(.delta(index: index, text)) }
            for annotation in part.annotations { events.append(.annotation(index: index, annotation)) }
            if case .toolCall = part.content {
            } else if case .redactedThinking = part.content {
            } else if let signature = part.signature {
                events.append(.signature(index: index, signature))
            }
            events.append(.partEnd(index: index))
            index += 1
        }
        events.append(.finish(finish))
        if let usage { events.append(.usage(usage)) }
        events.append(.end)
        return events
    }

    private static func start(of part: NeutralPart) -> NeutralPartStart? {
        switch part.content {
        case .text: .text
        case .refusal: .refusal
        case .thinking: .thinking
        case .redactedThinking: part.signature.map { .redactedThinking($0) }
        case .toolCall(let call): .toolCall(id: call.id, name: call.name, signature: part.signature)
        case .opaque(let opaque): .opaque(opaque)
        case .image, .document, .audio, .video: .media(part)
        case .toolResult: nil
        }
    }

    private static func text(of part: NeutralPart) -> JSONString? {
        switch part.content {
        case .text(let text), .refusal(let text), .thinking(let text): text
        case .toolCall(let call): call.arguments
        default: nil
        }
    }
}
