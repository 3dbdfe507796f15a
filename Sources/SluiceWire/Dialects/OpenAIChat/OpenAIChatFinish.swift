/// `finish_reason`, both ways.
enum OpenAIChatFinish {
    /// Whether the word says that the provider failed: OpenRouter's `error`.
    static func isError(_ word: String) -> Bool {
        word == "error"
    }

    /// The reason. Servers that say `stop` with tool calls, as Google's and Ollama's do, mean `tool_calls`.
    static func neutral(
        _ word: String?,
        hasCalls: Bool,
        hasRefusal: Bool,
        stopSequence: JSONString? = nil
    ) -> NeutralFinish {
        var finish = NeutralFinish(.stop, vendorWord: word)
        switch word {
        case "length", "max_tokens": finish.reason = .length
        case "model_length": finish.reason = .contextWindow
        case "content_filter": finish.reason = .contentFilter
        case "tool_calls", "function_call": finish.reason = .toolCalls
        default:
            if hasCalls {
                finish.reason = .toolCalls
            } else if hasRefusal {
                finish.reason = .refusal
            } else if let stopSequence {
                finish.reason = .stopSequence
                finish.stopSequence = stopSequence
            }
        }
        return finish
    }

    /// The stop sequence in a choice: `stop_reason` of vLLM, `matched_stop` of SGLang; numbers there are token ids.
    static func stopSequence(in choice: JSONNode) -> JSONString? {
        JSONString(choice["stop_reason"]) ?? JSONString(choice["matched_stop"])
    }

    /// The word; `nil` for an output that could not be used, which no word says.
    static func word(_ finish: NeutralFinish, hasRefusal: Bool, isLegacy: Bool) -> StaticString? {
        switch finish.reason {
        case .stop, .stopSequence, .pause: "stop"
        case .length, .contextWindow: "length"
        case .toolCalls: isLegacy ? "function_call" : "tool_calls"
        // OpenAI says `stop` when the message has a refusal.
        case .refusal: hasRefusal ? "stop" : "content_filter"
        case .contentFilter: "content_filter"
        case .malformedOutput: nil
        }
    }
}
