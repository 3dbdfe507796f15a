/// The words that ask for JSON where the model's capabilities say that `format` is not to be used.
enum OllamaInstruction {
    /// A text for the end of the instructions; `nil` where the format needs no words.
    static func text(
        for request: NeutralRequest, _ context: inout RequestWriting
    ) throws(ConversionError) -> JSONString? {
        guard context.capabilities.structuredOutput == .instruction else { return nil }
        switch request.outputFormat {
        case nil, .text: return nil
        case .jsonObject:
            context.losses.adapt("response_format")
            return "Answer with one JSON object and nothing else."
        case .jsonSchema(let schema):
            context.losses.adapt("response_format")
            let lead: JSONString = "Answer with one JSON value that follows this JSON Schema, and nothing else:\n"
            return JSONString.joined([lead, JSONString(utf8: schema.schema.bytes)])
        }
    }
}
