import SluiceWire

/// Writes the response object of the Responses API: whole, and as streams carry it at their start and end.
struct ResponsesReply: Sendable {
    enum Status: String, Sendable {
        case inProgress = "in_progress"
        case completed, incomplete, failed
    }

    let answer: Answer
    let model: String
    let usageStyle: Behaviour.UsageStyle
    /// The request's own fields that the response repeats, already written: `"tools":[...],...`.
    private let echo: [UInt8]
    /// Whether the text of the reasoning is shown.
    let hasSummary: Bool
    private let hasEncryptedReasoning: Bool

    /// The fields of a request that its response repeats, and what stands there when the request leaves them out.
    private static let repeated: [(key: String, standard: String)] = [
        ("instructions", "null"), ("max_output_tokens", "null"), ("max_tool_calls", "null"), ("metadata", "{}"),
        ("parallel_tool_calls", "true"), ("previous_response_id", "null"),
        ("reasoning", #"{"effort":null,"summary":null}"#), ("safety_identifier", "null"), ("store", "true"),
        ("temperature", "1.0"), ("text", #"{"format":{"type":"text"},"verbosity":"medium"}"#),
        ("tool_choice", #""auto""#), ("tools", "[]"), ("top_logprobs", "0"), ("top_p", "1.0"),
        ("truncation", #""disabled""#), ("user", "null"),
    ]

    init(_ root: JSONNode, answer: Answer, model: String, _ behaviour: Behaviour) {
        self.answer = answer
        self.model = model
        usageStyle = behaviour.usage
        hasSummary = behaviour.reasoningTokens != nil || root["reasoning"]?["summary"]?.stringValue != nil
        hasEncryptedReasoning = Self.wantsEncryptedReasoning(root)
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        for (key, standard) in Self.repeated {
            json.key(key)
            if let value = root[key], !value.isNull {
                // Large lists of tools are repeated as they are; that is what the vendor does.
                json.raw(value.rawBytes)
            } else {
                json.raw(standard.utf8)
            }
        }
        json.endObject()
        echo = Array(json.take().dropFirst().dropLast())
    }

    var id: String { "resp_" + DeterministicHash.digits(answer.seed) }
    var messageID: String { "msg_" + DeterministicHash.digits(answer.seed, 1) }
    var reasoningID: String { "rs_" + DeterministicHash.digits(answer.seed, 2) }

    /// Whether the request asks for reasoning that it can send back.
    static func wantsEncryptedReasoning(_ root: JSONNode) -> Bool {
        root["include"]?.elements.contains { $0.stringValue == "reasoning.encrypted_content" } ?? false
    }

    /// The reply of `input_tokens`.
    static func count(_ request: GenerationRequest) -> [UInt8] {
        .json { json in
            json.member("object", "response.input_tokens")
            json.member("input_tokens", request.promptTokens)
        }
    }

    func callID(_ call: Answer.ToolCall) -> String { "fc_" + call.digits }

    var finalStatus: Status {
        switch answer.finish {
        case .stop, .toolCalls: .completed
        case .length, .refusal: .incomplete
        }
    }

    func segments() -> [ReplyPlan.Segment] {
        var json = JSONWriter(capacity: 2048)
        write(finalStatus, text: FillerText.text(answer.text), to: &json)
        return FillerText.split(json.take())
    }

    /// The response object; `text` is the text of its message.
    func write(_ status: Status, errorCode: String = "server_error", text: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("object", "response")
            json.member("created_at", ChatReply.created)
            json.member("status", status.rawValue)
            json.member("background", false)
            if status == .failed {
                json.object("error") { json in
                    json.member("code", errorCode)
                    json.member("message", OpenAIStreamError.message)
                }
            } else {
                json.memberNull("error")
            }
            if status == .incomplete {
                json.object("incomplete_details") { json in
                    json.member("reason", answer.finish == .refusal ? "content_filter" : "max_output_tokens")
                }
            } else {
                json.memberNull("incomplete_details")
            }
            json.member("model", model)
            json.array("output") { json in
                guard status == .completed || status == .incomplete else { return }
                writeOutput(text: text, to: &json)
            }
            writeEcho(to: &json)
            json.member("service_tier", "default")
            writeUsage(status, to: &json)
        }
    }

    private func writeEcho(to json: inout JSONWriter) {
        // `echo` is whole members, which the writer takes as one more.
        json.raw(echo)
    }

    private func writeUsage(_ status: Status, to json: inout JSONWriter) {
        guard usageStyle != .absent else { return }
        guard usageStyle != .null, status == .completed || status == .incomplete else {
            return json.memberNull("usage")
        }
        json.object("usage") { json in
            json.member("input_tokens", answer.usage.prompt)
            json.object("input_tokens_details") { json in
                json.member("cached_tokens", answer.usage.cached)
                json.member("cache_write_tokens", answer.usage.written + answer.usage.writtenHour)
            }
            json.member("output_tokens", answer.usage.completion)
            json.object("output_tokens_details") { $0.member("reasoning_tokens", answer.usage.reasoning) }
            json.member("total_tokens", answer.usage.total)
        }
    }

    private func writeOutput(text: String, to json: inout JSONWriter) {
        if answer.reasoning != nil { writeReasoning(isDone: true, to: &json) }
        if hasMessage { writeMessage(text: text, isDone: true, to: &json) }
        for call in answer.toolCalls { writeCall(call, isDone: true, to: &json) }
    }

    /// Whether there is a message item; an answer of calls alone has none.
    var hasMessage: Bool { answer.hasText || answer.toolCalls.isEmpty }

    private var itemStatus: String { answer.finish == .length ? "incomplete" : "completed" }

    func writeReasoning(isDone: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", reasoningID)
            json.member("type", "reasoning")
            json.array("summary") { json in
                guard isDone, hasSummary, let reasoning = answer.reasoning else { return }
                json.object { json in
                    json.member("type", "summary_text")
                    json.member("text", reasoning.text)
                }
            }
            if hasEncryptedReasoning {
                json.member(
                    "encrypted_content",
                    ContentSignature(family: "", seed: answer.seed).sign([], as: .reasoningItem))
            }
        }
    }

    func writeMessage(text: String, isDone: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", messageID)
            json.member("type", "message")
            json.member("status", isDone ? itemStatus : "in_progress")
            json.array("content") { json in
                if isDone { writePart(text: text, to: &json) }
            }
            json.member("role", "assistant")
        }
    }

    func writePart(text: String, to json: inout JSONWriter) {
        json.object { json in
            if answer.finish == .refusal {
                json.member("type", "refusal")
                json.member("refusal", text)
            } else {
                json.member("type", "output_text")
                json.array("annotations") { _ in }
                json.array("logprobs") { _ in }
                json.member("text", text)
            }
        }
    }

    func writeCall(_ call: Answer.ToolCall, isDone: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", callID(call))
            json.member("type", "function_call")
            json.member("status", isDone ? "completed" : "in_progress")
            json.member("arguments", isDone ? call.arguments : "")
            json.member("call_id", call.id("call_"))
            json.member("name", call.name)
        }
    }
}
