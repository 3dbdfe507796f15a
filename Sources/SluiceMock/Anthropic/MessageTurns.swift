import NIOHTTP1
import SluiceWire

/// The rules of the turns of a messages request: who may say what, and how results follow the uses of tools.
struct MessageTurns {
    /// Whether the newest version of the API was asked for, which takes less.
    let isNewest: Bool

    private static let pictures: Set<String> = ["image/jpeg", "image/png", "image/gif", "image/webp"]

    func check(_ root: JSONNode) throws(RequestFault) {
        guard let messages = root["messages"] else { return }
        var open: Set<String> = []
        var index = 0
        for message in messages.elements {
            let role = message["role"]?.stringValue ?? ""
            let isLast = index == messages.count - 1
            if index == 0, role == "assistant" {
                throw AnthropicError.invalid("messages", "first message must use the \"user\" role")
            }
            guard open.isEmpty || role == "user" else { throw unanswered(open, index) }
            open = try check(message, role, index, open, isLast: isLast)
            index += 1
        }
        guard open.isEmpty else { throw unanswered(open, max(0, index - 1)) }
    }

    /// Checks one message and returns the ids of the tool uses that it leaves open.
    private func check(
        _ message: JSONNode, _ role: String, _ index: Int, _ open: Set<String>, isLast: Bool
    ) throws(RequestFault) -> Set<String> {
        let path = "messages.\(index)"
        if let text = message["content"]?.stringValue {
            guard open.isEmpty else { throw unanswered(open, index - 1) }
            guard !text.isEmpty || role == "assistant" && isLast else { throw empty(path) }
            if role == "assistant", isLast, text.last?.isWhitespace == true { throw trailingSpace() }
            return []
        }
        let blocks = message.list("content")
        guard !blocks.isEmpty || role == "assistant" && isLast else { throw empty(path) }
        var left = open
        var uses: Set<String> = []
        var hasOther = false
        for (blockIndex, block) in blocks.enumerated() {
            let blockPath = "\(path).content.\(blockIndex)"
            switch block["type"]?.stringValue {
            case "tool_use":
                uses.insert(try use(block, role, blockPath, uses))
            case "tool_result":
                // Results come first: a use whose result stands behind something else counts as unanswered.
                guard !hasOther else { throw unanswered(left, index - 1) }
                try result(block, role, blockPath, &left)
            case "thinking", "redacted_thinking":
                guard role == "assistant" else {
                    throw AnthropicError.invalid(
                        blockPath, "`thinking` blocks may only be in `assistant` messages")
                }
            default:
                hasOther = true
                try check(content: block, role, blockPath)
            }
        }
        guard left.isEmpty else { throw unanswered(left, index - 1) }
        if role == "assistant", isLast, blocks.last?["text"]?.stringValue?.last?.isWhitespace == true {
            throw trailingSpace()
        }
        return uses
    }

    private func use(
        _ block: JSONNode, _ role: String, _ path: String, _ others: Set<String>
    ) throws(RequestFault) -> String {
        let id = block["id"]?.stringValue ?? ""
        guard role == "assistant" else {
            throw AnthropicError.invalid(path, "`tool_use` blocks can only be in `assistant` messages")
        }
        guard ToolName.isValid(id, longest: 256) else {
            throw AnthropicError.invalid("\(path).tool_use.id", "String should match pattern '^[a-zA-Z0-9_-]+$'")
        }
        guard ToolName.isValid(block["name"]?.stringValue ?? "", longest: 200) else {
            throw AnthropicError.invalid(
                "\(path).tool_use.name", "String should match pattern '^[a-zA-Z0-9_-]{1,200}$'")
        }
        guard !others.contains(id) else { throw AnthropicError.invalid(path, "`tool_use` ids must be unique") }
        return id
    }

    private func result(
        _ block: JSONNode, _ role: String, _ path: String, _ left: inout Set<String>
    ) throws(RequestFault) {
        guard role == "user" else {
            throw AnthropicError.invalid(path, "`tool_result` blocks can only be in `user` messages")
        }
        let id = block["tool_use_id"]?.stringValue ?? ""
        guard left.remove(id) != nil else {
            throw AnthropicError.invalid(
                path,
                "unexpected `tool_use_id` found in `tool_result` blocks: \(id). Each `tool_result` block must have a "
                    + "corresponding `tool_use` block in the previous message.")
        }
        for (index, inner) in block.list("content").enumerated() {
            try check(content: inner, role, "\(path).content.\(index)")
        }
    }

    /// Text, pictures and documents, wherever they stand.
    private func check(content block: JSONNode, _ role: String, _ path: String) throws(RequestFault) {
        let source = block["source"]
        switch block["type"]?.stringValue {
        case "text":
            let text = block["text"]?.stringValue ?? ""
            guard !text.isEmpty else {
                throw RequestFault(.badRequest, "messages: text content blocks must be non-empty", param: path)
            }
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw RequestFault(
                    .badRequest, "messages: text content blocks must contain non-whitespace text", param: path)
            }
        case "image":
            if let type = source?["media_type"]?.stringValue, !Self.pictures.contains(type) {
                throw AnthropicError.invalid(
                    "\(path).image.source.base64.media_type",
                    "Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'")
            }
        case "document":
            if isNewest, role == "assistant" {
                throw AnthropicError.invalid(path, "`document` blocks are not supported in `assistant` messages")
            }
            if source?["type"]?.stringValue == "base64", source?["media_type"]?.stringValue != "application/pdf" {
                throw AnthropicError.invalid(
                    "\(path).document.source.base64.media_type", "Input should be 'application/pdf'")
            }
            if source?["type"]?.stringValue == "text", source?["media_type"]?.stringValue != "text/plain" {
                throw AnthropicError.invalid(
                    "\(path).document.source.text.media_type", "Input should be 'text/plain'")
            }
        case "search_result":
            for (index, inner) in block.list("content").enumerated() {
                try check(content: inner, role, "\(path).content.\(index)")
            }
        default: break
        }
        if isNewest, role == "user", (block["citations"]?.count ?? 0) > 0, block["citations"]?.kind == .array {
            throw AnthropicError.invalid("\(path).citations", "`citations` are not supported in `user` messages")
        }
        if source?["type"]?.stringValue == "base64", Base64.decode(source?["data"]?.stringValue ?? "") == nil {
            throw AnthropicError.invalid("\(path).source.base64", "invalid base64 data")
        }
    }

    // MARK: Faults

    private func unanswered(_ ids: Set<String>, _ index: Int) -> RequestFault {
        AnthropicError.invalid(
            "messages.\(index)",
            "`tool_use` ids were found without `tool_result` blocks immediately after: "
                + ids.sorted().joined(separator: ", ") + ". "
                + "Each `tool_use` block must have a corresponding `tool_result` block in the next message.")
    }

    private func empty(_ path: String) -> RequestFault {
        AnthropicError.invalid(
            path, "all messages must have non-empty content except for the optional final assistant message")
    }

    private func trailingSpace() -> RequestFault {
        AnthropicError.invalid("messages", "final assistant content cannot end with trailing whitespace")
    }
}
