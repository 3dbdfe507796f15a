import SluiceWire

/// Writes whole answers and the parts that they share with streams, in the shape of messages.
struct MessagesReply: Sendable {
    let model: String
    let answer: Answer
    let thinking: ThinkingStyle
    let usageStyle: Behaviour.UsageStyle

    var id: String { "msg_" + DeterministicHash.digits(answer.seed) }

    var stopReason: String {
        if let word = answer.finishWord { return word }
        return switch answer.finish {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .refusal: "refusal"
        }
    }

    /// Writes the members that tell why the model stopped.
    func writeStop(to json: inout JSONWriter) {
        json.member("stop_reason", stopReason)
        json.memberNull("stop_sequence")
        if answer.finish == .refusal {
            json.object("stop_details") { json in
                json.member("type", "refusal")
                json.member("category", "general_harms")
                json.memberNull("explanation")
            }
        }
    }

    func segments() -> [ReplyPlan.Segment] {
        FillerText.split(
            .json { json in
                json.member("id", id)
                json.member("type", "message")
                json.member("role", "assistant")
                json.member("model", model)
                json.array("content") { writeContent(to: &$0) }
                writeStop(to: &json)
                writeUsage(output: answer.usage.completion, to: &json)
            })
    }

    private func writeContent(to json: inout JSONWriter) {
        if let reasoning = answer.reasoning {
            json.object { json in
                json.member("type", "thinking")
                json.member("thinking", thinking.shown(reasoning))
                json.member("signature", thinking.signature(reasoning, seed: answer.seed))
            }
        }
        for index in 0..<answer.redactedBlocks {
            json.object { writeRedacted(index, to: &$0) }
        }
        if answer.hasText {
            json.object { json in
                json.member("type", "text")
                json.member("text", FillerText.text(answer.text))
            }
        }
        for call in answer.toolCalls {
            json.object { json in
                json.member("type", "tool_use")
                json.member("id", call.id("toolu_"))
                json.member("name", call.name)
                json.key("input")
                json.raw(call.objectArguments.utf8)
            }
        }
    }

    /// Writes the members of a block of redacted thinking.
    func writeRedacted(_ index: Int, to json: inout JSONWriter) {
        json.member("type", "redacted_thinking")
        json.member("data", thinking.redacted(index, seed: answer.seed))
    }

    /// Writes the usage of `output` tokens so far. `input_tokens` leaves out what came from a cache or
    /// went to one.
    func writeUsage(output: Int, to json: inout JSONWriter) {
        switch usageStyle {
        case .absent: return
        case .null: json.memberNull("usage")
        case .normal, .inLastChunk:
            json.object("usage") { json in
                json.member("input_tokens", answer.usage.fresh)
                json.member("cache_creation_input_tokens", answer.usage.written + answer.usage.writtenHour)
                json.object("cache_creation") { json in
                    json.member("ephemeral_5m_input_tokens", answer.usage.written)
                    json.member("ephemeral_1h_input_tokens", answer.usage.writtenHour)
                }
                json.member("cache_read_input_tokens", answer.usage.cached)
                json.member("output_tokens", output)
                if answer.usage.reasoning > 0 {
                    json.object("output_tokens_details") { $0.member("thinking_tokens", answer.usage.reasoning) }
                }
                json.member("service_tier", "standard")
            }
        }
    }

    /// The reply of `count_tokens`.
    static func count(_ request: GenerationRequest) -> [UInt8] {
        .json { $0.member("input_tokens", request.promptTokens) }
    }
}
