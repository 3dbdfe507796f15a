/// One entry of `reasoning_details` in an answer, with the vendor's seal as a token of the gateway's.
enum OpenAIChatDetail {
    /// Writes an entry; `text` is `nil` for a thought that only its vendor can read. Returns whether there was one to
    /// write.
    static func write(
        _ text: JSONString?,
        _ signature: NeutralSignature?,
        at index: Int,
        to json: inout JSONWriter,
        _ context: inout ResponseWriting
    ) -> Bool {
        var token: JSONString?
        if let signature {
            token = ThinkingCarrier.token(for: signature, seal: context.seal)
            if token == nil { context.losses.drop("thinking") }
        }
        guard text != nil || token != nil else { return false }
        json.beginObject()
        json.key("type" as StaticString)
        json.string(text == nil ? "reasoning.encrypted" : "reasoning.text")
        if let text {
            json.key("text" as StaticString)
            json.string(text)
        }
        if let token {
            json.key(text == nil ? "data" : "signature" as StaticString)
            json.string(token)
        }
        json.key("index" as StaticString)
        json.integer(index)
        json.endObject()
        return true
    }
}
