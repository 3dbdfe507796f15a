// Thoughts of earlier turns, for the servers that take them.
extension OpenAIChatRequestWriter {
    /// Writes the thoughts of an assistant message. `isOver`: a message of the user's came after it, so that the model
    /// no longer needs them.
    mutating func writeThoughts(_ parts: [NeutralPart], isOver: Bool) {
        var details: [(signature: JSONString, text: JSONString)] = []
        var texts: [JSONString] = []
        for part in parts {
            let text: JSONString
            switch part.content {
            case .thinking(let thought): text = thought
            case .redactedThinking: text = .empty
            default: continue
            }
            let isSent = writeText(text, into: &texts)
            if let signature = part.signature, isOwn(signature) {
                details.append((signature.value, text))
            } else if !isSent {
                report(part, isOver: isOver)
            }
        }
        writeDetails(details)
        guard !texts.isEmpty else { return }
        json.key(context.capabilities.reasoningField.rawValue)
        json.string(JSONString.joined(texts, separator: "\n\n"))
    }

    private func writeText(_ text: JSONString, into texts: inout [JSONString]) -> Bool {
        guard context.capabilities.reasoningField != .none, !text.isEmpty else { return false }
        texts.append(text)
        return true
    }

    /// Whether this server made the entry. Of one that a client brought from elsewhere only the form is known.
    private func isOwn(_ signature: NeutralSignature) -> Bool {
        guard signature.origin.isFor(.openAIChat, model: context.model) else { return false }
        return signature.origin.model != nil || context.capabilities.reasoningField != .none
    }

    private mutating func report(_ part: NeutralPart, isOver: Bool) {
        if isOver || part.signature == nil {
            context.losses.note("thinking")
        } else {
            context.losses.drop("thinking")
        }
    }

    private mutating func writeDetails(_ details: [(signature: JSONString, text: JSONString)]) {
        var entries = JSONWriter()
        var blocks = JSONWriter()
        entries.beginArray()
        blocks.beginArray()
        var hasEntries = false
        var hasBlocks = false
        for (signature, text) in details {
            var entry = JSONWriter()
            guard let kind = OpenAIChatThought.write(signature, text: text, to: &entry) else {
                context.losses.drop("thinking")
                continue
            }
            if kind.isBlock {
                hasBlocks = true
                blocks.raw(entry.take())
            } else {
                hasEntries = true
                entries.raw(entry.take())
            }
        }
        entries.endArray()
        blocks.endArray()
        if hasEntries {
            json.key("reasoning_details" as StaticString)
            json.raw(entries.take())
        }
        if hasBlocks {
            json.key("thinking_blocks" as StaticString)
            json.raw(blocks.take())
        }
    }
}
