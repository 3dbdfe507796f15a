import SluiceWire

/// An explanation for people and for programs.
extension RequestExplanation {
    /// Lines for a terminal.
    public var text: String {
        var text = "\(self.surface), model \(self.model)\(self.isStreaming ? ", streamed" : "")"
        text += self.key.map { ", key \($0)\n" } ?? "\n"
        if let rule = self.rule { text += "rule       routes[\(rule)]\n" }
        text += "entry      \(self.entry ?? "none; the provider is named, or its own patterns decide")\n"
        text +=
            "strategy   \(self.strategy)\(self.attempts.map { ", at most \($0) attempts" } ?? ", each target once")\n"
        for fallback in self.fallbacks {
            text += "fallback   \(fallback.kind): \(fallback.models.joined(separator: ", "))\n"
        }
        for candidate in self.candidates { text += candidate.text }
        return text
    }

    /// One JSON object and a line feed.
    public var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("surface")
        writer.string(self.surface)
        writer.key("model")
        writer.string(self.model)
        writer.optional("key", self.key)
        writer.key("streamed")
        writer.bool(self.isStreaming)
        if let rule = self.rule {
            writer.key("rule")
            writer.integer(rule)
        }
        writer.optional("entry", self.entry)
        writer.key("strategy")
        writer.string(self.strategy)
        if let attempts = self.attempts {
            writer.key("attempts")
            writer.integer(attempts)
        }
        writer.key("fallbacks")
        writer.beginObject()
        for fallback in self.fallbacks { writer.strings(fallback.kind, fallback.models) }
        writer.endObject()
        writer.key("candidates")
        writer.beginArray()
        for candidate in self.candidates { candidate.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.take(), as: UTF8.self) + "\n"
    }
}

extension RequestExplanation.Candidate {
    fileprivate var text: String {
        var text = "\(self.isChosen ? "->" : "  ") \(self.provider)/\(self.targetModel): \(self.reason)"
        if let cost = self.costUSD { text += ", about \(cost) USD" }
        if let refusal = self.refusal {
            text += ", cannot: \(refusal)"
        } else if self.isSpliced {
            text += ", in the client's own bytes"
        } else if let surface = self.surface {
            text += ", converted to \(surface)"
            text += self.losses.isEmpty ? ", nothing lost" : ", lost: \(self.losses.joined(separator: ", "))"
        }
        return text + "\n"
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("provider")
        writer.string(self.provider)
        writer.key("target_model")
        writer.string(self.targetModel)
        writer.key("chosen")
        writer.bool(self.isChosen)
        writer.key("reason")
        writer.string(self.reason)
        writer.optional("cost_usd", self.costUSD.map { "\($0)" })
        writer.optional("surface", self.surface)
        writer.key("spliced")
        writer.bool(self.isSpliced)
        writer.strings("losses", self.losses)
        writer.optional("refusal", self.refusal)
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func optional(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        self.key(name)
        self.string(value)
    }

    fileprivate mutating func strings(_ name: String, _ values: [String]) {
        self.key(name)
        self.beginArray()
        for value in values { self.string(value) }
        self.endArray()
    }
}

/// Requests that are made up to be explained.
public enum ExplanationText {
    /// A short request that most chat surfaces take.
    public static func shortRequest(model: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("model")
        writer.string(model)
        writer.key("max_tokens")
        writer.integer(256)
        writer.key("messages")
        writer.beginArray()
        writer.beginObject()
        writer.key("role")
        writer.string("user")
        writer.key("content")
        writer.string("Hello")
        writer.endObject()
        writer.endArray()
        writer.endObject()
        return writer.take()
    }
}
