/// Marks for the prompt cache.
///
/// OpenAI's is `prompt_cache_breakpoint: {"mode":"explicit","ttl":"30m"}` on a content part. Clients of servers that
/// stand before Anthropic's models (OpenRouter, LiteLLM) write Anthropic's `cache_control: {"type":"ephemeral"}`.
enum OpenAIChatCacheHint {
    /// The hint that a `cache_control` is.
    static func read(_ node: JSONNode) -> NeutralCacheHint? {
        guard node["type"]?.stringValue == "ephemeral" else { return nil }
        return switch node["ttl"]?.stringValue {
        case nil: .standard
        case "5m": .fiveMinutes
        case "1h": .oneHour
        default: .standard
        }
    }

    /// Takes one of the two marks from a part. A breakpoint with a time of its own is kept as an extra too, since no
    /// hint says half an hour or half a day.
    static func take(_ key: String, _ node: JSONNode, into part: inout NeutralPart) {
        if key == "cache_control", let hint = read(node) {
            part.cacheHint = hint
        } else if key == "prompt_cache_breakpoint", node.kind == .object {
            part.cacheHint = node["ttl"]?.stringValue == "12h" ? .oneHour : .standard
            if node["ttl"] != nil { part.extras.append(key, JSONFragment(node), from: .openAIChat) }
        } else {
            part.extras.append(key, JSONFragment(node), from: .openAIChat)
        }
    }

    /// Writes the mark of a part, where the target takes one and the part has not brought its own.
    static func write(_ part: NeutralPart, to writer: inout JSONWriter, _ context: inout RequestWriting) {
        guard let hint = part.cacheHint,
            part.extras.value("prompt_cache_breakpoint", of: .openAIChat) == nil
        else { return }
        guard context.capabilities.takesCacheHints else { return context.losses.note("cache_control") }
        // The shortest lifetime is half an hour: five minutes are within it, an hour is not.
        if hint == .oneHour { context.losses.adapt("cache_control.ttl") }
        writer.key("prompt_cache_breakpoint" as StaticString)
        writer.beginObject()
        writer.key("mode" as StaticString)
        writer.string("explicit")
        writer.endObject()
    }
}
