import SluiceWire

/// The events of a streamed chat completion: role, reasoning, text or refusal, tool calls, finish, usage, `[DONE]`.
///
/// With `n` choices the chunks of all choices take turns, as the vendor's do.
struct ChatStream: EventSource {
    private enum Stage {
        case role, reasoning, text, calls, finish, usage, done, over
    }

    private let answer: Answer
    private let choiceCount: Int
    private let includesUsage: Bool
    private let usageStyle: Behaviour.UsageStyle
    private let hasDone: Bool
    private let style: EventStyle
    /// Everything before `"choices"`, which all chunks share.
    private let prefix: [UInt8]
    private let callChunks: [[ChatCallPiece]]
    private let reasoningKey: StaticString
    private let errorType: String

    private var stage = Stage.role
    private var choice = 0
    private var index = 0
    /// The chunk of ``callChunks`` that comes next.
    private var callChunk = 0

    init(_ reply: ChatReply, includesUsage: Bool, _ behaviour: Behaviour) {
        answer = reply.answer
        choiceCount = reply.choiceCount
        usageStyle = reply.usageStyle
        self.includesUsage = includesUsage
        hasDone = behaviour.hasDone
        style = behaviour.sse
        reasoningKey = reply.reasoningKey
        errorType = behaviour.streamError ?? "server_error"
        var head = [UInt8].json { json in
            json.member("id", reply.id)
            json.member("object", "chat.completion.chunk")
            json.member("created", ChatReply.created)
            json.member("model", reply.model)
            json.member("service_tier", "default")
            json.member("system_fingerprint", "fp_mock")
        }
        head.removeLast()
        head.append(contentsOf: ",".utf8)
        prefix = head
        callChunks = ChatCallPiece.chunks(of: answer.toolCalls, in: behaviour.calls.order)
    }

    mutating func next() -> StreamEvent? {
        while true {
            switch stage {
            case .role:
                if let event = forEachChoice(.reasoning, { $0.writeRole(to: &$1) }) { return event }
            case .reasoning:
                if let event = reasoningEvent() { return event }
            case .text:
                if let event = textEvent() { return event }
            case .calls:
                if let event = callEvent() { return event }
            case .finish:
                if let event = forEachChoice(.usage, { stream, json in json.object("delta") { _ in } }) { return event }
            case .usage:
                stage = .done
                if includesUsage, usageStyle == .normal || usageStyle == .null {
                    return StreamEvent(bytes: usageChunk(), isToken: false)
                }
            case .done:
                stage = .over
                if hasDone { return StreamEvent(bytes: style.frame(data: Array("[DONE]".utf8)), isToken: false) }
            case .over:
                return nil
            }
        }
    }

    func errorEvent() -> [UInt8] {
        OpenAIStreamError.event(style, type: errorType)
    }

    func malformedEvent() -> [UInt8] {
        style.frame(data: prefix + Array(#""choices":[{"index":0,"delta":{"content":"brok"#.utf8))
    }

    // MARK: Stages

    private mutating func forEachChoice(
        _ following: Stage, _ write: (ChatStream, inout JSONWriter) -> Void
    ) -> StreamEvent? {
        guard choice < choiceCount else {
            choice = 0
            stage = following
            return nil
        }
        let bytes = chunk(isLast: stage == .finish) { write(self, &$0) }
        choice += 1
        return StreamEvent(bytes: bytes, isToken: false)
    }

    private func writeRole(to json: inout JSONWriter) {
        json.object("delta") { json in
            json.member("role", "assistant")
            json.key("content")
            if answer.finish == .refusal || !answer.toolCalls.isEmpty { json.null() } else { json.string("") }
            json.memberNull("refusal")
        }
    }

    private mutating func reasoningEvent() -> StreamEvent? {
        guard let reasoning = answer.reasoning, index < reasoning.count else {
            index = 0
            stage = .text
            return nil
        }
        let text = reasoning.token(index)
        let key = reasoningKey
        return token { json in
            json.object("delta") { $0.member(key, text) }
        }
    }

    private mutating func textEvent() -> StreamEvent? {
        guard index < answer.text.count else {
            index = 0
            stage = .calls
            return nil
        }
        let key: StaticString = answer.finish == .refusal ? "refusal" : "content"
        let text = answer.text.token(index)
        return token { json in
            json.object("delta") { $0.member(key, text) }
        }
    }

    /// One chunk of the token at ``index`` for the choice whose turn it is.
    private mutating func token(_ write: (inout JSONWriter) -> Void) -> StreamEvent {
        let event = StreamEvent(bytes: chunk(isLast: false, write), isToken: choice == 0)
        choice += 1
        if choice == choiceCount {
            choice = 0
            index += 1
        }
        return event
    }

    private mutating func callEvent() -> StreamEvent? {
        guard callChunk < callChunks.count else {
            callChunk = 0
            choice += 1
            if choice >= choiceCount || answer.toolCalls.isEmpty {
                choice = 0
                stage = .finish
            }
            return nil
        }
        let pieces = callChunks[callChunk]
        let bytes = chunk(isLast: false) { json in
            json.object("delta") { json in
                json.array("tool_calls") { json in
                    for piece in pieces { write(piece, to: &json) }
                }
            }
        }
        callChunk += 1
        return StreamEvent(bytes: bytes, isToken: true)
    }

    private func write(_ piece: ChatCallPiece, to json: inout JSONWriter) {
        let tool = answer.toolCalls[piece.call]
        json.object { json in
            json.member("index", piece.call)
            if piece.isFirst {
                json.member("id", tool.id("call_"))
                json.member("type", tool.isCustom ? "custom" : "function")
            }
            json.object(tool.isCustom ? "custom" : "function") { json in
                if piece.isFirst { json.member("name", tool.name) }
                json.member(tool.isCustom ? "input" : "arguments", piece.text)
            }
        }
    }

    // MARK: Chunks

    /// A chunk of the choice whose turn it is; `write` adds its delta.
    private func chunk(isLast: Bool, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(appendingTo: prefix)
        json.array("choices") { json in
            json.object { json in
                json.member("index", choice)
                write(&json)
                json.memberNull("logprobs")
                json.member("finish_reason", isLast ? ChatReply.finishReason(answer) : nil)
            }
        }
        if usageStyle == .inLastChunk, isLast, choice == choiceCount - 1 {
            json.key("usage")
            ChatReply.writeUsage(answer.usage, to: &json)
        } else if usageStyle == .null || includesUsage && usageStyle != .absent {
            json.memberNull("usage")
        }
        var bytes = json.take()
        bytes.append(0x7D)
        return style.frame(data: bytes)
    }

    private func usageChunk() -> [UInt8] {
        var json = JSONWriter(appendingTo: prefix)
        json.array("choices") { _ in }
        if usageStyle == .null {
            json.memberNull("usage")
        } else {
            json.key("usage")
            ChatReply.writeUsage(answer.usage, to: &json)
        }
        var bytes = json.take()
        bytes.append(0x7D)
        return style.frame(data: bytes)
    }
}
