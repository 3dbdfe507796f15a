import SluiceWire

/// Writes the objects of Ollama's chat and generate: one for a whole answer, one a line for a stream.
struct OllamaReply: Sendable {
    static let createdAt = "2026-01-01T00:00:00.000000Z"

    let model: String
    let answer: Answer
    let usageStyle: Behaviour.UsageStyle
    /// Whether it answers `/api/chat`, with a message, or `/api/generate`, with a response.
    let isChat: Bool

    /// Why it is done; also `stop` when tools are called.
    var doneReason: String {
        if let word = answer.finishWord { return word }
        return answer.finish == .length ? "length" : "stop"
    }

    func segments() -> [ReplyPlan.Segment] {
        FillerText.split(
            .json(capacity: 1024) { json in
                writeLine(
                    text: FillerText.text(answer.text), thinking: answer.reasoning?.text,
                    calls: answer.toolCalls.indices, to: &json)
                writeEnd(to: &json)
            })
    }

    /// Writes everything but how the answer ended.
    func writeLine(text: String, thinking: String? = nil, calls: Range<Int> = 0..<0, to json: inout JSONWriter) {
        json.member("model", model)
        json.member("created_at", Self.createdAt)
        guard isChat else {
            json.member("response", text)
            if let thinking { json.member("thinking", thinking) }
            return
        }
        json.object("message") { json in
            json.member("role", "assistant")
            json.member("content", text)
            if let thinking { json.member("thinking", thinking) }
            guard !calls.isEmpty else { return }
            json.array("tool_calls") { json in
                for index in calls { write(answer.toolCalls[index], index, to: &json) }
            }
        }
    }

    private func write(_ call: Answer.ToolCall, _ index: Int, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", call.id("call_"))
            json.object("function") { json in
                json.member("index", index)
                json.member("name", call.name)
                json.key("arguments")
                json.raw(call.objectArguments.utf8)
            }
        }
    }

    /// Writes how the answer ended, with its counts and with durations in nanoseconds.
    func writeEnd(to json: inout JSONWriter) {
        json.member("done", true)
        json.member("done_reason", doneReason)
        json.member("total_duration", 3_000_000)
        json.member("load_duration", 1_000_000)
        if usageStyle == .normal || usageStyle == .inLastChunk {
            json.member("prompt_eval_count", answer.usage.prompt)
            json.member("prompt_eval_duration", 1_000_000)
            json.member("eval_count", answer.usage.completion)
            json.member("eval_duration", 1_000_000)
        }
        if !isChat {
            json.array("context") { json in
                for index in 0..<3 { json.integer(Int(DeterministicHash.mix(answer.seed, index) % 30_000)) }
            }
        }
    }

    /// The reply to a request without a prompt, which loads the model, or with `keep_alive: 0` unloads it.
    func loading(isUnloading: Bool) -> [UInt8] {
        .json { json in
            writeLine(text: "", to: &json)
            json.member("done", true)
            json.member("done_reason", isUnloading ? "unload" : "load")
        }
    }
}
