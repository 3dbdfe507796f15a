import SluiceWire

/// The events of a streamed chat of Cohere's: `message-start`, the contents and calls each from start to end,
/// `message-end` with the usage, `[DONE]`.
struct CohereStream: EventSource {
    private enum Stage {
        case start
        case thinkingStart, thinking, thinkingEnd
        case textStart, text, textEnd
        case plan
        case callStart, call, callEnd
        case end, done, over
    }

    private let reply: CohereReply
    private let style: EventStyle
    private let hasDone: Bool
    private let error: String
    private var stage = Stage.start
    private var content = 0
    private var index = 0
    private var call = 0
    private var pieces: [String] = []

    init(_ reply: CohereReply, _ behaviour: Behaviour) {
        self.reply = reply
        style = behaviour.sse
        hasDone = behaviour.hasDone
        error = behaviour.streamError ?? OpenAIStreamError.message
    }

    private var answer: Answer { reply.answer }

    mutating func next() -> StreamEvent? {
        while true {
            switch stage {
            case .start:
                stage = answer.reasoning != nil ? .thinkingStart : afterThinking
                return start()
            case .thinkingStart, .thinking, .thinkingEnd, .textStart, .text, .textEnd:
                if let event = contentEvent() { return event }
            case .plan:
                guard let plan = reply.toolPlan, index < plan.count else {
                    begin(.callStart)
                    continue
                }
                let text = plan.token(index)
                index += 1
                return message("tool-plan-delta", nil, isToken: true) { $0.member("tool_plan", text) }
            case .callStart, .call, .callEnd:
                if let event = callEvent() { return event }
            case .end:
                begin(.done)
                return end(reply.finishReason, error: nil)
            case .done:
                begin(.over)
                if hasDone { return StreamEvent(bytes: style.frame(data: Array("[DONE]".utf8)), isToken: false) }
            case .over:
                return nil
            }
        }
    }

    func errorEvent() -> [UInt8] {
        end("ERROR", error: error).bytes
    }

    func malformedEvent() -> [UInt8] {
        style.frame(
            name: "content-delta",
            data: Array(#"{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"brok"#.utf8))
    }

    private var afterThinking: Stage { answer.hasText ? .textStart : .plan }

    private mutating func begin(_ next: Stage) {
        stage = next
        index = 0
    }

    // MARK: Parts

    private mutating func contentEvent() -> StreamEvent? {
        let isThinking = stage == .thinkingStart || stage == .thinking || stage == .thinkingEnd
        let key: StaticString = isThinking ? "thinking" : "text"
        switch stage {
        case .thinkingStart, .textStart:
            begin(isThinking ? .thinking : .text)
            return message("content-start", content) { json in
                json.object("content") { json in
                    json.member("type", key.description)
                    json.member(key, "")
                }
            }
        case .thinking, .text:
            guard let source = isThinking ? answer.reasoning : answer.text, index < source.count else {
                begin(isThinking ? .thinkingEnd : .textEnd)
                return nil
            }
            let text = source.token(index)
            index += 1
            return message("content-delta", content, isToken: true) { $0.object("content") { $0.member(key, text) } }
        default:
            begin(isThinking ? afterThinking : .plan)
            let number = content
            content += 1
            return event("content-end") { $0.member("index", number) }
        }
    }

    private mutating func callEvent() -> StreamEvent? {
        guard call < answer.toolCalls.count else {
            begin(.end)
            return nil
        }
        let tool = answer.toolCalls[call]
        switch stage {
        case .callStart:
            begin(.call)
            pieces = AnswerText.tokens(of: tool.arguments)
            return message("tool-call-start", call) { [reply] json in
                json.object("tool_calls") { reply.write(tool, arguments: "", to: &$0) }
            }
        case .call:
            guard index < pieces.count else {
                begin(.callEnd)
                return nil
            }
            let text = pieces[index]
            index += 1
            return message("tool-call-delta", call, isToken: true) { json in
                json.object("tool_calls") { $0.object("function") { $0.member("arguments", text) } }
            }
        default:
            begin(.callStart)
            let number = call
            call += 1
            return event("tool-call-end") { $0.member("index", number) }
        }
    }

    // MARK: Events

    private func start() -> StreamEvent {
        event("message-start") { json in
            json.member("id", reply.id)
            json.object("delta") { json in
                json.object("message") { json in
                    json.member("role", "assistant")
                    json.array("content") { _ in }
                    json.member("tool_plan", "")
                    json.array("tool_calls") { _ in }
                    json.array("citations") { _ in }
                }
            }
        }
    }

    private func end(_ reason: String, error: String?) -> StreamEvent {
        event("message-end") { json in
            json.object("delta") { json in
                if let error { json.member("error", error) }
                json.member("finish_reason", reason)
                reply.writeUsage(to: &json)
            }
        }
    }

    private func message(
        _ name: StaticString, _ index: Int?, isToken: Bool = false, _ write: (inout JSONWriter) -> Void
    ) -> StreamEvent {
        event(name, isToken: isToken) { json in
            if let index { json.member("index", index) }
            json.object("delta") { $0.object("message", write) }
        }
    }

    private func event(
        _ name: StaticString, isToken: Bool = false, _ write: (inout JSONWriter) -> Void
    ) -> StreamEvent {
        let data = [UInt8].json { json in
            json.member("type", name.description)
            write(&json)
        }
        return StreamEvent(bytes: style.frame(name: name, data: data), isToken: isToken)
    }
}
