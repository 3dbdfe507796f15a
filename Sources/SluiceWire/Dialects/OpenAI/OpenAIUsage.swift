/// Reads the `usage` object of OpenAI's dialects into disjoint classes.
///
/// One reader serves chat, completions, embeddings, images and audio (`prompt_tokens`, `completion_tokens`, with
/// `_details`) and Responses (`input_tokens`, `output_tokens`): the names never clash. Missing and `null` counts
/// are 0; fields that it does not know are passed over.
/// Source: OpenAI API reference, chat completion and response objects (read 2026-11).
public enum OpenAIUsage {
    /// The usage in `bytes`, one JSON object; `nil` when it is no object or holds no count that is known.
    public static func parse(_ bytes: Span<UInt8>) -> TokenUsage? {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return nil }
            return parse(base, 0, raw.count)
        }
    }

    /// The usage in `start..<end` of the text at `base`.
    static func parse(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> TokenUsage? {
        var counts = OpenAIUsageCounts(base: base + start)
        let failure = JSONWalker.walk(base + start, end - start, maximumDepth: 32, objectOnly: true, sink: &counts)
        return failure == nil ? counts.usage : nil
    }
}
