import SluiceWire

/// The rules of a generate request that a ``Shape`` cannot say, but for its turns, which are ``GeminiTurns``.
struct GeminiRules {
    let model: GeminiModel

    private static let types: Set<String> = ["text/plain", "application/json", "text/x.enum"]

    func check(_ root: JSONNode) throws(RequestFault) {
        let names = try checkTools(root)
        try checkToolConfig(root, names)
        try checkGeneration(root["generationConfig"])
        try GeminiTurns(model: model).check(root)
    }

    private func checkTools(_ root: JSONNode) throws(RequestFault) -> Set<String> {
        var names: Set<String> = []
        for (index, tool) in root.list("tools").enumerated() {
            guard tool.count > 0 else {
                throw GeminiError.invalid("tools[\(index)]", "* GenerateContentRequest.tools[\(index)]: empty tool.")
            }
            for (place, declaration) in tool.list("functionDeclarations").enumerated() {
                let path = "tools[\(index)].function_declarations[\(place)]"
                let name = declaration.text("name") ?? ""
                guard Self.isName(name) else {
                    throw GeminiError.invalid(
                        path,
                        "* GenerateContentRequest.\(path).name: Invalid function name. Must start with a letter or an "
                            + "underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons "
                            + "(:), or dashes (-), with a maximum length of 128.")
                }
                guard names.insert(name).inserted else {
                    throw GeminiError.invalid(path, "Duplicate function declaration found: \(name)")
                }
                try checkSchemas(declaration, "parameters", "parametersJsonSchema", path)
                try checkSchemas(declaration, "response", "responseJsonSchema", path)
            }
        }
        return names
    }

    /// One of two spellings of a schema, and the older one within its subset.
    private func checkSchemas(
        _ node: JSONNode, _ older: String, _ newer: String, _ path: String
    ) throws(RequestFault) {
        if node.has(older), node.has(newer) {
            throw GeminiError.invalid(path, "\(path): only one of \(older) and \(newer) may be set.")
        }
        if let schema = node[older], !schema.isNull { try GeminiSchema.check(schema, "\(path).\(older)") }
        if let schema = node[newer], !schema.isNull, schema.kind != .object {
            throw GeminiError.invalid(path, "Invalid value at '\(path).\(newer)': expected an object.")
        }
    }

    private func checkToolConfig(_ root: JSONNode, _ names: Set<String>) throws(RequestFault) {
        guard let config = root["toolConfig"]?["functionCallingConfig"] else { return }
        let mode = config.text("mode") ?? "AUTO"
        if mode == "ANY", names.isEmpty {
            throw GeminiError.invalid(
                "tool_config", "Function calling config is set without function_declarations.")
        }
        let allowed = config.list("allowedFunctionNames").compactMap(\.stringValue)
        guard !allowed.isEmpty else { return }
        guard mode == "ANY" || mode == "VALIDATED" else {
            throw GeminiError.invalid(
                "tool_config",
                "Allowed function names should be set only when function calling mode is ANY or VALIDATED.")
        }
        if let name = allowed.first(where: { !names.contains($0) }) {
            throw GeminiError.invalid("tool_config", "Allowed function name \(name) is not declared.")
        }
    }

    private func checkGeneration(_ config: JSONNode?) throws(RequestFault) {
        guard let config else { return }
        let path = "generation_config"
        if let stops = config["stopSequences"], stops.count > 5 {
            throw GeminiError.invalid(
                "\(path).stop_sequences",
                "* GenerateContentRequest.generation_config.stop_sequences: at most 5 items are allowed.")
        }
        let type = config.text("responseMimeType") ?? "text/plain"
        guard Self.types.contains(type) else {
            throw GeminiError.invalid(
                "\(path).response_mime_type",
                "* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, "
                    + "`application/json`, `text/x.enum`.")
        }
        try checkSchemas(config, "responseSchema", "responseJsonSchema", path)
        if config.has("responseSchema") || config.has("responseJsonSchema"), type == "text/plain" {
            throw GeminiError.invalid(
                "\(path).response_schema",
                "response_mime_type must be `application/json` when a response schema is set.")
        }
        if config.has("logprobs"), config["responseLogprobs"]?.boolValue != true {
            throw GeminiError.invalid("\(path).logprobs", "Logprobs is only valid when response_logprobs is true.")
        }
        try checkThinking(config["thinkingConfig"])
    }

    private func checkThinking(_ config: JSONNode?) throws(RequestFault) {
        guard let config else { return }
        let path = "generation_config.thinking_config"
        if config.has("thinkingLevel"), config.has("thinkingBudget") {
            throw GeminiError.invalid(path, "You can only set only one of thinking budget and thinking level.")
        }
        if config.has("thinkingLevel"), !model.takesLevels {
            throw GeminiError.invalid(path, "Thinking level is not supported for this model.")
        }
        if config["thinkingBudget"]?.intValue == 0, model.alwaysThinks {
            throw GeminiError.invalid(path, "Budget 0 is invalid. This model only works in thinking mode.")
        }
    }

    static func isName(_ name: String) -> Bool {
        guard (1...128).contains(name.utf8.count), let first = name.utf8.first, first == 0x5F || isLetter(first) else {
            return false
        }
        return name.utf8.allSatisfy {
            isLetter($0) || (0x30...0x39).contains($0) || [0x5F, 0x2E, 0x3A, 0x2D].contains($0)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
