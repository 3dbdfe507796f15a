import SluiceWire

/// The rules of a chat request that a ``Shape`` cannot say: which fields go together, and how tool messages follow
/// calls.
enum ChatRules {
    static func check(_ root: JSONNode) throws(RequestFault) {
        if let options = root["stream_options"], !options.isNull, root["stream"]?.boolValue != true {
            throw .invalid("stream_options", "only goes with stream: true")
        }
        if has(root, "max_tokens"), has(root, "max_completion_tokens") {
            throw .invalid("max_tokens", "cannot go with max_completion_tokens; send one of them")
        }
        if has(root, "tool_choice"), !has(root, "tools") {
            throw .invalid("tool_choice", "only goes with tools")
        }
        if has(root, "parallel_tool_calls"), !has(root, "tools") {
            throw .invalid("parallel_tool_calls", "only goes with tools")
        }
        if has(root, "top_logprobs"), root["logprobs"]?.boolValue != true {
            throw .invalid("top_logprobs", "only goes with logprobs: true")
        }
        if let metadata = root["metadata"], metadata.count > 16 {
            throw .invalid("metadata", "has \(metadata.count) pairs, at most 16 are taken")
        }
        try checkTools(root)
        try checkMessages(root)
    }

    private static func has(_ root: JSONNode, _ key: String) -> Bool {
        root[key].map { !$0.isNull } ?? false
    }

    private static func checkTools(_ root: JSONNode) throws(RequestFault) {
        guard let tools = root["tools"] else { return }
        var names: Set<String> = []
        var index = 0
        for tool in tools.elements {
            let body = tool["function"] ?? tool["custom"]
            let name = body?["name"]?.stringValue ?? ""
            guard ToolName.isValid(name, longest: 64) else {
                throw .invalid("tools[\(index)].function.name", "takes 1 to 64 letters, digits, _ and -")
            }
            guard names.insert(name).inserted else {
                throw .invalid("tools[\(index)].function.name", "is there twice")
            }
            index += 1
        }
        let chosen = root["tool_choice"].flatMap { $0["function"] ?? $0["custom"] }?["name"]?.stringValue
        if let chosen, !names.contains(chosen) {
            throw .invalid("tool_choice", "names the tool \(chosen), which is not among tools")
        }
    }

    /// Every call of an assistant message is answered by one tool message right behind it, and nothing else is.
    private static func checkMessages(_ root: JSONNode) throws(RequestFault) {
        guard let messages = root["messages"] else { return }
        var open: Set<String> = []
        var index = 0
        for message in messages.elements {
            let role = message["role"]?.stringValue
            if role == "tool" {
                let id = message["tool_call_id"]?.stringValue ?? ""
                guard open.remove(id) != nil else {
                    throw .invalid(
                        "messages[\(index)].tool_call_id", "answers no open call of the assistant message before it")
                }
            } else {
                guard open.isEmpty else {
                    throw .invalid("messages[\(index)].role", "comes before every tool call before it has its answer")
                }
                if role == "assistant" { open = try calls(of: message, index) }
            }
            index += 1
        }
        guard open.isEmpty else {
            throw .invalid("messages", "ends before every tool call has its answer")
        }
    }

    private static func calls(of message: JSONNode, _ index: Int) throws(RequestFault) -> Set<String> {
        let hasContent = message["content"].map { !$0.isNull } ?? false
        guard let calls = message["tool_calls"], !calls.isNull else {
            guard hasContent || has(message, "function_call") || has(message, "refusal") || has(message, "audio") else {
                throw .invalid("messages[\(index)].content", "is required unless there are tool calls")
            }
            return []
        }
        var ids: Set<String> = []
        for call in calls.elements {
            let id = call["id"]?.stringValue ?? ""
            guard (1...40).contains(id.utf8.count) else {
                throw .invalid("messages[\(index)].tool_calls.id", "takes 1 to 40 bytes")
            }
            guard ids.insert(id).inserted else {
                throw .invalid("messages[\(index)].tool_calls.id", "is there twice")
            }
        }
        return ids
    }
}
