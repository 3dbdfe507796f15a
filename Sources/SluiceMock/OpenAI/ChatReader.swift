import SluiceWire

/// Reads a checked chat request.
enum ChatReader {
    static func read(_ root: JSONNode, textLimit: Int) -> GenerationRequest {
        var request = GenerationRequest(model: root["model"]?.stringValue ?? "")
        request.isStreaming = root["stream"]?.boolValue ?? false
        request.includesUsage = root["stream_options"]?["include_usage"]?.boolValue ?? false
        request.tokenLimit = root["max_completion_tokens"]?.intValue ?? root["max_tokens"]?.intValue
        request.choiceCount = root["n"]?.intValue ?? 1
        request.allowsParallelTools = root["parallel_tool_calls"]?.boolValue ?? true
        readMessages(root, textLimit, &request)
        readTools(root, &request)
        if let format = root["response_format"] {
            request.outputSchema = format["json_schema"]?["schema"]
            request.wantsJSONObject = format["type"]?.stringValue.map { $0 != "text" } ?? false
        }
        return request
    }

    private static func readMessages(_ root: JSONNode, _ textLimit: Int, _ request: inout GenerationRequest) {
        guard let messages = root["messages"] else { return }
        request.messageCount = messages.count
        var lastUser: JSONNode?
        var last: JSONNode?
        for message in messages.elements {
            if message["role"]?.stringValue == "user" { lastUser = message }
            last = message
            request.promptBytes += PromptText.bytes(of: message["content"])
            if let calls = message["tool_calls"] { request.promptBytes += calls.range.count }
        }
        request.lastUserText = PromptText.text(of: lastUser?["content"], limit: textLimit)
        if let last, last["role"]?.stringValue == "tool" {
            request.toolResult = PromptText.text(of: last["content"], limit: textLimit)
        }
    }

    private static func readTools(_ root: JSONNode, _ request: inout GenerationRequest) {
        if let tools = root["tools"] {
            request.promptBytes += tools.range.count
            for tool in tools.elements {
                if let function = tool["function"] {
                    request.tools.append(
                        .init(name: function["name"]?.stringValue ?? "", schema: function["parameters"]))
                } else if let custom = tool["custom"] {
                    request.tools.append(
                        .init(name: custom["name"]?.stringValue ?? "", schema: nil, isCustom: true))
                }
            }
        }
        guard let choice = root["tool_choice"] else { return }
        switch choice.stringValue ?? choice["type"]?.stringValue {
        case "none": request.toolChoice = .none
        case "required": request.toolChoice = .required
        case "function": request.toolChoice = .named(choice["function"]?["name"]?.stringValue ?? "")
        case "custom": request.toolChoice = .named(choice["custom"]?["name"]?.stringValue ?? "")
        case "allowed_tools":
            let allowed = choice["allowed_tools"]
            if allowed?["mode"]?.stringValue == "required" { request.toolChoice = .required }
            if let list = allowed?["tools"] {
                let names = Set(list.elements.compactMap { ($0["function"] ?? $0["custom"])?["name"]?.stringValue })
                request.tools.removeAll { !names.contains($0.name) }
            }
        default: break
        }
    }
}
