import SluiceWire

/// The rules of the messages of a Converse request: roles in turns, blocks, how results follow uses, reasoning.
struct ConverseTurns {
    let name: ModelName

    func check(_ root: JSONNode) throws(RequestFault) {
        let messages = root.list("messages")
        guard !messages.isEmpty else {
            throw BedrockError.invalid("The value at messages is empty. Add a Message object, and try again.")
        }
        var before = ""
        var open: Set<String> = []
        var hasTools = false
        for (index, message) in messages.enumerated() {
            let role = message.text("role") ?? ""
            if index == 0, role != "user" {
                throw BedrockError.invalid(
                    "A conversation must start with a user message. Try again with a conversation that starts with a "
                        + "user message.")
            }
            guard role != before else {
                throw BedrockError.invalid(
                    "A conversation must alternate between user and assistant roles. Make sure the conversation "
                        + "alternates between user and assistant roles and try again.")
            }
            if role == "system", ClaudeModel(name.base)?.takesSystemTurns == false {
                throw BedrockError.modelFault("messages.\(index): role 'system' is not supported on this model")
            }
            before = role
            let blocks = message.list("content")
            guard !blocks.isEmpty else {
                throw BedrockError.invalid(
                    "The content field in the Message object at messages.\(index) is empty. Add a ContentBlock "
                        + "object to the content field and try again.")
            }
            hasTools = hasTools || blocks.contains { $0.has("toolUse") || $0.has("toolResult") }
            open = try check(blocks, role, index, open)
        }
        guard open.isEmpty else { throw unanswered(open, max(0, messages.count - 1)) }
        if before == "assistant", ClaudeModel(name.base)?.takesPrefill == false {
            throw BedrockError.modelFault(
                "This model does not support assistant message prefill. The conversation must end with a user message.")
        }
        if hasTools, !root.has("toolConfig") {
            throw BedrockError.invalid(
                "The toolConfig field must be defined when using toolUse and toolResult content blocks.")
        }
    }

    /// Checks the blocks of one message and returns the ids of the uses that it leaves open.
    private func check(
        _ blocks: [JSONNode], _ role: String, _ index: Int, _ open: Set<String>
    ) throws(RequestFault) -> Set<String> {
        var left = open
        var uses: Set<String> = []
        var documents: Set<String> = []
        for (place, block) in blocks.enumerated() {
            let path = "messages.\(index).content.\(place)"
            if let text = block.text("text"), text.isBlank { throw blank(path) }
            if let use = block["toolUse"], !use.isNull {
                uses.insert(try check(use: use, role, path, uses))
            }
            if let result = block["toolResult"], !result.isNull {
                try check(result: result, role, path, &left)
            }
            if let document = block["document"], !document.isNull {
                let name = document.text("name") ?? ""
                try check(document: name, path)
                guard documents.insert(name).inserted else {
                    throw BedrockError.invalid("Document names must be unique: \(name) at \(path).document is not.")
                }
            }
            try check(bytes: block, path)
            if let reasoning = block["reasoningContent"], !reasoning.isNull {
                guard role == "assistant" else {
                    throw BedrockError.invalid(
                        "The reasoningContent field at \(path) is only allowed in assistant messages.")
                }
                try check(reasoning: reasoning, path)
            }
        }
        guard left.isEmpty else { throw unanswered(left, index) }
        guard documents.isEmpty || blocks.contains(where: { $0.has("text") }) else {
            throw BedrockError.invalid(
                "Value at messages.\(index).content has a document but no text: a text block is required beside "
                    + "documents."
            )
        }
        return uses
    }

    private func check(
        use: JSONNode, _ role: String, _ path: String, _ others: Set<String>
    ) throws(RequestFault) -> String {
        let id = use.text("toolUseId") ?? ""
        guard role == "assistant" else {
            throw BedrockError.invalid("The toolUse field at \(path) is only allowed in assistant messages.")
        }
        try check(id: id, "\(path).toolUse.toolUseId")
        guard ToolName.isValid(use.text("name") ?? "", longest: 64) else {
            throw constraint(use.text("name") ?? "", "\(path).toolUse.name", "[a-zA-Z0-9_-]+")
        }
        guard use["input"]?.kind == .object else {
            throw BedrockError.invalid(
                "The format of the value at \(path).toolUse.input is invalid. Provide a json object for the field "
                    + "and try again.")
        }
        guard !others.contains(id) else {
            throw BedrockError.invalid("The toolUse blocks at messages contain duplicate Ids: \(id)")
        }
        return id
    }

