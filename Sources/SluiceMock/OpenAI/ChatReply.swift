import SluiceWire

/// Writes whole answers and the parts that they share with streams, in the shape of chat completions.
struct ChatReply: Sendable {
    /// 2026-01-01T00:00:00Z: every answer was made then, so that two answers can be compared byte for byte.
    static let created = 1_767_225_600

    let model: String
    let answer: Answer
    let choiceCount: Int
    let usageStyle: Behaviour.UsageStyle
    /// What reasoning is called: most servers say `reasoning_content`, vLLM and Ollama's `/v1` say `reasoning`.
    var reasoningKey: StaticString = "reasoning_content"

    var id: String { "chatcmpl-" + DeterministicHash.digits(answer.seed) }

    func segments() -> [ReplyPlan.Segment] {
        FillerText.split(whole())
    }

    private func whole() -> [UInt8] {
        .json { json in
            json.member("id", id)
            json.member("object", "chat.completion")
            json.member("created", Self.created)
            json.member("model", model)
            json.array("choices") { json in
                for index in 0..<choiceCount { writeChoice(index, to: &json) }
            }
            writeUsage(to: &json)
            json.member("service_tier", "default")
            json.member("system_fingerprint", "fp_mock")
        }
    }

    private func writeChoice(_ index: Int, to json: inout JSONWriter) {
        json.object { json in
            json.member("index", index)
            json.object("message") { json in
                json.member("role", "assistant")
                let isRefusal = answer.finish == .refusal
                json.key("content")
                if isRefusal || !answer.hasText && !answer.toolCalls.isEmpty {
                    json.null()
                } else {
                    json.string(FillerText.text(answer.text))
                }
                json.member("refusal", isRefusal ? answer.text.text : nil)
                if let reasoning = answer.reasoning { json.member(reasoningKey, reasoning.text) }
                if !answer.toolCalls.isEmpty {
                    json.array("tool_calls") { json in
                        for call in answer.toolCalls { Self.writeCall(call, to: &json) }
                    }
                }
                json.array("annotations") { _ in }
            }
            json.memberNull("logprobs")
            json.member("finish_reason", Self.finishReason(answer))
        }
    }

    private static func writeCall(_ call: Answer.ToolCall, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", call.id("call_"))
            json.member("type", call.isCustom ? "custom" : "function")
            if call.isCustom {
                json.object("custom") { json in
                    json.member("name", call.name)
                    json.member("input", call.arguments)
                }
            } else {
                json.object("function") { json in
                    json.member("name", call.name)
                    json.member("arguments", call.arguments)
                }
            }
        }
    }

    private func writeUsage(to json: inout JSONWriter) {
        switch usageStyle {
        case .absent: return
        case .null: json.memberNull("usage")
        case .normal, .inLastChunk:
            json.key("usage")
            Self.writeUsage(answer.usage, to: &json)
        }
    }

    static func writeUsage(_ usage: TokenUsage, to json: inout JSONWriter) {
        json.object { json in
            json.member("prompt_tokens", usage.prompt)
            json.member("completion_tokens", usage.completion)
            json.member("total_tokens", usage.total)
            json.object("prompt_tokens_details") { json in
                json.member("cached_tokens", usage.cached)
                json.member("audio_tokens", 0)
                json.member("cache_write_tokens", usage.written + usage.writtenHour)
            }
            json.object("completion_tokens_details") { json in
                json.member("reasoning_tokens", usage.reasoning)
                json.member("audio_tokens", 0)
                json.member("accepted_prediction_tokens", 0)
                json.member("rejected_prediction_tokens", 0)
            }
        }
    }

    static func finishReason(_ answer: Answer) -> String {
        if let word = answer.finishWord { return word }
        return switch answer.finish {
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .refusal: "content_filter"
        }
    }
}
