import SluiceWire

/// Reads a checked generate request.
enum GeminiReader {
    static func read(_ root: JSONNode, model: String, isStreaming: Bool, textLimit: Int) -> GenerationRequest {
        var request = GenerationRequest(model: model)
        request.isStreaming = isStreaming
        let config = root["generationConfig"]
        request.tokenLimit = config?["maxOutputTokens"]?.intValue
        request.choiceCount = config?["candidateCount"]?.intValue ?? 1
        if config?.text("responseMimeType") == "application/json" {
            request.outputSchema = config?["responseJsonSchema"] ?? config?["responseSchema"]
            request.wantsJSONObject = request.outputSchema == nil
        }
        request.promptBytes = bytes(of: root["systemInstruction"])
        readContents(root, textLimit, &request)
        readTools(root, &request)
        request.asksToThink = thinks(config?["thinkingConfig"], GeminiModel(ModelName(model)))
        return request
    }

    private static func readContents(_ root: JSONNode, _ textLimit: Int, _ request: inout GenerationRequest) {
        let contents = root.list("contents")
        request.messageCount = contents.count
        for content in contents {
            request.promptBytes += bytes(of: content)
            guard content.text("role") != "model" else { continue }
            let text = PromptText.text(of: content["parts"], limit: textLimit)
            if !text.isEmpty { request.lastUserText = text }
        }
        guard let last = contents.last, last.text("role") != "model",
            let response = last.list("parts").last?["functionResponse"]?["response"]
        else { return }
        request.toolResult = result(response)
    }

    /// The text of a function's response: what stands under `output`, `result` or `error`, or all of it.
    private static func result(_ response: JSONNode) -> String {
        for key in ["output", "result", "error"] {
            if let text = response.text(key) { return text }
        }
        return String(decoding: response.rawBytes.prefix(PromptText.beginningBytes), as: UTF8.self)
    }

    /// Bytes of the text of a content; calls and responses by their JSON, other parts as 85 tokens.
    private static func bytes(of content: JSONNode?) -> Int {
        guard let content else { return 0 }
        return content.list("parts").reduce(0) { count, part in
            if let text = part["text"] { return count + max(0, text.range.count - 2) }
            if let node = part["functionCall"] ?? part["functionResponse"] { return count + node.range.count }
            return count + 340
        }
    }

    private static func readTools(_ root: JSONNode, _ request: inout GenerationRequest) {
        if let tools = root["tools"], tools.count > 0 { request.promptBytes += tools.range.count }
        for declaration in root.list("tools").flatMap({ $0.list("functionDeclarations") }) {
            request.tools.append(
                .init(
                    name: declaration.text("name") ?? "",
                    schema: declaration["parametersJsonSchema"] ?? declaration["parameters"]))
        }
        guard let config = root["toolConfig"]?["functionCallingConfig"] else { return }
        switch config.text("mode") {
        case "NONE": request.toolChoice = .none
        case "ANY": request.toolChoice = .required
        default: break
        }
        let allowed = Set(config.list("allowedFunctionNames").compactMap(\.stringValue))
        if !allowed.isEmpty { request.tools.removeAll { !allowed.contains($0.name) } }
    }

    private static func thinks(_ config: JSONNode?, _ model: GeminiModel) -> Bool {
        if let budget = config?["thinkingBudget"]?.intValue { return budget != 0 }
        if config?["thinkingLevel"] != nil || config?["includeThoughts"]?.boolValue == true { return true }
        return model.thinksByDefault
    }
}
