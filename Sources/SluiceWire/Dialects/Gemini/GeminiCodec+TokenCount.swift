/// `countTokens`: the question and its answer.
///
/// A client sends `contents` alone, or the whole request in `generateContentRequest` (AI Studio) or beside the contents
/// (Vertex). The answer: `{"totalTokens":31,"promptTokensDetails":[{"modality":"TEXT","tokenCount":31}]}`.
/// Source: google-genai 3.4.0, `CountTokensConfig`, `CountTokensResponse`; Gemini API reference, models.countTokens
/// (read 2026-11).
extension GeminiCodec: TokenCountCodec {
    public static func readCountRequest(
        _ document: JSONDocument,
        _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        var root = document.root
        for (key, value) in root.members where GeminiName.camel(key) == "generateContentRequest" && !value.isNull {
            root = value
        }
        var reader = GeminiRequestReader(context)
        defer { context.losses.merge(reader.losses) }
        return try reader.read(root)
    }

    public static func writeCount(_ tokens: Int) -> [UInt8] {
        let tokens = max(0, tokens)
        var writer = JSONWriter(capacity: 96)
        writer.beginObject()
        writer.key("totalTokens")
        writer.integer(tokens)
        writer.key("promptTokensDetails")
        GeminiUsage.writeDetails(text: tokens, to: &writer)
        writer.endObject()
        return writer.take()
    }

    public static func writeCountRequest(
        _ request: NeutralRequest,
        _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        var writer = GeminiRequestWriter(request, context)
        defer { context.losses.merge(writer.losses) }
        return try writer.countBody()
    }

    public static func readCount(_ document: JSONDocument) throws(ConversionError) -> Int {
        for (key, value) in document.root.members where GeminiName.camel(key) == "totalTokens" {
            if let count = NumberText(value)?.int, count >= 0 { return count }
        }
        throw .malformed("The provider's count has no totalTokens.")
    }
}
