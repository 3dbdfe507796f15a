/// Google's seal over a call, where Google itself puts it in this dialect:
/// `"extra_content":{"google":{"thought_signature":"..."}}` beside `function`.
///
/// Source: Gemini API, OpenAI compatibility and thought signatures (read 2026-11).
enum OpenAIChatGoogleSignature {
    static let field = "extra_content"

    /// The seal of a tool call.
    static func read(_ call: JSONNode) -> JSONString? {
        JSONString(call[field]?["google"]?["thought_signature"]).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Writes the member.
    static func write(_ value: JSONString, to writer: inout JSONWriter) {
        writer.key("extra_content" as StaticString)
        writer.beginObject()
        writer.key("google" as StaticString)
        writer.beginObject()
        writer.key("thought_signature" as StaticString)
        writer.string(value)
        writer.endObject()
        writer.endObject()
    }
}
