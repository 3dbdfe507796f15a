import SluiceWire

/// Checks the rules of a Responses request that its shape cannot say, and reads it.
enum ResponsesReader {
    static func read(
        _ root: JSONNode, _ checker: ShapeChecker, textLimit: Int
    ) throws(RequestFault) -> GenerationRequest {
        var request = GenerationRequest(model: root["model"]?.stringValue ?? "")
        request.isStreaming = root["stream"]?.boolValue ?? false
        request.tokenLimit = root["max_output_tokens"]?.intValue
        request.allowsParallelTools = root["parallel_tool_calls"]?.boolValue ?? true
        if let options = root["stream_options"], !options.isNull, !request.isStreaming {
            throw .invalid("stream_options", "only goes with stream: true")
        }
        for key in ["previous_response_id", "conversation", "prompt"] {
            if let value = root[key], !value.isNull {
                throw .invalid(key, "needs stored state, which the mock model does not keep")
            }
        }
        if root["background"]?.boolValue == true {
            throw .invalid("background", "is not offered by the mock model")
        }
        guard let input = root["input"], !input.isNull else {
            throw RequestFault(ShapeFault(.missing, "is required").under("input"))
        }
        request.promptBytes = PromptText.bytes(of: root["instructions"])
        try readInput(input, checker, textLimit, &request)
        try OpenAIToolRules.check(root["tools"]) { ($0, "tools[\($1)]") }
        readTools(root, &request)
        request.asksToThink = asksToThink(root)
        if let format = root["text"]?["format"] {
            request.outputSchema = format["schema"]
            request.wantsJSONObject = format["type"]?.stringValue.map { $0 != "text" } ?? false
        }
        return request
    }

    /// Whether the request wants to see reasoning, or to carry it on.
    private static func asksToThink(_ root: JSONNode) -> Bool {
        if let effort = root["reasoning"]?["effort"]?.stringValue { return effort != "none" }
        return root["reasoning"]?["summary"]?.stringValue != nil || ResponsesReply.wantsEncryptedReasoning(root)
    }

    private static func readInput(
        _ input: JSONNode, _ checker: ShapeChecker, _ textLimit: Int, _ request: inout GenerationRequest
    ) throws(RequestFault) {
        if input.kind == .string {
            request.lastUserText = PromptText.text(of: input, limit: textLimit)
            request.promptBytes += PromptText.bytes(of: input)
            request.messageCount = 1
            return
        }
        request.messageCount = input.count
        var index = 0
        var lastUser: JSONNode?
        for item in input.elements {
            request.toolResult = nil
            let type = item["type"]?.stringValue ?? "message"
            guard let shape = ResponsesShape.items[type] else {
                throw .invalid("input[\(index)].type", "expected one of \(ResponsesShape.items.keys.sorted())")
            }
            do throws(ShapeFault) {
                try checker.check(item, shape)
            } catch {
                throw RequestFault(error.under("input[\(index)]"))
            }
            switch type {
            case "function_call":
                request.promptBytes += item.range.count
            case "function_call_output":
                request.toolResult = PromptText.text(of: item["output"], limit: textLimit)
                request.promptBytes += PromptText.bytes(of: item["output"])
            default:
                request.promptBytes += PromptText.bytes(of: item["content"])
                if item["role"]?.stringValue == "user" { lastUser = item }
            }
            index += 1
        }
        try ResponsesRules.check(input)
        request.lastUserText = PromptText.text(of: lastUser?["content"], limit: textLimit)
    }

    private static func readTools(_ root: JSONNode, _ request: inout GenerationRequest) {
        if let tools = root["tools"] {
            if tools.count > 0 { request.promptBytes += tools.range.count }
            for tool in tools.elements {
                request.tools.append(.init(name: tool["name"]?.stringValue ?? "", schema: tool["parameters"]))
            }
        }
        guard let choice = root["tool_choice"] else { return }
        switch choice.stringValue ?? choice["type"]?.stringValue {
        case "none": request.toolChoice = .none
        case "required": request.toolChoice = .required
        case "function": request.toolChoice = .named(choice["name"]?.stringValue ?? "")
        case "allowed_tools":
            if choice["mode"]?.stringValue == "required" { request.toolChoice = .required }
            if let list = choice["tools"] {
                let names = Set(list.elements.compactMap { $0["name"]?.stringValue })
                request.tools.removeAll { !names.contains($0.name) }
            }
        default: break
        }
    }
}
