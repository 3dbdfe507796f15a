import SluiceWire

/// The messages of a streamed answer. Only blocks of tools have a start; text and reasoning begin with their first
/// delta. The usage comes behind the stop of the message.
struct ConverseStream: EventSource {
    private enum Stage {
        case start
        case reasoning, signature, reasoningStop
        case redacted, redactedStop
        case text, textStop
        case toolStart, tool, toolStop
        case stop, metadata, over
    }

    private static let padding = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

    private let reply: ConverseReply
    private let style: EventStyle
    private let hasMetadata: Bool
    private let exception: String
    private var stage = Stage.start
    private var block = 0
    private var index = 0
    private var call = 0
    private var redacted = 0
    private var pieces: [String] = []
    private var count = 0

    init(_ reply: ConverseReply, _ behaviour: Behaviour) {
        self.reply = reply
        style = behaviour.sse
        hasMetadata = behaviour.hasDone
        exception = behaviour.streamError ?? "modelStreamErrorException"
    }

    private var answer: Answer { reply.answer }

    mutating func next() -> StreamEvent? {
        while true {
            switch stage {
            case .start:
                stage = answer.reasoning == nil ? .redacted : .reasoning
                return event("messageStart") { $0.member("role", "assistant") }
            case .reasoning, .signature, .reasoningStop, .redacted, .redactedStop:
                if let event = reasoningEvent() { return event }
            case .text, .textStop:
                if let event = textEvent() { return event }
            case .toolStart, .tool, .toolStop:
                if let event = toolEvent() { return event }
            case .stop:
                stage = .metadata
                return event("messageStop") { [reply] in $0.member("stopReason", reply.stopReason) }
            case .metadata:
                stage = .over
                guard hasMetadata else { continue }
                return event("metadata") { [reply] json in
                    reply.writeUsage(to: &json)
                    ConverseReply.writeMetrics(to: &json)
                }
            case .over:
                return nil
            }
        }
    }

    func errorEvent() -> [UInt8] {
        EventStreamMessage.exception(
            exception,
            .json { json in
                json.member("message", OpenAIStreamError.message)
                if exception == "modelStreamErrorException" {
                    json.member("originalStatusCode", 500)
                    json.member("originalMessage", OpenAIStreamError.message)
                }
            }
        ).bytes
    }

    func malformedEvent() -> [UInt8] {
        EventStreamMessage.event("contentBlockDelta", Array(#"{"contentBlockIndex":0,"delta":{"text":"brok"#.utf8))
            .bytes
    }

    // MARK: Blocks

    private mutating func reasoningEvent() -> StreamEvent? {
        switch stage {
        case .reasoning:
            guard let reasoning = answer.reasoning, !reply.thinking.isOmitted, index < reasoning.count else {
                index = 0
                stage = .signature
                return nil
            }
            let text = reasoning.token(index)
            index += 1
            return delta(isToken: true) { $0.object("reasoningContent") { $0.member("text", text) } }
        case .signature:
            stage = .reasoningStop
            let signature = answer.reasoning.map { reply.thinking.signature($0, seed: answer.seed) } ?? ""
            return delta { $0.object("reasoningContent") { $0.member("signature", signature) } }
        case .redacted:
            guard redacted < answer.redactedBlocks else {
                stage = answer.hasText || answer.toolCalls.isEmpty ? .text : .toolStart
                return nil
            }
            stage = .redactedStop
            let data = reply.thinking.redacted(redacted, seed: answer.seed)
            redacted += 1
            return delta { $0.object("reasoningContent") { $0.member("redactedContent", data) } }
        default:
            stage = .redacted
            return blockStop()
        }
    }

    private mutating func textEvent() -> StreamEvent? {
        guard stage == .text else {
            stage = .toolStart
            return blockStop()
        }
        guard index < answer.text.count else {
            // A block that had no delta was never begun.
            stage = index > 0 ? .textStop : .toolStart
            index = 0
            return nil
        }
        let text = answer.text.token(index)
        index += 1
        return delta(isToken: true) { $0.member("text", text) }
    }

    private mutating func toolEvent() -> StreamEvent? {
        guard call < answer.toolCalls.count else {
            stage = .stop
            return nil
        }
        let tool = answer.toolCalls[call]
        switch stage {
        case .toolStart:
            stage = .tool
            pieces = AnswerText.tokens(of: tool.arguments)
            let number = block
            return event("contentBlockStart") { json in
                json.member("contentBlockIndex", number)
                json.object("start") { json in
                    json.object("toolUse") { json in
                        json.member("name", tool.name)
                        json.member("toolUseId", tool.id("tooluse_"))
                    }
                }
            }
        case .tool:
            guard index < pieces.count else {
                index = 0
                stage = .toolStop
                return nil
            }
            let text = pieces[index]
            index += 1
            return delta(isToken: true) { $0.object("toolUse") { $0.member("input", text) } }
        default:
            call += 1
            stage = .toolStart
            return blockStop()
        }
    }

    // MARK: Events

    private mutating func delta(isToken: Bool = false, _ write: (inout JSONWriter) -> Void) -> StreamEvent {
        let number = block
        return event("contentBlockDelta", isToken: isToken) { json in
            json.member("contentBlockIndex", number)
            json.object("delta", write)
        }
    }

    private mutating func blockStop() -> StreamEvent {
        let number = block
        block += 1
        return event("contentBlockStop") { $0.member("contentBlockIndex", number) }
    }

    /// One event; every payload is padded to a length that says nothing of its content.
    private mutating func event(
        _ type: String, isToken: Bool = false, _ write: (inout JSONWriter) -> Void
    ) -> StreamEvent {
        count += 1
        let length = 1 + Int(DeterministicHash.mix(answer.seed, count) % UInt64(Self.padding.utf8.count))
        let payload = [UInt8].json { json in
            write(&json)
            json.member("p", String(Self.padding.prefix(length)))
        }
        return StreamEvent(bytes: EventStreamMessage.event(type, style.spelled(payload)).bytes, isToken: isToken)
    }
}
