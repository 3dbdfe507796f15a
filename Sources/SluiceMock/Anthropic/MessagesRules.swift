import NIOHTTP1
import SluiceWire

/// The rules of a messages request that a ``Shape`` cannot say.
enum MessagesRules {
    /// The versions of the API that the mock speaks.
    static let versions: Set<String> = ["2023-01-01", "2023-06-01", "2026-10-21"]
    private static let newestVersion = "2026-10-21"

    /// `version` is the value of `anthropic-version`.
    static func check(_ root: JSONNode, version: String?) throws(RequestFault) {
        guard let version else {
            throw RequestFault(.badRequest, "anthropic-version: the header is required.")
        }
        guard versions.contains(version) else {
            throw RequestFault(
                .badRequest, "anthropic-version: expected one of \(versions.sorted()), found another version.")
        }
        if version == newestVersion {
            for key in ["temperature", "top_p", "top_k"] where root[key].map({ !$0.isNull }) ?? false {
                throw .invalid(key, "is not taken since version \(newestVersion)")
            }
        }
        if let budget = root["thinking"]?["budget_tokens"]?.intValue, let limit = root["max_tokens"]?.intValue,
            budget >= limit
        {
            throw .invalid("thinking.budget_tokens", "has to be less than max_tokens")
        }
        try checkTools(root)
        try checkMessages(root, isNewest: version == newestVersion)
        try checkCacheMarks(root)
    }

    private static func checkTools(_ root: JSONNode) throws(RequestFault) {
        var names: Set<String> = []
        var index = 0
        if let tools = root["tools"] {
            for tool in tools.elements {
                let name = tool["name"]?.stringValue ?? ""
                guard ToolName.isValid(name, longest: 128) else {
                    throw .invalid("tools.\(index).name", "takes 1 to 128 letters, digits, _ and -")
                }
                guard names.insert(name).inserted else { throw .invalid("tools.\(index).name", "is there twice") }
                guard tool["input_schema"]?["type"]?.stringValue == "object" else {
                    throw .invalid("tools.\(index).input_schema.type", "has to be object")
                }
                index += 1
            }
        }
        guard let choice = root["tool_choice"], !choice.isNull else { return }
        guard !names.isEmpty else { throw .invalid("tool_choice", "only goes with tools") }
        if let name = choice["name"]?.stringValue, !names.contains(name) {
            throw .invalid("tool_choice.name", "is not among tools")
        }
    }

    private static func checkMessages(_ root: JSONNode, isNewest: Bool) throws(RequestFault) {
        guard let messages = root["messages"] else { return }
        var open: Set<String> = []
        var index = 0
        for message in messages.elements {
            let role = message["role"]?.stringValue ?? ""
            let path = "messages.\(index)"
            if index == 0, role == "assistant" { throw .invalid("\(path).role", "has to be user at the beginning") }
            if !open.isEmpty, role != "user" {
                throw .invalid(path, "tool_use has to be answered by a tool_result in the next message")
            }
            open = try checkBlocks(message, role, path, open, isNewest)
            index += 1
        }
        guard open.isEmpty else {
            throw .invalid("messages", "tool_use has to be answered by a tool_result in the next message")
        }
        if messages.count > 0, messages[messages.count - 1]?["role"]?.stringValue == "assistant",
            let text = messages[messages.count - 1]?["content"]?.stringValue, text.last?.isWhitespace == true
        {
            throw .invalid("messages", "a last assistant message must not end with white space")
        }
    }

    /// Checks one message and returns the ids of the tool uses that it leaves open.
    private static func checkBlocks(
        _ message: JSONNode, _ role: String, _ path: String, _ open: Set<String>, _ isNewest: Bool
    ) throws(RequestFault) -> Set<String> {
        guard let content = message["content"], content.kind == .array else {
            if !open.isEmpty {
                throw .invalid(path, "tool_use has to be answered by a tool_result in the next message")
            }
            if message["content"]?.stringValue == "" { throw .invalid("\(path).content", "must not be empty") }
            return []
        }
        var left = open
        var uses: Set<String> = []
        var hasOther = false
        var index = 0
        for block in content.elements {
            let blockPath = "\(path).content.\(index)"
            switch block["type"]?.stringValue {
            case "tool_use":
                let id = block["id"]?.stringValue ?? ""
                guard role == "assistant" else {
                    throw .invalid(blockPath, "tool_use only stands in assistant messages")
                }
                guard ToolName.isValid(id, longest: 256), uses.insert(id).inserted else {
                    throw .invalid("\(blockPath).id", "takes letters, digits, _ and -, each id once")
                }
            case "tool_result":
                guard role == "user", left.remove(block["tool_use_id"]?.stringValue ?? "") != nil else {
                    throw .invalid("\(blockPath).tool_use_id", "answers no tool_use of the message before it")
                }
                guard !hasOther else { throw .invalid(blockPath, "tool_result blocks have to come first") }
            case "text":
                hasOther = true
                guard let text = block["text"]?.stringValue, text.contains(where: { !$0.isWhitespace }) else {
                    throw .invalid("\(blockPath).text", "text blocks must hold something but white space")
                }
                if isNewest, role == "user", (block["citations"]?.count ?? 0) > 0 {
                    throw .invalid("\(blockPath).citations", "is not taken in user messages")
                }
            case "document":
                hasOther = true
                if isNewest, role == "assistant" {
                    throw .invalid(blockPath, "document is not taken in assistant messages")
                }
            case "thinking", "redacted_thinking":
                guard role == "assistant" else {
                    throw .invalid(blockPath, "thinking only stands in assistant messages")
                }
            default:
                hasOther = true
            }
            index += 1
        }
        guard left.isEmpty else {
            throw .invalid(path, "tool_use has to be answered by a tool_result in the next message")
        }
        return uses
    }

    /// At most four blocks may carry a mark, tools and system included.
    private static func checkCacheMarks(_ root: JSONNode) throws(RequestFault) {
        var count = 0
        func add(_ node: JSONNode?) {
            guard let node else { return }
            for element in node.elements where element["cache_control"].map({ !$0.isNull }) ?? false { count += 1 }
        }
        add(root["tools"])
        add(root["system"])
        if let messages = root["messages"] {
            for message in messages.elements { add(message["content"]) }
        }
        guard count <= 4 else {
            throw .invalid("cache_control", "stands on \(count) blocks, at most 4 are taken")
        }
    }
}
