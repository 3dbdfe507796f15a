import SluiceWire

/// Reads a checked Converse request.
enum ConverseReader {
    static func read(_ root: JSONNode, model: String, isStreaming: Bool, textLimit: Int) -> GenerationRequest {
        var request = GenerationRequest(model: model)
        request.isStreaming = isStreaming
        request.tokenLimit = root["inferenceConfig"]?["maxTokens"]?.intValue
        request.promptBytes = PromptText.bytes(of: root["system"])
        readMessages(root, textLimit, &request)
        readTools(root, &request)
        if let text = root["outputConfig"]?["textFormat"]?["structure"]?["jsonSchema"]?.text("schema") {
            request.outputSchema = try? JSONDocument(parsing: Array(text.utf8)).root
        }
        request.asksToThink = thinking(root, ModelName(model)).isOn
        return request
    }

    /// How the model thinks: Claude's field among the additional ones, or another model's `reasoning_config`.
    static func thinking(_ root: JSONNode, _ name: ModelName) -> ThinkingStyle {
        let extra = root["additionalModelRequestFields"]
        return ThinkingStyle(thinking: extra?["thinking"] ?? extra?["reasoning_config"], name)
    }

    private static func readMessages(_ root: JSONNode, _ textLimit: Int, _ request: inout GenerationRequest) {
        let messages = root.list("messages")
        request.messageCount = messages.count
        for message in messages {
            request.promptBytes += message.list("content").reduce(0) { $0 + bytes(of: $1) }
            guard message.text("role") == "user" else { continue }
            let text = PromptText.text(of: message["content"], limit: textLimit)
            if !text.isEmpty { request.lastUserText = text }
        }
        guard let last = messages.last, last.text("role") == "user",
            let result = last.list("content").compactMap({ $0["toolResult"] }).last
        else { return }
        let parts = result.list("content")
        request.toolResult = parts.map { part in
            part.text("text") ?? part["json"].map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? ""
        }.joined()
    }

    /// Bytes of text; uses by their JSON, other blocks as 85 tokens.
    private static func bytes(of block: JSONNode) -> Int {
        if let text = block["text"] { return max(0, text.range.count - 2) }
        if let use = block["toolUse"] { return use.range.count }
        if let result = block["toolResult"] {
            return result.list("content").reduce(0) { count, part in
                count + (part["text"].map { max(0, $0.range.count - 2) } ?? part["json"]?.range.count ?? 340)
            }
        }
        if let reasoning = block["reasoningContent"]?["reasoningText"]?["text"] {
            return max(0, reasoning.range.count - 2)
        }
        return block.has("cachePoint") ? 0 : 340
    }

    private static func readTools(_ root: JSONNode, _ request: inout GenerationRequest) {
        guard let config = root["toolConfig"], !config.isNull else { return }
        request.promptBytes += config["tools"]?.range.count ?? 0
        for tool in config.list("tools").compactMap({ $0["toolSpec"] }) {
            request.tools.append(.init(name: tool.text("name") ?? "", schema: tool["inputSchema"]?["json"]))
        }
        let choice = config["toolChoice"]
        if choice?.has("any") == true { request.toolChoice = .required }
        if let name = choice?["tool"]?.text("name") { request.toolChoice = .named(name) }
        let extra = root["additionalModelRequestFields"]?["tool_choice"]
        request.allowsParallelTools = !(extra?["disable_parallel_tool_use"]?.boolValue ?? false)
    }
}
