import SluiceWire

/// Reads a checked chat request of Cohere's.
enum CohereReader {
    static func read(_ root: JSONNode, textLimit: Int) -> GenerationRequest {
        var request = GenerationRequest(model: root.text("model") ?? "")
        request.isStreaming = root["stream"]?.boolValue ?? false
        request.tokenLimit = root["max_tokens"]?.intValue
        let messages = root.list("messages")
        request.messageCount = messages.count
        for message in messages {
            request.promptBytes += PromptText.bytes(of: message["content"])
            if let calls = message["tool_calls"] { request.promptBytes += calls.range.count }
            if message.text("role") == "user" {
                request.lastUserText = PromptText.text(of: message["content"], limit: textLimit)
            }
        }
        if let last = messages.last, last.text("role") == "tool" { request.toolResult = result(last, textLimit) }
        if let tools = root["tools"], tools.count > 0 { request.promptBytes += tools.range.count }
        for tool in root.list("tools") {
            request.tools.append(
                .init(name: tool["function"]?.text("name") ?? "", schema: tool["function"]?["parameters"]))
        }
        switch root.text("tool_choice") {
        case "REQUIRED": request.toolChoice = .required
        case "NONE": request.toolChoice = .none
        default: break
        }
        if root["response_format"]?.text("type") == "json_object" {
            request.outputSchema = root["response_format"]?["json_schema"]
            request.wantsJSONObject = request.outputSchema == nil
        }
        request.asksToThink = root["thinking"]?.text("type") == "enabled"
        return request
    }

    /// A result's text; a document's data as its JSON.
    private static func result(_ message: JSONNode, _ limit: Int) -> String {
        let documents = message.list("content").compactMap { $0["document"]?["data"] }
        guard !documents.isEmpty else { return PromptText.text(of: message["content"], limit: limit) }
        return documents.map { String(decoding: $0.rawBytes, as: UTF8.self) }.joined()
    }
}
