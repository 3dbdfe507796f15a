/// What whole and streamed answers of Cohere's have in common.
enum CohereAnswer {
    /// `finish_reason`: COMPLETE, STOP_SEQUENCE, MAX_TOKENS, TOOL_CALL; `nil` for ERROR, TIMEOUT and the like, which
    /// are errors.
    static func finish(_ word: String?) -> NeutralFinish? {
        switch word {
        case "COMPLETE": NeutralFinish(.stop, vendorWord: word)
        case "STOP_SEQUENCE": NeutralFinish(.stopSequence, vendorWord: word)
        case "MAX_TOKENS": NeutralFinish(.length, vendorWord: word)
        case "TOOL_CALL": NeutralFinish(.toolCalls, vendorWord: word)
        case "ERROR_LIMIT": NeutralFinish(.contextWindow, vendorWord: word)
        case "ERROR_TOXIC": NeutralFinish(.contentFilter, vendorWord: word)
        default: nil
        }
    }

    /// The error that stands in place of a reason.
    static func error(_ word: String?, _ message: String?) -> NeutralError {
        switch word {
        case "TIMEOUT": NeutralError(.timeout, message: message ?? "The provider ran out of time.", code: word)
        case nil: NeutralError(.server, message: message ?? "The provider's answer ended without a reason.")
        default: NeutralError(.server, message: message ?? "The provider's answer ended in an error.", code: word)
        }
    }

    /// `usage`: the tokens that the model saw, or where they are not told those that are billed. Cached ones are part
    /// of the input.
    static func usage(_ node: JSONNode?) -> TokenUsage? {
        guard let node, node.kind == .object else { return nil }
        let counts = node["tokens"].flatMap { $0.kind == .object ? $0 : nil } ?? node["billed_units"]
        let input = Self.count(counts?["input_tokens"])
        let output = Self.count(counts?["output_tokens"])
        guard input != nil || output != nil else { return nil }
        let cached = min(max(0, Self.count(node["cached_tokens"]) ?? 0), max(0, input ?? 0))
        return TokenUsage(uncachedInput: (input ?? 0) - cached, cacheRead: cached, output: output ?? 0)
    }

    /// Counts are declared as floating-point numbers.
    static func count(_ node: JSONNode?) -> Int? {
        if let count = node?.intValue { return max(0, count) }
        return node?.doubleValue.flatMap { Int(exactly: max(0, $0).rounded()) }
    }

    /// The text of a node that is a string and not empty.
    static func text(_ node: JSONNode?) -> JSONString? {
        JSONString(node).flatMap { $0.isEmpty ? nil : $0 }
    }
}
