import SluiceWire

/// The events of a streamed completion. The text of every chunk is a string, the last one's an empty one.
struct CompletionsStream: EventSource {
    let reply: CompletionsReply
    let includesUsage: Bool
    let hasDone: Bool
    let style: EventStyle

    private var index = 0
    private var choice = 0
    private var endings = 0

    init(_ reply: CompletionsReply, includesUsage: Bool, hasDone: Bool, style: EventStyle) {
        self.reply = reply
        self.includesUsage = includesUsage
        self.hasDone = hasDone
        self.style = style
    }

    mutating func next() -> StreamEvent? {
        if index < reply.answer.text.count {
            let event = StreamEvent(
                bytes: chunk(choice, reply.answer.text.token(index), nil), isToken: choice == 0)
            choice += 1
            if choice == reply.choiceCount {
                choice = 0
                index += 1
            }
            return event
        }
        let ending = endings
        endings += 1
        switch ending - reply.choiceCount {
        case ..<0:
            return StreamEvent(
                bytes: chunk(ending, "", ChatReply.finishReason(reply.answer)), isToken: false)
        case 0:
            guard includesUsage, reply.usageStyle == .normal || reply.usageStyle == .null else { return next() }
            return StreamEvent(bytes: usageChunk(), isToken: false)
        case 1:
            guard hasDone else { return nil }
            return StreamEvent(bytes: style.frame(data: Array("[DONE]".utf8)), isToken: false)
        default:
            return nil
        }
    }

    func errorEvent() -> [UInt8] {
        OpenAIStreamError.event(style)
    }

    func malformedEvent() -> [UInt8] {
        style.frame(data: Array(#"{"object":"text_completion","choices":[{"text":"brok"#.utf8))
    }

    private func chunk(_ choice: Int, _ text: String, _ finish: String?) -> [UInt8] {
        style.frame(
            data: .json { json in
                reply.writeHead(to: &json)
                json.array("choices") { CompletionsReply.writeChoice(choice, text, finish, to: &$0) }
                if reply.usageStyle == .inLastChunk, finish != nil, choice == reply.choiceCount - 1 {
                    reply.writeUsage(to: &json)
                } else if reply.usageStyle == .null || includesUsage && reply.usageStyle != .absent {
                    json.memberNull("usage")
                }
            })
    }

    private func usageChunk() -> [UInt8] {
        style.frame(
            data: .json { json in
                reply.writeHead(to: &json)
                json.array("choices") { _ in }
                if reply.usageStyle == .null { json.memberNull("usage") } else { reply.writeUsage(to: &json) }
            })
    }
}
