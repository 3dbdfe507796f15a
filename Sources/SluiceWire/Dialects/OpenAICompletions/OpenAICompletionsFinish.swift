/// `finish_reason` of a completion: `stop`, `length` or `content_filter`.
enum OpenAICompletionsFinish {
    /// The word; `nil` for an output that could not be used.
    static func word(_ finish: NeutralFinish) -> StaticString? {
        switch finish.reason {
        case .stop, .stopSequence, .pause, .toolCalls: "stop"
        case .length, .contextWindow: "length"
        case .refusal, .contentFilter: "content_filter"
        case .malformedOutput: nil
        }
    }

    /// Reports a part that a text cannot hold.
    static func report(_ part: NeutralPart.Content, _ losses: inout ConversionLosses) {
        switch part {
        case .text, .refusal, .toolResult: break
        case .thinking, .redactedThinking: losses.note("thinking")
        case .toolCall: losses.drop("tool_calls")
        case .image: losses.drop("image")
        case .document: losses.drop("document")
        case .audio: losses.drop("audio")
        case .video: losses.drop("video")
        case .opaque(let opaque): losses.drop(opaque.kind)
        }
    }
}
