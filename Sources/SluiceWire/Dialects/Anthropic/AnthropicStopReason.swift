/// Messages' `stop_reason`, `stop_sequence` and `stop_details`, both ways.
///
/// Source: Anthropic SDK type `StopReason` (read 2026-11); `compaction` is in the beta types only.
enum AnthropicStopReason {
    /// Why an answer ended. An unknown word is the end of a turn: the vendor may add words, and says that it ended.
    static func read(_ word: String, sequence: JSONNode?, details: JSONNode?) -> NeutralFinish {
        let reason: NeutralFinish.Reason =
            switch word {
            case "max_tokens": .length
            case "stop_sequence": .stopSequence
            case "tool_use": .toolCalls
            case "pause_turn", "compaction": .pause
            case "refusal": .refusal
            case "model_context_window_exceeded": .contextWindow
            default: .stop
            }
        var finish = NeutralFinish(reason, stopSequence: JSONString(sequence), vendorWord: word)
        if let details, details.kind == .object {
            finish.details = NeutralOpaque(
                origin: .anthropic, kind: details["type"]?.stringValue ?? "refusal", value: JSONFragment(details))
        }
        return finish
    }

    /// Writes the three members.
    ///
    /// - Parameters:
    ///   - hasCalls: whether the answer has calls: servers of other dialects say `stop` then, too.
    ///   - hasRefusal: whether a part of the answer refuses.
    static func write(
        _ finish: NeutralFinish, hasCalls: Bool, hasRefusal: Bool, to out: inout AnthropicWriter,
        losses: inout ConversionLosses
    ) {
        let word =
            switch finish.reason {
            case .stop: hasRefusal ? "refusal" : hasCalls ? "tool_use" : "end_turn"
            case .stopSequence: "stop_sequence"
            case .length: "max_tokens"
            case .contextWindow: "model_context_window_exceeded"
            case .toolCalls: "tool_use"
            case .refusal, .contentFilter: "refusal"
            case .pause: "pause_turn"
            case .malformedOutput: "end_turn"
            }
        if finish.reason == .malformedOutput { losses.adapt("finish_reason") }
        out.member("stop_reason", word)
        if finish.reason == .stopSequence, let sequence = finish.stopSequence {
            out.member("stop_sequence", sequence)
        } else {
            out.null("stop_sequence")
        }
        if let details = finish.details, details.origin == .anthropic {
            out.member("stop_details", details.value.singleLine)
        } else {
            out.null("stop_details")
        }
    }
}
