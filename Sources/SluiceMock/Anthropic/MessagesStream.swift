import SluiceWire

/// The events of a streamed message: start, a ping, each block from start to stop, the final delta, stop.
struct MessagesStream: EventSource {
    private enum Stage {
        case start, ping
        case thinkingStart, thinking, signature, thinkingStop
        case redactedStart, redactedStop
        case textStart, text, textStop
        case toolStart, tool, toolStop
        case delta, stop, over
    }

    private let reply: MessagesReply
    private let style: EventStyle
    private let hasStop: Bool
    private let errorType: String
    private var stage = Stage.start
    private var block = 0
    private var index = 0
    private var call = 0
    private var pieces: [String] = []
    private var redacted = 0

    /// Whether there is `message_stop`, which is what this dialect has for `[DONE]`, is up to the behaviour.
    init(_ reply: MessagesReply, _ behaviour: Behaviour) {
        self.reply = reply
        hasStop = behaviour.hasDone
        style = behaviour.sse
        errorType = behaviour.streamError ?? "overloaded_error"
    }

    private var answer: Answer { reply.answer }

    mutating func next() -> StreamEvent? {
        while true {
            switch stage {
            case .start:
                stage = .ping
                return start()
            case .ping:
                stage = answer.reasoning != nil ? .thinkingStart : .redactedStart
                return event("ping") { _ in }
            case .thinkingStart, .thinking, .signature, .thinkingStop:
                if let event = thinkingEvent() { return event }
            case .redactedStart, .redactedStop:
                if let event = redactedEvent() { return event }
            case .textStart, .text, .textStop:
                if let event = textEvent() { return event }
            case .toolStart, .tool, .toolStop:
                if let event = toolEvent() { return event }
            case .delta:
                stage = .stop
                return finalDelta()
            case .stop:
                stage = .over
                if hasStop { return event("message_stop") { _ in } }
            case .over:
                return nil
            }
        }
    }

    func errorEvent() -> [UInt8] {
        style.frame(
            name: "error",
            data: .json { json in
                json.member("type", "error")
                json.object("error") { json in
                    json.member("type", errorType)
                    json.member("message", OpenAIStreamError.message)
                }
            })
    }

    func malformedEvent() -> [UInt8] {
        style.frame(
            name: "content_block_delta",
            data: Array(#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"brok"#.utf8))
    }

    private var afterThinking: Stage { answer.hasText || answer.toolCalls.isEmpty ? .textStart : .toolStart }

    // MARK: Blocks

    private mutating func thinkingEvent() -> StreamEvent? {
        switch stage {
        case .thinkingStart:
            stage = .thinking
            return blockStart { json in
                json.member("type", "thinking")
                json.member("thinking", "")
                json.member("signature", "")
            }
        case .thinking:
            guard let reasoning = answer.reasoning, !reply.thinking.isOmitted, index < reasoning.count else {
                index = 0
                stage = .signature
                return nil
            }
            let text = reasoning.token(index)
            index += 1
            return blockDelta(isToken: true) { json in
                json.member("type", "thinking_delta")
                json.member("thinking", text)
            }
        case .signature:
            stage = .thinkingStop
            let signature = answer.reasoning.map { reply.thinking.signature($0, seed: answer.seed) } ?? ""
            return blockDelta { json in
                json.member("type", "signature_delta")
                json.member("signature", signature)
            }
        default:
            stage = .redactedStart
            return blockStop()
        }
    }

    private mutating func redactedEvent() -> StreamEvent? {
        guard redacted < answer.redactedBlocks else {
            stage = afterThinking
            return nil
        }
        guard stage == .redactedStop else {
            stage = .redactedStop
            return blockStart { reply.writeRedacted(redacted, to: &$0) }
        }
        stage = .redactedStart
        redacted += 1
        return blockStop()
    }

    private mutating func textEvent() -> StreamEvent? {
        switch stage {
        case .textStart:
            stage = .text
            return blockStart { json in
                json.member("type", "text")
                json.member("text", "")
            }
        case .text:
            guard index < answer.text.count else {
                index = 0
                stage = .textStop
                return nil
            }
            let text = answer.text.token(index)
            index += 1
            return blockDelta(isToken: true) { json in
                json.member("type", "text_delta")
                json.member("text", text)
            }
        default:
            stage = .toolStart
            return blockStop()
        }
    }

    private mutating func toolEvent() -> StreamEvent? {
        guard call < answer.toolCalls.count else {
            stage = .delta
            return nil
        }
        switch stage {
        case .toolStart:
            stage = .tool
            let tool = answer.toolCalls[call]
            // The first delta of the vendor's is an empty one.
            pieces = [""] + AnswerText.tokens(of: tool.arguments)
            return blockStart { json in
                json.member("type", "tool_use")
                json.member("id", tool.id("toolu_"))
                json.member("name", tool.name)
                json.object("input") { _ in }
            }
        case .tool:
            guard index < pieces.count else {
                index = 0
                stage = .toolStop
                return nil
            }
            let text = pieces[index]
            index += 1
            return blockDelta(isToken: true) { json in
                json.member("type", "input_json_delta")
                json.member("partial_json", text)
            }
        default:
            call += 1
            stage = .toolStart
            return blockStop()
        }
    }

    // MARK: Events

    private func start() -> StreamEvent {
        event("message_start") { json in
            json.object("message") { json in
                json.member("id", reply.id)
                json.member("type", "message")
                json.member("role", "assistant")
                json.member("model", reply.model)
                json.array("content") { _ in }
                json.memberNull("stop_reason")
                json.memberNull("stop_sequence")
                reply.writeUsage(output: 1, to: &json)
            }
        }
    }

    private func finalDelta() -> StreamEvent {
        event("message_delta") { json in
            json.object("delta") { json in
                reply.writeStop(to: &json)
            }
            reply.writeUsage(output: answer.usage.completion, to: &json)
        }
    }

    private func blockStart(_ write: (inout JSONWriter) -> Void) -> StreamEvent {
        event("content_block_start") { json in
            json.member("index", block)
            json.object("content_block", write)
        }
    }

    private func blockDelta(isToken: Bool = false, _ write: (inout JSONWriter) -> Void) -> StreamEvent {
        event("content_block_delta", isToken: isToken) { json in
            json.member("index", block)
            json.object("delta", write)
        }
    }

    private mutating func blockStop() -> StreamEvent {
        let number = block
        block += 1
        return event("content_block_stop") { $0.member("index", number) }
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
