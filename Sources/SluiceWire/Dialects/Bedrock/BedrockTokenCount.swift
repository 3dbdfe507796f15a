/// CountTokens: `{"input":{"converse":{"messages":[...]}}}` gives `{"inputTokens":12}`. Path: `/model/{id}/count-tokens`.
///
/// Source: the service model of bedrock-runtime, `CountTokens` (read 2026-11).
public enum BedrockTokenCount: TokenCountCodec {
    /// Reads a client's request. One with `invokeModel` is a model's own body: it can go to its vendor only.
    public static func readCountRequest(
        _ document: JSONDocument, _ context: inout RequestReading
    ) throws(ConversionError) -> NeutralRequest {
        guard let input = document.root["input"], input.kind == .object else {
            throw .invalid("input", "input: expected an object with the member converse.")
        }
        guard let converse = input["converse"], !converse.isNull else {
            throw .unsupported("input.invokeModel", "input.invokeModel: only input.converse can be counted here.")
        }
        return try BedrockRequestReader.read(converse, &context)
    }

    public static func writeCount(_ tokens: Int) -> [UInt8] {
        var json = JSONWriter(capacity: 32)
        json.beginObject()
        json.key("inputTokens")
        json.integer(max(0, tokens))
        json.endObject()
        return json.take()
    }

    public static func writeCountRequest(
        _ request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> [UInt8] {
        try BedrockRequestWriter.writeCount(request, &context)
    }

    public static func readCount(_ document: JSONDocument) throws(ConversionError) -> Int {
        guard let count = document.root["inputTokens"]?.intValue, count >= 0 else {
            throw .malformed("The provider's answer has no inputTokens.")
        }
        return count
    }
}
