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
        var read = usage.cacheRead
        if read == 0 {
            for key in ["prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens"] where read == 0 {
                read = min(max(0, node[key]?.intValue ?? 0), usage.uncachedInput)
            }
        }
        var write = usage.cacheWrite5m
        let rest = usage.uncachedInput - (read - usage.cacheRead)
        if write == 0 { write = min(max(0, node["cache_creation_input_tokens"]?.intValue ?? 0), max(0, rest)) }
        return TokenUsage(
            uncachedInput: rest - (write - usage.cacheWrite5m), cacheRead: read, cacheWrite5m: write,
            cacheWrite1h: usage.cacheWrite1h, audioInput: usage.audioInput, output: usage.output,
            reasoning: usage.reasoning, audioOutput: usage.audioOutput)
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
