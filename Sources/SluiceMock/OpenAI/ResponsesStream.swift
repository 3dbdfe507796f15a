import SluiceWire

/// The events of a streamed response: every item is added, filled and done; sequence numbers rise from 0 without a
/// gap.
struct ResponsesStream: EventSource {
    private enum Stage {
        case created, inProgress
        case reasoningAdded, reasoningPart, reasoning, reasoningTextDone, reasoningPartDone, reasoningDone
        case messageAdded, partAdded, text, textDone, partDone, messageDone
        case callAdded, arguments, argumentsDone, callDone
        case finished, over
    }

    private let reply: ResponsesReply
    private let style: EventStyle
    private let errorCode: String
    private var stage = Stage.created
    private var sequence = 0
    private var index = 0
    private var outputIndex = 0
    private var call = 0
    private var pieces: [String] = []

    init(_ reply: ResponsesReply, _ behaviour: Behaviour) {
        self.reply = reply
        style = behaviour.sse
        errorCode = behaviour.streamError ?? "server_error"
    }

    private var answer: Answer { reply.answer }
    private var isRefusal: Bool { answer.finish == .refusal }

    mutating func next() -> StreamEvent? {
        while true {
            switch stage {
            case .created:
                stage = .inProgress
                return response("response.created", .inProgress)
            case .inProgress:
                stage = answer.reasoning == nil ? afterReasoning : .reasoningAdded
                return response("response.in_progress", .inProgress)
            case .reasoningAdded, .reasoningPart, .reasoning, .reasoningTextDone, .reasoningPartDone, .reasoningDone:
                if let event = reasoningEvent() { return event }
            case .messageAdded, .partAdded, .text, .textDone, .partDone, .messageDone:
                if let event = messageEvent() { return event }
            case .callAdded, .arguments, .argumentsDone, .callDone:
                if let event = callEvent() { return event }
            case .finished:
                stage = .over
                return reply.finalStatus == .completed
                    ? response("response.completed", .completed) : response("response.incomplete", .incomplete)
            case .over:
                return nil
            }
        }
    }

    func errorEvent() -> [UInt8] {
        var copy = self
        return copy.response("response.failed", .failed).bytes
    }

