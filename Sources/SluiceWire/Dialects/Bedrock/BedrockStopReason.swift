/// The vendor's words for why an answer ended.
///
/// Source: the service model of bedrock-runtime, `StopReason` (read 2026-11).
enum BedrockStopReason {
    /// What a word means; unknown ones mean that the model was done.
    static func read(_ word: String) -> NeutralFinish.Reason {
        switch word {
        case "end_turn": .stop
        case "tool_use": .toolCalls
        case "max_tokens": .length
        case "stop_sequence": .stopSequence
        case "guardrail_intervened", "content_filtered": .contentFilter
        case "malformed_model_output", "malformed_tool_use": .malformedOutput
        case "model_context_window_exceeded": .contextWindow
        // Not in the service model; models have been seen to hand their own words through.
        case "refusal": .refusal
        case "pause_turn": .pause
        default: .stop
        }
    }

    /// The word for a reason; the vendor's own, where it said one with that meaning.
    static func write(_ finish: NeutralFinish) -> String {
        switch finish.reason {
        case .stop, .pause: "end_turn"
        case .toolCalls: "tool_use"
        case .length: "max_tokens"
        case .stopSequence: "stop_sequence"
        case .contentFilter: finish.vendorWord == "guardrail_intervened" ? "guardrail_intervened" : "content_filtered"
        case .refusal: "content_filtered"
        case .malformedOutput:
            finish.vendorWord == "malformed_tool_use" ? "malformed_tool_use" : "malformed_model_output"
        case .contextWindow: "model_context_window_exceeded"
        }
    }
}
