/// `usage`, both ways.
enum OpenAIChatUsage {
    /// The usage of an answer or a chunk: `usage`, or Groq's `x_groq.usage`.
    static func read(in body: JSONNode) -> TokenUsage? {
        if let usage = body["usage"], usage.kind == .object { return read(usage) }
        if let usage = body["x_groq"]?["usage"], usage.kind == .object { return read(usage) }
        return nil
    }

    /// The counts, with those of vendors that name cached input otherwise: DeepSeek's `prompt_cache_hit_tokens`,
    /// Moonshot's `cached_tokens`, and the names that LiteLLM takes over from Anthropic.
    static func read(_ node: JSONNode) -> TokenUsage? {
        guard let usage = OpenAIUsage.parse(node.rawBytes.span) else { return nil }
        let others = OtherNames(node)
        var read = usage.cacheRead
        if read == 0 { read = min(others.read, usage.uncachedInput) }
        var write = usage.cacheWrite5m
        let rest = usage.uncachedInput - (read - usage.cacheRead)
        if write == 0 { write = min(others.written, max(0, rest)) }
        return TokenUsage(
            uncachedInput: rest - (write - usage.cacheWrite5m), cacheRead: read, cacheWrite5m: write,
            cacheWrite1h: usage.cacheWrite1h, audioInput: usage.audioInput, output: usage.output,
            reasoning: usage.reasoning, audioOutput: usage.audioOutput)
    }

    /// The counts under other names, found in one pass; of several names the first that counts anything.
    private struct OtherNames {
        private var hits = 0
        private var cached = 0
        private var taken = 0
        private(set) var written = 0

        var read: Int { hits != 0 ? hits : cached != 0 ? cached : taken }

        init(_ node: JSONNode) {
            for (key, value) in node.keyedMembers {
                switch key {
                case "prompt_cache_hit_tokens": hits = Self.count(value)
                case "cached_tokens": cached = Self.count(value)
                case "cache_read_input_tokens": taken = Self.count(value)
                case "cache_creation_input_tokens": written = Self.count(value)
                default: break
                }
            }
        }

        private static func count(_ node: JSONNode) -> Int { max(0, node.intValue ?? 0) }
    }

    /// Writes the counts as OpenAI adds them up: cached input is part of the prompt, reasoning of the completion.
    static func write(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("prompt_tokens" as StaticString)
        writer.integer(usage.promptTokens)
        writer.key("completion_tokens" as StaticString)
        writer.integer(usage.completionTokens)
        writer.key("total_tokens" as StaticString)
        writer.integer(usage.totalTokens)
        writer.key("prompt_tokens_details" as StaticString)
        writer.beginObject()
        writer.key("cached_tokens" as StaticString)
        writer.integer(usage.cacheRead)
        writer.key("cache_write_tokens" as StaticString)
        writer.integer(TokenUsage.sum(usage.cacheWrite5m, usage.cacheWrite1h))
        writer.key("audio_tokens" as StaticString)
        writer.integer(usage.audioInput)
        writer.endObject()
        writer.key("completion_tokens_details" as StaticString)
        writer.beginObject()
        writer.key("reasoning_tokens" as StaticString)
        writer.integer(usage.reasoning)
        writer.key("audio_tokens" as StaticString)
        writer.integer(usage.audioOutput)
        writer.endObject()
        writer.endObject()
    }
}
