/// Thoughts of other vendors that a client brings back.
extension GeminiConversationReader {
    /// The part's own seal in a field; thoughts that it carries for another vendor are put where they stood.
    mutating func opened(
        _ field: JSONString?,
        before insert: (inout GeminiConversationReader, [ThinkingCarrier.Thought]) -> NeutralSignature?
    ) -> NeutralSignature? {
        guard let field else { return nil }
        switch GeminiSeal.open(field, seal: seal) {
        case .own(let signature): return signature
        case .thoughts(let thoughts): return insert(&self, thoughts)
        case .broken:
            losses.drop("thinking")
            return nil
        }
    }

    /// Puts thoughts before what follows, or before the text of the turn; returns the seal that is the part's own.
    mutating func insert(thoughts: [ThinkingCarrier.Thought]) -> NeutralSignature? {
        var own: NeutralSignature?
        var textPlace = placeOfText()
        for thought in thoughts {
            if thought.text == nil, !thought.isRedacted {
                own = thought.signature
                continue
            }
            let content: NeutralPart.Content =
                thought.isRedacted ? .redactedThinking : .thinking(thought.text ?? .empty)
            let part = NeutralPart(content, signature: thought.signature)
            if thought.precedesText, let place = textPlace {
                messages[messages.count - 1].parts.insert(part, at: place)
                textPlace = place + 1
            } else {
                append(part)
            }
        }
        return own
    }

    /// Where the text begins that stands after the last call of the turn.
    private func placeOfText() -> Int? {
        guard let parts = messages.last?.parts else { return nil }
        let calls = parts.lastIndex { if case .toolCall = $0.content { true } else { false } }
        return parts.indices.dropFirst(calls.map { $0 + 1 } ?? 0).first { index in
            if case .text = parts[index].content { true } else { false }
        }
    }

    mutating func append(_ part: NeutralPart) {
        messages[messages.count - 1].parts.append(part)
    }

    mutating func replaceLast(_ part: NeutralPart) {
        messages[messages.count - 1].parts.removeLast()
        messages[messages.count - 1].parts.append(part)
    }

    static func joined(_ first: NeutralExtras, _ second: NeutralExtras) -> NeutralExtras {
        var joined = first
        for field in second.fields { joined.append(field.name, field.value, from: field.origin) }
        return joined
    }
}
