import SluiceWire

/// Writes whole answers and the parts that they share with streams, in the shape of messages.
struct MessagesReply: Sendable {
    let model: String
    let answer: Answer
    let usageStyle: Behaviour.UsageStyle

    var id: String { "msg_" + DeterministicHash.digits(answer.seed) }

    /// What stands for the vendor's signature of a thinking block.
    var signature: String { "bW9jaw" + DeterministicHash.digits(answer.seed, 3) }

    var stopReason: String {
        switch answer.finish {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .refusal: "refusal"
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
                json.member("stop_reason", stopReason)
                json.memberNull("stop_sequence")
                writeUsage(output: answer.usage.completion, to: &json)
            })
    }

    private func writeContent(to json: inout JSONWriter) {
        if let reasoning = answer.reasoning {
            json.object { json in
                json.member("type", "thinking")
                json.member("thinking", reasoning.text)
                json.member("signature", signature)
            }
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
                json.member("id", "toolu_" + call.digits)
                json.member("name", call.name)
                json.key("input")
                json.raw(call.arguments.utf8)
            }
        }
    }

    /// Writes the usage of `output` tokens so far. `input_tokens` leaves out what came from a cache.
    func writeUsage(output: Int, to json: inout JSONWriter) {
        switch usageStyle {
        case .absent: return
        case .null: json.memberNull("usage")
        case .normal, .inLastChunk:
            json.object("usage") { json in
                json.member("input_tokens", answer.usage.prompt - answer.usage.cached)
                json.member("cache_creation_input_tokens", 0)
                json.object("cache_creation") { json in
                    json.member("ephemeral_5m_input_tokens", 0)
                    json.member("ephemeral_1h_input_tokens", 0)
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
