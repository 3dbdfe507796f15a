import NIOHTTP1
import SluiceWire

/// The chunks of a streamed answer: each is a response of its own with some of the parts; the last has the reason to
/// finish, and in a part without text the signature.
///
/// They go out as server-sent events with CRLF for `alt=sse`, otherwise as the elements of one JSON array.
struct GeminiStream: EventSource {
    private enum Stage {
        case thoughts, text, calls, last, end, over
    }

    private let reply: GeminiReply
    private let style: EventStyle
    private let isArray: Bool
    private let callsTogether: Bool
    private let errorStatus: String?
    private var stage = Stage.thoughts
    private var index = 0
    private var count = 0

    init(_ reply: GeminiReply, isArray: Bool, _ behaviour: Behaviour) {
        self.reply = reply
        self.isArray = isArray
        var style = behaviour.sse
        style.hasCRLF = true
        self.style = style
        callsTogether = behaviour.calls.order == .inOneChunk
        errorStatus = behaviour.streamError
    }

    private var answer: Answer { reply.answer }

    mutating func next() -> StreamEvent? {
        while true {
            switch stage {
            case .thoughts:
                guard reply.showsThoughts, let reasoning = answer.reasoning, index < reasoning.count else {
                    begin(answer.finish == .refusal ? .last : .text)
                    continue
                }
                let text = reasoning.token(index)
                index += 1
                return chunk(isToken: true) { GeminiReply.writeThought(text, to: &$0) }
            case .text:
                guard index < answer.text.count else {
                    begin(.calls)
                    continue
                }
                let text = answer.text.token(index)
                index += 1
                return chunk(isToken: true) { [reply] in reply.writeText(text, isSigned: false, to: &$0) }
            case .calls:
                guard index < answer.toolCalls.count else {
                    begin(.last)
                    continue
                }
                let calls = callsTogether ? index..<answer.toolCalls.count : index..<(index + 1)
                index = calls.upperBound
                return chunk(isToken: true) { [reply] in
                    for call in calls { reply.writeCall(call, to: &$0) }
                }
            case .last:
                begin(.end)
                return chunk(isLast: true) { [reply] in
                    reply.writeText("", isSigned: reply.isSigned && reply.answer.toolCalls.isEmpty, to: &$0)
                }
            case .end:
                begin(.over)
                if isArray { return StreamEvent(bytes: Array("\n]".utf8), isToken: false) }
            case .over:
                return nil
            }
        }
    }

    func errorEvent() -> [UInt8] {
        var fault = RequestFault(.internalServerError, OpenAIStreamError.message)
        fault.vendorCode = errorStatus
        if errorStatus == "RESOURCE_EXHAUSTED" { fault.status = .tooManyRequests }
        if errorStatus == "UNAVAILABLE" { fault.status = .serviceUnavailable }
        let bytes = framed(.json { GeminiError.write(fault, to: &$0) })
        return isArray ? bytes + Array("\n]".utf8) : bytes
    }

    func malformedEvent() -> [UInt8] {
        framed(Array(#"{"candidates":[{"content":{"parts":[{"text":"brok"#.utf8))
    }

    private mutating func begin(_ next: Stage) {
        stage = next
        index = 0
    }

    private mutating func chunk(
        isLast: Bool = false, isToken: Bool = false, _ parts: (inout JSONWriter) -> Void
    ) -> StreamEvent {
        // Each chunk tells of what was made up to it.
        let made: (thoughts: Int, text: Int)? =
            switch stage {
            case .thoughts: (thoughts: index, text: 0)
            case .text: (thoughts: answer.usage.reasoning, text: index)
            case .calls, .last, .end, .over: nil
            }
        let data = [UInt8].json { json in reply.writeBody(isLast: isLast, made: made, to: &json, parts) }
        let bytes = framed(data)
        count += 1
        return StreamEvent(bytes: bytes, isToken: isToken)
    }

    private func framed(_ data: [UInt8]) -> [UInt8] {
        guard isArray else { return style.frame(data: data) }
        return Array((count == 0 ? "[" : ",\r\n").utf8) + style.spelled(data)
    }
}
