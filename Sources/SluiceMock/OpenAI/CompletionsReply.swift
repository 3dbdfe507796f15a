import SluiceWire

/// Writes answers in the shape of the old completions, whole and streamed.
struct CompletionsReply: Sendable {
    let model: String
    let answer: Answer
    let choiceCount: Int
    let usageStyle: Behaviour.UsageStyle

    func segments() -> [ReplyPlan.Segment] {
        FillerText.split(
            .json { json in
                writeHead(to: &json)
                json.array("choices") { json in
                    for index in 0..<choiceCount {
                        Self.writeChoice(
                            index, FillerText.text(answer.text), ChatReply.finishReason(answer), to: &json)
                    }
                }
                switch usageStyle {
                case .absent: break
                case .null: json.memberNull("usage")
                case .normal, .inLastChunk: writeUsage(to: &json)
                }
            })
    }

    func writeHead(to json: inout JSONWriter) {
        json.member("id", "cmpl-" + DeterministicHash.digits(answer.seed))
        json.member("object", "text_completion")
        json.member("created", ChatReply.created)
        json.member("model", model)
        json.member("system_fingerprint", "fp_mock")
    }

    func writeUsage(to json: inout JSONWriter) {
        json.key("usage")
        ChatReply.writeUsage(answer.usage, to: &json)
    }

    static func writeChoice(_ index: Int, _ text: String, _ finish: String?, to json: inout JSONWriter) {
        json.object { json in
            json.member("text", text)
            json.member("index", index)
            json.memberNull("logprobs")
            json.member("finish_reason", finish)
        }
    }
}
