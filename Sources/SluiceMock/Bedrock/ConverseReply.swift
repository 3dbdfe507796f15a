import SluiceWire

/// Writes whole answers and the parts that they share with streams, in the shape of Converse.
struct ConverseReply: Sendable {
    let request: GenerationRequest
    let answer: Answer
    let thinking: ThinkingStyle
    let usageStyle: Behaviour.UsageStyle

    init(_ request: GenerationRequest, _ thinking: ThinkingStyle, _ behaviour: Behaviour) {
        self.request = request
        self.thinking = thinking
        answer = Answerer.answer(request, behaviour)
        usageStyle = behaviour.usage
    }

    var stopReason: String {
        if let word = answer.finishWord { return word }
        return switch answer.finish {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .refusal: "content_filtered"
        }
    }

    func segments() -> [ReplyPlan.Segment] {
        FillerText.split(
            .json(capacity: 1024) { json in
                json.object("output") { json in
                    json.object("message") { json in
                        json.member("role", "assistant")
                        json.array("content") { writeContent(to: &$0) }
                    }
                }
                json.member("stopReason", stopReason)
                writeUsage(to: &json)
                Self.writeMetrics(to: &json)
            })
    }

    private func writeContent(to json: inout JSONWriter) {
        if let reasoning = answer.reasoning {
            json.object { json in
                json.object("reasoningContent") { json in
                    json.object("reasoningText") { json in
                        json.member("text", thinking.shown(reasoning))
                        json.member("signature", thinking.signature(reasoning, seed: answer.seed))
                    }
                }
            }
        }
        for index in 0..<answer.redactedBlocks {
            json.object { json in
                json.object("reasoningContent") {
                    $0.member("redactedContent", thinking.redacted(index, seed: answer.seed))
                }
            }
        }
        if answer.hasText {
            json.object { $0.member("text", FillerText.text(answer.text)) }
        }
        for call in answer.toolCalls {
            json.object { json in
                json.object("toolUse") { json in
                    json.member("toolUseId", call.id("tooluse_"))
                    json.member("name", call.name)
                    json.key("input")
                    json.raw(call.objectArguments.utf8)
                }
            }
        }
    }

    /// Writes the usage, whose `inputTokens` leave out what came from a cache or went to one.
    func writeUsage(to json: inout JSONWriter) {
        switch usageStyle {
        case .absent: return
        case .null: json.memberNull("usage")
        case .normal, .inLastChunk:
            let usage = answer.usage
            json.object("usage") { json in
                json.member("inputTokens", usage.fresh)
                json.member("outputTokens", usage.completion)
                json.member("totalTokens", usage.total)
                json.member("cacheReadInputTokens", usage.cached)
                json.member("cacheWriteInputTokens", usage.written + usage.writtenHour)
                guard usage.written + usage.writtenHour > 0 else { return }
                json.array("cacheDetails") { json in
                    for (ttl, count) in [("5m", usage.written), ("1h", usage.writtenHour)] where count > 0 {
                        json.object { json in
                            json.member("ttl", ttl)
                            json.member("inputTokens", count)
                        }
                    }
                }
            }
        }
    }

    static func writeMetrics(to json: inout JSONWriter) {
        json.object("metrics") { $0.member("latencyMs", 1) }
    }
}