    func malformedEvent() -> [UInt8] {
        style.frame(
            name: "response.output_text.delta",
            data: Array(#"{"type":"response.output_text.delta","delta":"brok"#.utf8))
    }

    private var afterReasoning: Stage { reply.hasMessage ? .messageAdded : afterMessage }
    private var afterMessage: Stage { answer.toolCalls.isEmpty ? .finished : .callAdded }

    // MARK: Items

    private mutating func reasoningEvent() -> StreamEvent? {
        let id = reply.reasoningID
        switch stage {
        case .reasoningAdded:
            stage = reply.hasSummary ? .reasoningPart : .reasoningDone
            return item("response.output_item.added") { $0.writeReasoning(isDone: false, to: &$1) }
        case .reasoningPart:
            stage = .reasoning
            return summary("response.reasoning_summary_part.added", id) { Self.writeSummary("", to: &$0) }
        case .reasoning:
            guard let reasoning = answer.reasoning, index < reasoning.count else {
                index = 0
                stage = .reasoningTextDone
                return nil
            }
            let text = reasoning.token(index)
            index += 1
            return summary("response.reasoning_summary_text.delta", id, isToken: true) { $0.member("delta", text) }
        case .reasoningTextDone:
            stage = .reasoningPartDone
            let text = answer.reasoning?.text ?? ""
            return summary("response.reasoning_summary_text.done", id) { $0.member("text", text) }
        case .reasoningPartDone:
            stage = .reasoningDone
            let text = answer.reasoning?.text ?? ""
            return summary("response.reasoning_summary_part.done", id) { Self.writeSummary(text, to: &$0) }
        default:
            stage = afterReasoning
            let event = item("response.output_item.done") { $0.writeReasoning(isDone: true, to: &$1) }
            outputIndex += 1
            return event
        }
    }

    private mutating func messageEvent() -> StreamEvent? {
        switch stage {
        case .messageAdded:
            stage = .partAdded
            return item("response.output_item.added") { $0.writeMessage(text: "", isDone: false, to: &$1) }
        case .partAdded:
            stage = .text
            return content("response.content_part.added") { reply, json in
                json.key("part")
                reply.writePart(text: "", to: &json)
            }
        case .text:
            guard index < answer.text.count else {
                index = 0
                stage = .textDone
                return nil
            }
            let text = answer.text.token(index)
            index += 1
            return content(isRefusal ? "response.refusal.delta" : "response.output_text.delta", isToken: true) {
                $1.member("delta", text)
                if $0.answer.finish != .refusal { $1.array("logprobs") { _ in } }
            }
        case .textDone:
            stage = .partDone
            return content(isRefusal ? "response.refusal.done" : "response.output_text.done") { reply, json in
                if reply.answer.finish == .refusal {
                    json.member("refusal", reply.answer.text.text)
                } else {
                    json.member("text", reply.answer.text.text)
                    json.array("logprobs") { _ in }
                }
            }
        case .partDone:
            stage = .messageDone
            return content("response.content_part.done") { reply, json in
                json.key("part")
                reply.writePart(text: reply.answer.text.text, to: &json)
            }
        default:
            stage = afterMessage
            let event = item("response.output_item.done") {
                $0.writeMessage(text: $0.answer.text.text, isDone: true, to: &$1)
            }
            outputIndex += 1
            return event
        }
    }

    private mutating func callEvent() -> StreamEvent? {
        guard call < answer.toolCalls.count else {
            stage = .finished
            return nil
        }
        let tool = answer.toolCalls[call]
        switch stage {
        case .callAdded:
            stage = .arguments
            pieces = AnswerText.tokens(of: tool.arguments)
            return item("response.output_item.added") { $0.writeCall(tool, isDone: false, to: &$1) }
        case .arguments:
            guard index < pieces.count else {
                index = 0
                stage = .argumentsDone
                return nil
            }
            let text = pieces[index]
            index += 1
            return event("response.function_call_arguments.delta", isToken: true) { stream, json in
                json.member("item_id", stream.reply.callID(tool))
                json.member("output_index", stream.outputIndex)
                json.member("delta", text)
            }
        case .argumentsDone:
            stage = .callDone
            return event("response.function_call_arguments.done") { stream, json in
                json.member("item_id", stream.reply.callID(tool))
                json.member("output_index", stream.outputIndex)
                json.member("name", tool.name)
                json.member("arguments", tool.arguments)
            }
        default:
            let event = item("response.output_item.done") { $0.writeCall(tool, isDone: true, to: &$1) }
            outputIndex += 1
            call += 1
            stage = call < answer.toolCalls.count ? .callAdded : .finished
            return event
        }
    }

    // MARK: Events

    private mutating func response(_ name: StaticString, _ status: ResponsesReply.Status) -> StreamEvent {
        event(name) { stream, json in
            json.key("response")
            let isFinal = status == .completed || status == .incomplete
            stream.reply.write(
                status, errorCode: stream.errorCode, text: isFinal ? stream.answer.text.text : "", to: &json)
        }
    }

    private mutating func item(
        _ name: StaticString, _ write: (ResponsesReply, inout JSONWriter) -> Void
    ) -> StreamEvent {
        event(name) { stream, json in
            json.member("output_index", stream.outputIndex)
            json.key("item")
            write(stream.reply, &json)
        }
    }

    private mutating func content(
        _ name: StaticString, isToken: Bool = false, _ write: (ResponsesReply, inout JSONWriter) -> Void
    ) -> StreamEvent {
        event(name, isToken: isToken) { stream, json in
            json.member("item_id", stream.reply.messageID)
            json.member("output_index", stream.outputIndex)
            json.member("content_index", 0)
            write(stream.reply, &json)
        }
    }

    private mutating func summary(
        _ name: StaticString, _ id: String, isToken: Bool = false, _ write: (inout JSONWriter) -> Void
    ) -> StreamEvent {
        event(name, isToken: isToken) { stream, json in
            json.member("item_id", id)
            json.member("output_index", stream.outputIndex)
            json.member("summary_index", 0)
            write(&json)
        }
    }

    private static func writeSummary(_ text: String, to json: inout JSONWriter) {
        json.object("part") { json in
            json.member("type", "summary_text")
            json.member("text", text)
        }
    }

    private mutating func event(
        _ name: StaticString, isToken: Bool = false, _ write: (ResponsesStream, inout JSONWriter) -> Void
    ) -> StreamEvent {
        let number = sequence
        sequence += 1
        let data = [UInt8].json { json in
            json.member("type", name.description)
            json.member("sequence_number", number)
            write(self, &json)
        }
        return StreamEvent(bytes: style.frame(name: name, data: data), isToken: isToken)
    }
}
