/// What whole answers and the chunks of a stream share around their parts.
enum GeminiFrame {
    /// Writes `"finishReason":"STOP"`, with the vendor's message where there is one.
    static func writeFinish(_ finish: NeutralFinish, to writer: inout JSONWriter) {
        writer.key("finishReason")
        writer.string(GeminiFinish.word(finish))
        if let details = finish.details, details.origin == .gemini, details.kind == "finishMessage" {
            writer.key("finishMessage")
            writer.fragment(details.value)
        }
    }

    /// Writes `usageMetadata`, `modelVersion` and `responseId`.
    static func writeTail(usage: TokenUsage?, model: String, id: String, to writer: inout JSONWriter) {
        if let usage {
            writer.key("usageMetadata")
            GeminiUsage.write(usage, to: &writer)
        }
        writer.key("modelVersion")
        writer.string(model)
        writer.key("responseId")
        writer.string(id)
    }
}
