import NIOHTTP1
import SluiceWire

/// The rules of a messages request that a ``Shape`` cannot say, but for its turns, which are ``MessageTurns``.
enum MessagesRules {
    /// The versions of the API that the mock speaks.
    static let versions: Set<String> = ["2023-01-01", "2023-06-01", "2026-10-21"]
    static let newestVersion = "2026-10-21"

    /// `version` is the value of `anthropic-version`.
    static func check(_ root: JSONNode, _ model: ModelName, version: String?) throws(RequestFault) {
        guard let version else {
            throw RequestFault(.badRequest, "anthropic-version: header is required")
        }
        guard versions.contains(version) else {
            throw RequestFault(.badRequest, "anthropic-version: \"\(version.prefix(40))\" is not a valid version.")
        }
        if version == newestVersion {
            for key in ["temperature", "top_p", "top_k"] where root[key].map({ !$0.isNull }) ?? false {
                throw AnthropicError.invalid(key, "not supported since version \(newestVersion)")
            }
        }
        if let budget = root["thinking"]?["budget_tokens"]?.intValue, let limit = root["max_tokens"]?.intValue,
            budget >= limit
        {
            throw AnthropicError.invalid("max_tokens", "`max_tokens` must be greater than `thinking.budget_tokens`.")
        }
        try ClaudeRules(model)?.check(root)
        try checkTexts(root)
        try checkTools(root)
        try MessageTurns(isNewest: version == newestVersion).check(root)
        try checkCacheMarks(root)
        try checkOutput(root)
        try ThinkingReplay.check(root, model)
    }

    private static func checkTexts(_ root: JSONNode) throws(RequestFault) {
        for (index, block) in root.list("system").enumerated() {
            guard block["text"]?.stringValue?.contains(where: { !$0.isWhitespace }) == true else {
                throw AnthropicError.invalid("system.\(index)", "text content blocks must contain non-whitespace text")
            }
        }
        for (index, stop) in root.list("stop_sequences").enumerated() {
            guard stop.stringValue?.contains(where: { !$0.isWhitespace }) == true else {
                throw AnthropicError.invalid(
                    "stop_sequences.\(index)", "each stop sequence must contain non-whitespace")
            }
        }
    }

    private static func checkTools(_ root: JSONNode) throws(RequestFault) {
        var names: Set<String> = []
        for (index, tool) in root.list("tools").enumerated() {
            let name = tool["name"]?.stringValue ?? ""
            guard ToolName.isValid(name, longest: 128) else {
                throw AnthropicError.invalid(
                    "tools.\(index).custom.name", "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'")
            }
            guard names.insert(name).inserted else {
                throw AnthropicError.invalid("tools", "Tool names must be unique.")
            }
            guard tool["input_schema"]?["type"]?.stringValue == "object" else {
                throw AnthropicError.invalid("tools.\(index).custom.input_schema.type", "Input should be 'object'")
            }
            if tool["strict"]?.boolValue == true, let path = StrictSchema.firstOpenObject(in: tool["input_schema"]) {
                throw AnthropicError.invalid(
                    "tools.\(index).custom.input_schema\(path)",
                    "For 'object' type, 'additionalProperties' must be explicitly set to false")
            }
        }
        guard let choice = root["tool_choice"], !choice.isNull else { return }
        guard !names.isEmpty else {
            throw AnthropicError.invalid("tool_choice", "tool_choice may only be specified while providing tools.")
        }
        if let name = choice["name"]?.stringValue, !names.contains(name) {
            throw AnthropicError.invalid("tool_choice", "Tool '\(name)' not found in provided tools")
        }
    }

    /// Structured output takes schemas whose objects are closed.
    private static func checkOutput(_ root: JSONNode) throws(RequestFault) {
        guard let path = StrictSchema.firstOpenObject(in: root["output_config"]?["format"]?["schema"]) else { return }
        throw AnthropicError.invalid(
            "output_config.format.schema\(path)",
            "For 'object' type, 'additionalProperties' must be explicitly set to false")
    }

    /// At most four blocks may carry a mark: tools, system, content and what is inside of a tool's result.
    private static func checkCacheMarks(_ root: JSONNode) throws(RequestFault) {
        var count = root["cache_control"].map { !$0.isNull } ?? false ? 1 : 0
        func add(_ node: JSONNode?) {
            for element in node?.elements.map({ $0 }) ?? [] {
                if element["cache_control"].map({ !$0.isNull }) ?? false { count += 1 }
                for inner in element.list("content")
                where inner["cache_control"].map({ !$0.isNull }) ?? false {
                    count += 1
                }
            }
        }
        add(root["tools"])
        add(root["system"])
        for message in root.list("messages") { add(message["content"]) }
        guard count <= 4 else {
            throw RequestFault(
                .badRequest, "A maximum of 4 blocks with cache_control may be provided. Found \(count).",
                param: "cache_control")
        }
    }
}
