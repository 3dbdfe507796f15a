/// Reads `usageMetadata` into disjoint classes, and writes it.
///
/// `{"promptTokenCount":31,"candidatesTokenCount":7,"thoughtsTokenCount":90,"totalTokenCount":128,
/// "cachedContentTokenCount":16,"toolUsePromptTokenCount":0,
/// "promptTokensDetails":[{"modality":"TEXT","tokenCount":31}]}`
///
/// The prompt's count holds the cached tokens; the candidates' does not hold the thoughts; the results of the vendor's
/// own tools are input beside the prompt. Missing counts are 0.
/// Source: google-genai 3.4.0, `GenerateContentResponseUsageMetadata` (2026-11).
public enum GeminiUsage {
    /// The usage in `bytes`, one JSON object; `nil` when it is no object or holds no count that is known.
    public static func parse(_ bytes: Span<UInt8>) -> TokenUsage? {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            return parse(base, 0, raw.count)
        }
    }

    /// The usage in `start..<end` of the text at `base`.
    static func parse(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> TokenUsage? {
        var counts = GeminiUsageCounts(base: base + start)
        let failure = JSONWalker.walk(base + start, end - start, maximumDepth: 32, objectOnly: true, sink: &counts)
        return failure == nil ? counts.usage : nil
    }

    /// The usage in a node.
    static func parse(_ node: JSONNode?) -> TokenUsage? {
        guard let node, node.kind == .object else { return nil }
        return node.rawBytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            return parse(base, 0, raw.count)
        }
    }

    /// Writes the object.
    static func write(_ usage: TokenUsage, to writer: inout JSONWriter) {
        let prompt = usage.promptTokens
        let candidates = TokenUsage.sum(usage.output, usage.audioOutput)
        writer.beginObject()
        writer.key("promptTokenCount")
        writer.integer(prompt)
        writer.key("candidatesTokenCount")
        writer.integer(candidates)
        writer.key("totalTokenCount")
        writer.integer(usage.totalTokens)
        if usage.cacheRead > 0 {
            writer.key("cachedContentTokenCount")
            writer.integer(usage.cacheRead)
        }
        if usage.reasoning > 0 {
            writer.key("thoughtsTokenCount")
            writer.integer(usage.reasoning)
        }
        writer.key("promptTokensDetails")
        writeDetails(text: prompt - usage.audioInput, audio: usage.audioInput, to: &writer)
        if usage.audioOutput > 0 {
            writer.key("candidatesTokensDetails")
            writeDetails(text: usage.output, audio: usage.audioOutput, to: &writer)
        }
        writer.endObject()
    }

    /// Writes counts by modality.
    static func writeDetails(text: Int, audio: Int = 0, to writer: inout JSONWriter) {
        writer.beginArray()
        for (modality, count) in [("TEXT", text), ("AUDIO", audio)] where modality == "TEXT" || count > 0 {
            writer.beginObject()
            writer.key("modality")
            writer.string(modality)
            writer.key("tokenCount")
            writer.integer(count)
            writer.endObject()
        }
        writer.endArray()
    }
}
