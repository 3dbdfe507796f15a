import SluiceWire

/// The lines of a streamed answer: each an object, with a line feed behind it. Calls come whole.
struct OllamaStream: EventSource {
    private enum Stage {
        case thinking, text, calls, end, over
    }

    private let reply: OllamaReply
    private let style: EventStyle
    private let callsTogether: Bool
    private let hasEnd: Bool
    private let error: String
    private var stage = Stage.thinking
    private var index = 0

    init(_ reply: OllamaReply, _ behaviour: Behaviour) {
        self.reply = reply
        style = behaviour.sse
        callsTogether = behaviour.calls.order == .inOneChunk
        hasEnd = behaviour.hasDone
        error = behaviour.streamError ?? OpenAIStreamError.message
    }

    private var answer: Answer { reply.answer }

    mutating func next() -> StreamEvent? {
        while true {
            switch stage {
            case .thinking:
                guard let reasoning = answer.reasoning, index < reasoning.count else {
                    begin(.text)
                    continue
                }
                let text = reasoning.token(index)
                index += 1
                return line { [reply] in reply.writeLine(text: "", thinking: text, to: &$0) }
            case .text:
                guard index < answer.text.count else {
                    begin(.calls)
                    continue
                }
                let text = answer.text.token(index)
                index += 1
                return line { [reply] in reply.writeLine(text: text, to: &$0) }
            case .calls:
                guard index < answer.toolCalls.count else {
                    begin(.end)
                    continue
                }
                let calls = callsTogether ? index..<answer.toolCalls.count : index..<(index + 1)
                index = calls.upperBound
                return line { [reply] in reply.writeLine(text: "", calls: calls, to: &$0) }
            case .end:
                begin(.over)
                guard hasEnd else { continue }
                let data = [UInt8].json { json in
                    reply.writeLine(text: "", to: &json)
                    reply.writeEnd(to: &json)
                }
                return StreamEvent(bytes: style.spelled(data) + [0x0A], isToken: false)
            case .over:
                return nil
            }
        }
    }

    func errorEvent() -> [UInt8] {
        .json { $0.member("error", error) } + [0x0A]
    }

    func malformedEvent() -> [UInt8] {
        Array("{\"model\":\"mock\",\"message\":{\"role\":\"assistant\",\"content\":\"brok\n".utf8)
    }

    private mutating func begin(_ next: Stage) {
        stage = next
        index = 0
    }

    private func line(_ write: (inout JSONWriter) -> Void) -> StreamEvent {
        let data = [UInt8].json { json in
            write(&json)
            json.member("done", false)
        }
        return StreamEvent(bytes: style.spelled(data) + [0x0A], isToken: true)
    }
}
