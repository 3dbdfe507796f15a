import NIOHTTP1
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
        try checkFormat(root)
        try checkMessages(root)
    }

    private static func has(_ root: JSONNode, _ key: String) -> Bool {
        root[key].map { !$0.isNull } ?? false
    }

    private static func checkTools(_ root: JSONNode) throws(RequestFault) {
        guard let tools = root["tools"] else { return }
        let names = try OpenAIToolRules.check(tools) { tool, index in
            (tool["function"] ?? tool["custom"] ?? tool, "tools[\(index)].function")
        }
        let chosen = root["tool_choice"].flatMap { $0["function"] ?? $0["custom"] }?["name"]?.stringValue
        if let chosen, !names.contains(chosen) {
            throw RequestFault(
                .badRequest, "Invalid value for 'tool_choice': '\(chosen)' is not one of the provided tools.",
                param: "tool_choice", code: "invalid_value")
        }
    }

    private static func checkFormat(_ root: JSONNode) throws(RequestFault) {
        guard let format = root["response_format"]?["json_schema"], format["strict"]?.boolValue == true else { return }
        try OpenAIToolRules.checkStrict(
            format["schema"], "response_format", format.text("name") ?? "", "response_format")
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
                    throw RequestFault(
                        .badRequest,
                        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                            + "'tool_calls'.", param: "messages[\(index)].tool_call_id")
                }
            } else {
                guard open.isEmpty else { throw unanswered(open, "messages[\(index)].role") }
                if role == "assistant" { open = try calls(of: message, index) }
            }
            index += 1
        }
        guard open.isEmpty else { throw unanswered(open, "messages") }
    }

    private static func unanswered(_ open: Set<String>, _ param: String) -> RequestFault {
        RequestFault(
            .badRequest,
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                + "'tool_call_id'. The following tool_call_ids did not have response messages: "
                + open.sorted().joined(separator: ", "), param: param)
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
        for (callIndex, call) in calls.elements.enumerated() {
            let path = "messages[\(index)].tool_calls[\(callIndex)]"
            let id = call["id"]?.stringValue ?? ""
            guard id.utf8.count <= 40 else {
                throw RequestFault(
                    .badRequest,
                    "Invalid '\(path).id': string too long. Expected a string with maximum length 40, but got a string "
                        + "with length \(id.utf8.count) instead.", param: "\(path).id", code: "string_above_max_length")
            }
            guard !id.isEmpty else { throw .invalid("\(path).id", "must not be empty") }
            guard ids.insert(id).inserted else { throw .invalid("\(path).id", "is there twice") }
            if let name = call["function"]?["name"]?.stringValue, !ToolName.isValid(name, longest: 64) {
                throw OpenAIToolRules.badName("\(path).function.name", name, longest: 64)
            }
        }
        return ids
    }
}
