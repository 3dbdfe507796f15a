import SluiceWire

/// The rules of a Converse request that a ``Shape`` cannot say, but for its turns, which are ``ConverseTurns``.
struct ConverseRules {
    let name: ModelName

    func check(_ root: JSONNode) throws(RequestFault) {
        for (index, block) in root.list("system").enumerated() where block.text("text")?.isBlank == true {
            throw BedrockError.invalid(
                "The text field in the SystemContentBlock object at system.\(index) is blank. Add text to the text "
                    + "field, and try again.")
        }
        try checkTools(root)
        try ConverseTurns(name: name).check(root)
        if let metadata = root["requestMetadata"], !metadata.isNull {
            guard (1...16).contains(metadata.count) else {
                throw BedrockError.invalid(
                    "1 validation error detected: Value at 'requestMetadata' failed to satisfy constraint: Map must "
                        + "have 1 to 16 entries")
            }
            for (key, value) in metadata.members where key.utf8.count > 256 || value.kind != .string {
                throw BedrockError.invalid("requestMetadata.\(key.prefix(64)) is not valid.")
            }
        }
        for stop in root["inferenceConfig"]?.list("stopSequences") ?? [] where stop.stringValue?.isBlank == true {
            throw BedrockError.invalid("The stopSequences field has a blank value. Remove it, and try again.")
        }
        try checkOutput(root["outputConfig"])
        try checkClaude(root)
    }

    private func checkTools(_ root: JSONNode) throws(RequestFault) {
        var names: Set<String> = []
        for (index, tool) in (root["toolConfig"]?.list("tools") ?? []).enumerated() {
            guard let spec = tool["toolSpec"] ?? tool["systemTool"] else { continue }
            let path = "toolConfig.tools.\(index).member.toolSpec"
            let name = spec.text("name") ?? ""
            guard ToolName.isValid(name, longest: 64) else {
                throw BedrockError.invalid(
                    "1 validation error detected: Value '\(name.prefix(80))' at '\(path).name' failed to satisfy "
                        + "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+ and have length "
                        + "less than or equal to 64")
            }
            guard names.insert(name).inserted else {
                throw BedrockError.invalid("The tool name \(name) is used more than once. Tool names must be unique.")
            }
            if spec.text("description")?.isEmpty == true {
                throw BedrockError.invalid(
                    "1 validation error detected: Value at '\(path).description' failed to satisfy constraint: Member "
                        + "must have length greater than or equal to 1")
            }
            if let schema = spec["inputSchema"]?["json"], schema.text("type") != "object" {
                throw BedrockError.invalid(
                    "The value at \(path).inputSchema.json.type must be one of the following: object.")
            }
        }
        if let name = root["toolConfig"]?["toolChoice"]?["tool"]?.text("name"), !names.contains(name) {
            throw BedrockError.invalid("The tool \(name) in toolChoice is not among the tools of toolConfig.")
        }
    }

    /// The schema of structured output is JSON inside of a string.
    private func checkOutput(_ config: JSONNode?) throws(RequestFault) {
        guard let text = config?["textFormat"]?["structure"]?["jsonSchema"]?.text("schema") else { return }
        guard let schema = try? JSONDocument(parsing: Array(text.utf8)).root, schema.kind == .object else {
            throw BedrockError.invalid("The schema in outputConfig.textFormat.structure.jsonSchema is not valid JSON.")
        }
        if StrictSchema.firstOpenObject(in: schema) != nil {
            throw BedrockError.modelFault(
                "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"
            )
        }
    }

    /// Claude's own rules, which come as faults of the model.
    private func checkClaude(_ root: JSONNode) throws(RequestFault) {
        guard let rules = ClaudeRules(name) else { return }
        let config = root["inferenceConfig"]
        let extra = root["additionalModelRequestFields"]
        let thinking = extra?["thinking"]
        let type = thinking?.text("type")
        let isThinking = type == "enabled" || type == "adaptive"
        let choice = root["toolConfig"]?["toolChoice"]
        do throws(RequestFault) {
            try rules.checkSampling(
                temperature: config?["temperature"] ?? extra?["temperature"], topP: config?["topP"] ?? extra?["top_p"],
                topK: extra?["top_k"], isThinking: isThinking)
            let effort = root["outputConfig"]?.text("effort") ?? extra?["output_config"]?.text("effort")
            try rules.checkThinking(thinking, effort: effort)
            try rules.checkForcedTool(
                choice?["any"] != nil ? "any" : choice?["tool"] != nil ? "tool" : nil, isThinking: isThinking)
            if let budget = thinking?["budget_tokens"]?.intValue, let limit = config?["maxTokens"]?.intValue,
                budget >= limit
            {
                throw AnthropicError.invalid(
                    "max_tokens", "`max_tokens` must be greater than `thinking.budget_tokens`.")
            }
        } catch {
            throw BedrockError.modelFault(error.message)
        }
    }
}

extension String {
    /// Whether there is nothing but white space.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
