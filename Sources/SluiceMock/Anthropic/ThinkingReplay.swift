import SluiceWire

/// Checks the thinking blocks that come back in the history of a messages request: they have to be as the model made
/// them, and models with preserved thinking take them only behind the conversation that they were made in.
///
/// A block of another model's is passed over, as the vendor drops it without a word.
/// Source: Anthropic's documentation, preserved thinking and its prefix checks (read 2026-11).
enum ThinkingReplay {
    static func check(_ root: JSONNode, _ name: ModelName) throws(RequestFault) {
        guard let messages = root["messages"] else { return }
        let model = ClaudeModel(name.base)
        let dropsBlocks = root["thinking"]?["block_binding"]?["prefix_mismatch_behavior"]?.stringValue == "drop_block"
        let isBound = model?.hasPreservedThinking == true && !dropsBlocks
        var before = beginning(root)
        var index = 0
        for message in messages.elements {
            var blockIndex = 0
            for block in message.list("content") {
                let type = block["type"]?.stringValue ?? ""
                if type == "thinking" || type == "redacted_thinking" {
                    let path = "messages.\(index).content.\(blockIndex)"
                    let signature = try verified(block, type, path)
                    if isBound, signature.prefix != 0, signature.family == model?.family,
                        signature.prefix != nonZero(before)
                    {
                        throw AnthropicError.invalid(
                            path,
                            "Invalid `signature` in `\(type)` block. The block is bound to a different conversation. "
                                + "Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "
                                + "\"drop_block\".")
                    }
                }
                blockIndex += 1
            }
            if isBound { add(message, to: &before) }
            index += 1
        }
        try checkFirstBlock(root)
    }

    private static func verified(
        _ block: JSONNode, _ type: String, _ path: String
    ) throws(RequestFault) -> ContentSignature {
        let isRedacted = type == "redacted_thinking"
        let signature = block[isRedacted ? "data" : "signature"]?.stringValue ?? ""
        let text = isRedacted ? "" : block["thinking"]?.stringValue ?? ""
        guard
            let found = ContentSignature.verify(
                signature, of: text.utf8, as: isRedacted ? .redactedThinking : .thinking)
        else {
            throw AnthropicError.invalid(
                path,
                isRedacted ? "Invalid `data` in `redacted_thinking` block" : "Invalid `signature` in `thinking` block")
        }
        return found
    }

    /// With `enabled` thinking the turn whose tools are answered at the end begins with thinking.
    private static func checkFirstBlock(_ root: JSONNode) throws(RequestFault) {
        guard root["thinking"]?["type"]?.stringValue == "enabled", let messages = root["messages"] else { return }
        let all = messages.elements.map { $0 }
        guard let last = all.last,
            last["content"]?.elements.contains(where: { $0["type"]?.stringValue == "tool_result" }) == true,
            let index = all.lastIndex(where: { $0["role"]?.stringValue == "assistant" }),
            let first = all[index]["content"]?[0]?["type"]?.stringValue
        else { return }
        guard first == "thinking" || first == "redacted_thinking" else {
            throw AnthropicError.invalid(
                "messages.\(index).content.0.type",
                "Expected `thinking` or `redacted_thinking`, but found `\(first)`. When `thinking` is enabled, a final "
                    + "`assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` "
                    + "and `tool_result` blocks). To avoid this requirement, disable `thinking`.")
        }
    }

    /// A hash of the system prompt, the tools and all messages, whatever their spelling; cache marks have no part in
    /// it. Never 0.
    static func prefix(_ root: JSONNode) -> UInt64 {
        var hash = beginning(root)
        for message in root.list("messages") { add(message, to: &hash) }
        return nonZero(hash)
    }

    private static let ignored: Set<String> = ["cache_control"]

    private static func beginning(_ root: JSONNode) -> UInt64 {
        var hash = DeterministicHash.of("system".utf8)
        add(root["system"], role: "system", to: &hash)
        return DeterministicHash.of(CanonicalJSON.bytes(root["tools"], ignoring: ignored), seed: hash)
    }

    private static func nonZero(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }

    private static func add(_ message: JSONNode, to hash: inout UInt64) {
        add(message["content"], role: message.text("role") ?? "", to: &hash)
    }

    /// Adds content block by block, so that a string is the same as one block of text, and one message the same as two
    /// of its halves.
    private static func add(_ content: JSONNode?, role: String, to hash: inout UInt64) {
        guard let content else { return }
        if let text = content.stringValue {
            let block = [UInt8].json { json in
                json.member("text", text)
                json.member("type", "text")
            }
            hash = DeterministicHash.of(role.utf8 + block, seed: hash)
        }
        for block in content.elements {
            hash = DeterministicHash.of(Array(role.utf8) + CanonicalJSON.bytes(block, ignoring: ignored), seed: hash)
        }
    }
}
