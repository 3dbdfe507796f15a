import SluiceWire

/// Writes whole answers and the parts that they share with streams, in the shape of Cohere's chat.
struct CohereReply: Sendable {
    let answer: Answer
    let usageStyle: Behaviour.UsageStyle

    var id: String { DeterministicHash.digits(answer.seed) }

    /// What the model says before it calls tools, when it does not think aloud.
    var toolPlan: AnswerText? {
        guard !answer.toolCalls.isEmpty, answer.reasoning == nil else { return nil }
        let names = answer.toolCalls.map(\.name).joined(separator: " and ")
        return AnswerText(first: AnswerText.tokens(of: "I will use \(names)."), count: nil, seed: answer.seed)
    }

    var finishReason: String {
        if let word = answer.finishWord { return word }
        return switch answer.finish {
        case .stop, .refusal: "COMPLETE"
        case .length: "MAX_TOKENS"
        case .toolCalls: "TOOL_CALL"
        }
    }

    func segments() -> [ReplyPlan.Segment] {
        FillerText.split(
            .json(capacity: 1024) { json in
                json.member("id", id)
                json.member("finish_reason", finishReason)
                json.object("message") { writeMessage(to: &$0) }
                writeUsage(to: &json)
            })
    }

    private func writeMessage(to json: inout JSONWriter) {
        json.member("role", "assistant")
        if let plan = toolPlan { json.member("tool_plan", plan.text) }
        if !answer.toolCalls.isEmpty {
            json.array("tool_calls") { json in
                for call in answer.toolCalls {
                    json.object { write(call, arguments: call.arguments, to: &$0) }
                }
            }
        }
        guard answer.hasText || answer.reasoning != nil else { return }
        json.array("content") { json in
            if let reasoning = answer.reasoning {
                json.object { json in
                    json.member("type", "thinking")
                    json.member("thinking", reasoning.text)
                }
            }
            if answer.hasText {
                json.object { json in
                    json.member("type", "text")
                    json.member("text", FillerText.text(answer.text))
                }
            }
        }
    }

    /// Writes the members of a call.
    func write(_ call: Answer.ToolCall, arguments: String, to json: inout JSONWriter) {
        json.member("id", call.id(call.name + "_"))
        json.member("type", "function")
        json.object("function") { json in
            json.member("name", call.name)
            json.member("arguments", arguments)
        }
    }

    func writeUsage(to json: inout JSONWriter) {
        switch usageStyle {
        case .absent: return
        case .null: json.memberNull("usage")
        case .normal, .inLastChunk:
            json.object("usage") { json in
                for key: StaticString in ["billed_units", "tokens"] {
                    json.object(key) { json in
                        json.member("input_tokens", answer.usage.prompt)
                        json.member("output_tokens", answer.usage.completion)
                    }
                }
                json.member("cached_tokens", answer.usage.cached)
            }
        }
    }
}
