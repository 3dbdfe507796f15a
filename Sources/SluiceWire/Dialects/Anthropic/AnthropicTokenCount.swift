/// `POST /v1/messages/count_tokens`: a request without `max_tokens`, answered by `{"input_tokens":n}`.
///
/// Source: Anthropic SDK types `MessageCountTokensParams` and `MessageTokensCount` (read 2026-11).
public enum AnthropicTokenCount: TokenCountCodec {
    public static func readCountRequest(
        _ document: JSONDocument, _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        try AnthropicRequestReader.read(document, &context, isCount: true)
    }

    // The conversation, tools and thinking, and nothing that bears on the answer only.
    public static func writeCountRequest(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        try AnthropicRequestWriter.write(request, &context, isCount: true)
    }

    public static func readCount(_ document: JSONDocument) throws(ConversionError) -> Int {
        guard let count = document.root["input_tokens"]?.intValue, count >= 0 else {
            throw .malformed("The provider's answer has no input_tokens.")
        }
        return count
    }

    public static func writeCount(_ tokens: Int) -> [UInt8] {
        var out = AnthropicWriter(capacity: 48)
        out.json.beginObject()
        out.member("input_tokens", max(0, tokens))
        out.json.endObject()
        return out.json.take()
    }
}
