import SluiceWire

/// The rules of a chat request of Cohere's that a ``Shape`` cannot say.
enum CohereRules {
    static func check(_ root: JSONNode) throws(RequestFault) {
        var names: Set<String> = []
        for (index, tool) in root.list("tools").enumerated() {
            let name = tool["function"]?.text("name") ?? ""
            guard ToolName.isValid(name, longest: 256) else {
                throw CohereError.invalid("tools.\(index).function.name is not a valid tool name.")
            }
            guard names.insert(name).inserted else { throw CohereError.invalid("tool names must be unique: \(name).") }
            guard tool["function"]?["parameters"]?.text("type") == "object" else {
                throw CohereError.invalid("tools.\(index).function.parameters must be a JSON schema of type object.")
            }
        }
        if root.has("tool_choice"), names.isEmpty {
            throw CohereError.invalid("tool_choice requires at least one tool.")
        }
        try checkMessages(root)
    }

    /// Every call is answered by one tool message right behind its assistant message.
    private static func checkMessages(_ root: JSONNode) throws(RequestFault) {
        var open: Set<String> = []
        for (index, message) in root.list("messages").enumerated() {
            let role = message.text("role")
            if role == "tool" {
                guard open.remove(message.text("tool_call_id") ?? "") != nil else {
                    throw CohereError.invalid(
                        "all elements in tool results must reference a valid tool call id: messages.\(index).")
                }
                continue
            }
            guard open.isEmpty else { throw unanswered(open) }
            guard role == "assistant" else { continue }
            let calls = message.list("tool_calls")
            guard message.has("content") || !calls.isEmpty else {
                throw CohereError.invalid("messages.\(index) has neither content nor tool calls.")
            }
            for call in calls {
                let id = call.text("id") ?? ""
                guard !id.isEmpty, open.insert(id).inserted else {
                    throw CohereError.invalid("tool call ids must be unique and not empty: messages.\(index).")
                }
                let arguments = call["function"]?.text("arguments") ?? ""
                guard let document = try? JSONDocument(parsing: Array(arguments.utf8)), document.root.kind == .object
                else {
                    throw CohereError.invalid("tool call arguments must be a JSON object: messages.\(index).")
                }
            }
        }
        guard open.isEmpty else { throw unanswered(open) }
    }

    private static func unanswered(_ open: Set<String>) -> RequestFault {
        CohereError.invalid(
            "tool call ids without a tool result: \(open.sorted().joined(separator: ", ")). Each tool call must be "
                + "followed by a tool message.")
    }
}
