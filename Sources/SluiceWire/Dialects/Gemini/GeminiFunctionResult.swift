/// A tool's answer as Google's `response` object, and back to text.
///
/// `{"output":"22 degrees"}` and `{"error":"no such city"}` are Google's words for a text and a failure; any other
/// object is the answer itself.
/// Source: google-genai 3.4.0, `FunctionResponse.response` (2026-11).
enum GeminiFunctionResult {
    /// The text of a `response`, and whether it says that the tool failed.
    static func read(_ response: JSONNode) -> (text: JSONString, isError: Bool) {
        let error = response["error"]
        if response.count == 1 {
            if let text = JSONString(response["output"]) { return (text, false) }
            if let text = JSONString(error) { return (text, true) }
            if let error, error.kind == .object {
                return (GeminiCompactJSON.arguments(error.rawBytes), true)
            }
        }
        return (GeminiCompactJSON.arguments(response.rawBytes), error.map { !$0.isNull } ?? false)
    }

    /// Writes the member `response`.
    static func write(_ text: JSONString, isError: Bool, to writer: inout JSONWriter) {
        writer.key("response")
        let object = text.isBlank ? nil : NeutralToolCall.object(text)
        guard let object else {
            writer.beginObject()
            if isError { writer.key("error") } else { writer.key("output") }
            writer.string(text)
            return writer.endObject()
        }
        guard isError, !hasError(object) else { return writer.fragment(object) }
        writer.beginObject()
        writer.key("error")
        writer.fragment(object)
        writer.endObject()
    }

    private static func hasError(_ object: JSONFragment) -> Bool {
        guard let document = try? object.parsed() else { return false }
        return document.root["error"].map { !$0.isNull } ?? false
    }
}
