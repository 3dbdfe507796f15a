/// Google's words for why an answer ended.
///
/// Source: google-genai 3.4.0, `FinishReason`, `BlockedReason` (2026-11).
enum GeminiFinish {
    private static let words: [String: NeutralFinish.Reason] = [
        "STOP": .stop,
        "MAX_TOKENS": .length,
        // The request's share of a longer answer; it goes on only with the vendor's own token.
        "CONTINUATION": .length,
        "SAFETY": .contentFilter,
        "RECITATION": .contentFilter,
        "LANGUAGE": .contentFilter,
        "BLOCKLIST": .contentFilter,
        "PROHIBITED_CONTENT": .contentFilter,
        "SPII": .contentFilter,
        "IMAGE_SAFETY": .contentFilter,
        "IMAGE_PROHIBITED_CONTENT": .contentFilter,
        "IMAGE_RECITATION": .contentFilter,
        "IMAGE_OTHER": .contentFilter,
        "ESCALATION": .contentFilter,
        "PUP_LIMITED_DISABLED": .contentFilter,
        "MODEL_ARMOR": .contentFilter,
        "MALFORMED_FUNCTION_CALL": .malformedOutput,
        "UNEXPECTED_TOOL_CALL": .malformedOutput,
        "TOO_MANY_TOOL_CALLS": .malformedOutput,
        "MISSING_THOUGHT_SIGNATURE": .malformedOutput,
        "MALFORMED_RESPONSE": .malformedOutput,
        "NO_IMAGE": .malformedOutput,
        "OTHER": .malformedOutput,
    ]

    /// The reason that a word stands for; a word that is not known is no success. `hasCalls`: whether tools were
    /// called.
    static func reason(_ word: String, hasCalls: Bool) -> NeutralFinish.Reason {
        let reason = words[word] ?? .malformedOutput
        return reason == .stop && hasCalls ? .toolCalls : reason
    }

    /// The word for a reason: the vendor's own where it was Google's and means the same.
    static func word(_ finish: NeutralFinish) -> String {
        if let word = finish.vendorWord, let reason = words[word], reason == finish.reason { return word }
        switch finish.reason {
        case .stop, .stopSequence, .toolCalls, .pause: return "STOP"
        case .length, .contextWindow: return "MAX_TOKENS"
        case .refusal, .contentFilter: return "SAFETY"
        case .malformedOutput: return "MALFORMED_RESPONSE"
        }
    }

    /// The kind of ``NeutralFinish/details`` that hold `promptFeedback`.
    static let promptFeedback = "promptFeedback"

    /// A prompt that was refused before any answer: `{"blockReason":"SAFETY",...}`; `nil` when it was not.
    static func blocked(_ feedback: JSONNode?) -> NeutralFinish? {
        guard let feedback, feedback.kind == .object else { return nil }
        for (key, value) in feedback.members where GeminiName.camel(key) == "blockReason" {
            guard let word = value.stringValue, word != "BLOCKED_REASON_UNSPECIFIED" else { continue }
            let details = NeutralOpaque(origin: .gemini, kind: promptFeedback, value: JSONFragment(feedback))
            return NeutralFinish(.contentFilter, vendorWord: word, details: details)
        }
        return nil
    }
}
