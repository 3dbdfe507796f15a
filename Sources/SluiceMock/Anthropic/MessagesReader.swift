import SluiceWire

/// Reads a checked messages request.
enum MessagesReader {
    static func read(_ root: JSONNode, textLimit: Int) -> GenerationRequest {
        var request = GenerationRequest(model: root["model"]?.stringValue ?? "")
        request.isStreaming = root["stream"]?.boolValue ?? false
        request.tokenLimit = root["max_tokens"]?.intValue
        request.promptBytes = PromptText.bytes(of: root["system"])
        readMessages(root, textLimit, &request)
        if let tools = root["tools"] {
            if tools.count > 0 { request.promptBytes += tools.range.count }
            for tool in tools.elements {
                request.tools.append(.init(name: tool["name"]?.stringValue ?? "", schema: tool["input_schema"]))
            }
        }
        if let choice = root["tool_choice"] {
            request.allowsParallelTools = !(choice["disable_parallel_tool_use"]?.boolValue ?? false)
            switch choice["type"]?.stringValue {
            case "none": request.toolChoice = .none
            case "any": request.toolChoice = .required
            case "tool": request.toolChoice = .named(choice["name"]?.stringValue ?? "")
            default: break
            }
        }
        request.outputSchema = root["output_config"]?["format"]?["schema"]
        return request
    }

    private static func readMessages(_ root: JSONNode, _ textLimit: Int, _ request: inout GenerationRequest) {
        guard let messages = root["messages"] else { return }
        request.messageCount = messages.count
        var last: JSONNode?
        for message in messages.elements {
            last = message
            request.promptBytes += PromptText.bytes(of: message["content"])
            guard message["role"]?.stringValue == "user" else { continue }
            // A message of tool results alone is no new question.
            let text = PromptText.text(of: message["content"], limit: textLimit)
            if !text.isEmpty { request.lastUserText = text }
        }
        guard let content = last?["content"], last?["role"]?.stringValue == "user" else { return }
        let results = content.elements.filter { $0["type"]?.stringValue == "tool_result" }
        if let result = results.last { request.toolResult = PromptText.text(of: result["content"], limit: textLimit) }
    }
}