    private func check(
        result: JSONNode, _ role: String, _ path: String, _ left: inout Set<String>
    ) throws(RequestFault) {
        let id = result.text("toolUseId") ?? ""
        guard role == "user" else {
            throw BedrockError.invalid("The toolResult field at \(path) is only allowed in user messages.")
        }
        try check(id: id, "\(path).toolResult.toolUseId")
        guard left.remove(id) != nil else {
            throw BedrockError.invalid(
                "The number of toolResult blocks at \(path) exceeds the number of toolUse blocks of previous turn.")
        }
        for (index, part) in result.list("content").enumerated() {
            let place = "\(path).toolResult.content.\(index)"
            if let text = part.text("text"), text.isBlank { throw blank(place) }
            if let json = part["json"], !json.isNull, json.kind != .object {
                throw BedrockError.invalid(
                    "The format of the value at \(place).json is invalid. Provide a json object for the field and try "
                        + "again.")
            }
            if let document = part["document"], !document.isNull {
                try check(document: document.text("name") ?? "", place)
            }
            try check(bytes: part, place)
        }
    }

    private func check(id: String, _ path: String) throws(RequestFault) {
        let isValid =
            (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || [0x5F, 0x2E, 0x3A, 0x2D].contains($0)
            }
        guard isValid else { throw constraint(id, path, "[a-zA-Z0-9_.:-]+") }
    }

    /// Letters, digits, single spaces, hyphens, parentheses and square brackets, up to 200.
    private func check(document name: String, _ path: String) throws(RequestFault) {
        let isValid =
            (1...200).contains(name.count)
            && name.allSatisfy { $0.isLetter || $0.isNumber || " -()[]".contains($0) }
            && !name.contains("  ")
        guard isValid else {
            throw BedrockError.invalid(
                "The provided document name \(name.prefix(80)) at \(path) is not valid. The document file name can "
                    + "only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square "
                    + "brackets. The name can't contain more than one consecutive whitespace character.")
        }
    }

    /// Blobs are base64, and hold something.
    private func check(bytes block: JSONNode, _ path: String) throws(RequestFault) {
        for key in ["image", "document", "video", "audio"] {
            guard let data = block[key]?["source"]?.text("bytes") else { continue }
            guard let bytes = Base64.decode(data), !bytes.isEmpty else {
                throw BedrockError.invalid("The value at \(path).\(key).source.bytes is not base64, or empty.")
            }
        }
    }

    private func check(reasoning: JSONNode, _ path: String) throws(RequestFault) {
        let found: ContentSignature?
        if let text = reasoning["reasoningText"] {
            guard let signature = text.text("signature") else {
                // Models without signatures have none; Claude's have to come back.
                guard ClaudeModel(name.base) != nil else { return }
                throw BedrockError.modelFault("\(path).thinking.signature: Field required")
            }
            found = ContentSignature.verify(signature, of: (text.text("text") ?? "").utf8, as: .thinking)
        } else {
            found = ContentSignature.verify(reasoning.text("redactedContent") ?? "", of: [], as: .redactedThinking)
        }
        guard found != nil else {
            throw BedrockError.modelFault("\(path): Invalid `signature` in `thinking` block")
        }
    }

    // MARK: Faults

    private func blank(_ path: String) -> RequestFault {
        BedrockError.invalid(
            "The text field in the ContentBlock object at \(path) is blank. Add text to the text field, and try again.")
    }

    private func unanswered(_ ids: Set<String>, _ index: Int) -> RequestFault {
        BedrockError.invalid(
            "Expected toolResult blocks at messages.\(index).content for the following Ids: "
                + ids.sorted().joined(separator: ", "))
    }

    private func constraint(_ value: String, _ path: String, _ pattern: String) -> RequestFault {
        BedrockError.invalid(
            "1 validation error detected: Value '\(value.prefix(80))' at '\(path)' failed to satisfy constraint: "
                + "Member must satisfy regular expression pattern: \(pattern) and have length from 1 to 64")
    }
}
